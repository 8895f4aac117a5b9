"""Whether the service of this container answers: for Docker, which has no probes of its own."""

import os
import sys
from urllib.error import URLError
from urllib.request import urlopen

HEALTHZ = "http://127.0.0.1:{port}/{service}/healthz"


def healthy(service: str, port: int) -> bool:
    """Whether `/<service>/healthz` answers 200 on this machine."""
    try:
        with urlopen(HEALTHZ.format(service=service, port=port), timeout=4) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(not healthy(os.environ["SERVICE"], int(os.environ.get("PORT", "8000"))))
