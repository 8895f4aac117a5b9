"""What a person may set by DAYBOOK_* variables, checked before anything is started."""

import re
from collections.abc import Mapping
from os import environ
from pathlib import Path

from daybook.cli.sorry import USAGE, Sorry
from daybook.runtime.keys import MasterKeyError
from daybook.runtime.keys.wrapping import read_master_key
from daybook.runtime.settings import ROLES, Settings, SettingsError, from_environment

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
CERTIFICATES = ("ca.crt", "user.crt", "user.key")
SERVERS = re.compile(r"[^\s:,]+:[0-9]{1,5}(,[^\s:,]+:[0-9]{1,5})*")
NOT_ASKED = {"DAYBOOK_POSTGRES": "-", "DAYBOOK_JWKS": "-", "DAYBOOK_MASTER_KEY": "-"}


def check_machine(environment: Mapping[str, str] = environ) -> Settings:
    """Settings of `daybook up`, which finds databases and keys itself. Raises Sorry."""
    quiet = {"DAYBOOK_LOG_LEVEL": "WARNING"}
    return _read({**quiet, **environment, **NOT_ASKED, "DAYBOOK_KAFKA": ""})


def check_all(environment: Mapping[str, str] = environ) -> Settings:
    """Settings of `daybook serve`, all from the environment. Raises Sorry."""
    settings = _read(environment)
    for role in ROLES:
        try:
            settings.dsn("log", role)
        except (KeyError, IndexError, ValueError):
            raise Sorry(
                "DAYBOOK_POSTGRES must be a DSN with {role}, {password} and {database} in it, as "
                "in postgresql://{role}:{password}@localhost/{database}.",
                USAGE,
            ) from None
    if "{database}" not in settings.postgres or "{role}" not in settings.postgres:
        raise Sorry(
            "DAYBOOK_POSTGRES names one database for all: put {role} and {database} in it.", USAGE
        )
    try:
        read_master_key(settings.master_key)
    except MasterKeyError as error:
        raise Sorry(f"DAYBOOK_MASTER_KEY: {error}.", USAGE) from None
    if "://" not in settings.jwks and not Path(settings.jwks).is_file():
        raise Sorry(
            f"DAYBOOK_JWKS is {settings.jwks!r}, and must be an http(s) address or a file with "
            "the token issuer's public keys.",
            USAGE,
        )
    if settings.kafka:
        check_kafka(settings.kafka)
    for name in CERTIFICATES if settings.kafka_tls else ():
        if not Path(settings.kafka_tls or "", name).is_file():
            raise Sorry(
                "DAYBOOK_KAFKA_TLS must be a folder with ca.crt, user.crt and user.key in it, and "
                f"there is no {name}.",
                USAGE,
            )
    return settings


def check_kafka(servers: str) -> str:
    """The servers. Raises Sorry."""
    if not SERVERS.fullmatch(servers):
        raise Sorry(
            f"DAYBOOK_KAFKA is {servers!r}, and must be host:port, several with commas between.",
            USAGE,
        )
    return servers


def _read(environment: Mapping[str, str]) -> Settings:
    try:
        settings = from_environment(environment)
    except SettingsError as error:
        raise Sorry(f"{error}.", USAGE) from None
    if settings.log_level not in LEVELS:
        raise Sorry(
            f"DAYBOOK_LOG_LEVEL is {settings.log_level!r}, and must be one of {', '.join(LEVELS)}.",
            USAGE,
        )
    return settings
