"""How clients of ours get to a Kafka cluster: in the open, or with certificates."""

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiokafka.helpers import create_ssl_context

from daybook.runtime.log import LogError

Access = Mapping[str, Any]
"""What every client of aiokafka is told."""


def access(servers: str, tls: Path | None = None) -> Access:
    """The way to `servers` (host:port[,host:port]).

    `tls` is a folder with `ca.crt`, whom we trust, and `user.crt` and `user.key`, who we are; they
    are read once, so a process that is to use renewed ones is started anew. Raises LogError.
    """
    if tls is None:
        return {"bootstrap_servers": servers}
    try:
        context = create_ssl_context(
            cafile=str(tls / "ca.crt"),
            certfile=str(tls / "user.crt"),
            keyfile=str(tls / "user.key"),
        )
    except (OSError, ssl.SSLError) as error:
        raise LogError(
            f"the certificates for Kafka cannot be read ({type(error).__name__}); let "
            "DAYBOOK_KAFKA_TLS name a folder with ca.crt, user.crt and user.key"
        ) from error
    return {"bootstrap_servers": servers, "security_protocol": "SSL", "ssl_context": context}
