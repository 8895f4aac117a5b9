"""The environment, read once into one frozen object. Every variable is in this file."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

ROLES = ("owner", "app", "machine")


class SettingsError(Exception):
    """A variable of the environment is missing or wrong; the text names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a process finds its neighbours.

    postgres            DAYBOOK_POSTGRES, a DSN with {role}, {password} and {database} in it
    passwords           DAYBOOK_POSTGRES_PASSWORD_OWNER, _APP, _MACHINE, what {password} stands for
    kafka               DAYBOOK_KAFKA, host:port[,host:port]; None means the embedded log
    kafka_tls           DAYBOOK_KAFKA_TLS, a folder with ca.crt, user.crt and user.key; None: no TLS
    generation          DAYBOOK_GENERATION, of the physical topics (1)
    partitions          DAYBOOK_PARTITIONS, of a topic that is born now (4 on one machine)
    replication         DAYBOOK_REPLICATION, of a topic that is born now (1)
    jwks                DAYBOOK_JWKS, an address or a file with the issuer's public keys
    issuer, audience    DAYBOOK_ISSUER, DAYBOOK_AUDIENCE, which a token must carry
    master_key          DAYBOOK_MASTER_KEY, a file with 32 bytes that wrap the practices' keys
    body_limit          DAYBOOK_BODY_LIMIT, bytes of a request (1 MiB)
    upload_limit        DAYBOOK_UPLOAD_LIMIT, bytes of an import file (512 MiB)
    log_level           DAYBOOK_LOG_LEVEL (INFO)
    sample              DAYBOOK_TRACE_SAMPLE, share of requests traced from here (0.1)
    otlp                OTEL_EXPORTER_OTLP_ENDPOINT, where traces and metrics go; None for nowhere
    """

    postgres: str
    passwords: Mapping[str, str] = field(default_factory=dict, repr=False)
    kafka: str | None = None
    kafka_tls: Path | None = None
    generation: int = 1
    partitions: int = 4
    replication: int = 1
    jwks: str = ""
    issuer: str = "daybook"
    audience: str = "daybook"
    master_key: Path = field(default_factory=Path)
    body_limit: int = 1 << 20
    upload_limit: int = 512 << 20
    log_level: str = "INFO"
    sample: float = 0.1
    otlp: str | None = None

    def dsn(self, database: str, role: str) -> str:
        """The DSN of one of our databases (`registration`, `log`, `keys`) in one of ROLES."""
        if role not in ROLES:
            raise SettingsError(f"no database role is called {role}")
        password = quote(self.passwords.get(role, ""), safe="")
        return self.postgres.format(
            role=f"daybook_{role}", password=password, database=f"daybook_{database}"
        )

    def environment(self) -> dict[str, str]:
        """The variables that give another process these very settings."""
        said = {
            "DAYBOOK_POSTGRES": self.postgres,
            **{f"DAYBOOK_POSTGRES_PASSWORD_{r.upper()}": p for r, p in self.passwords.items()},
            "DAYBOOK_KAFKA": self.kafka or "",
            "DAYBOOK_KAFKA_TLS": str(self.kafka_tls or ""),
            "DAYBOOK_GENERATION": str(self.generation),
            "DAYBOOK_PARTITIONS": str(self.partitions),
            "DAYBOOK_REPLICATION": str(self.replication),
            "DAYBOOK_JWKS": self.jwks,
            "DAYBOOK_ISSUER": self.issuer,
            "DAYBOOK_AUDIENCE": self.audience,
            "DAYBOOK_MASTER_KEY": str(self.master_key),
            "DAYBOOK_BODY_LIMIT": str(self.body_limit),
            "DAYBOOK_UPLOAD_LIMIT": str(self.upload_limit),
            "DAYBOOK_LOG_LEVEL": self.log_level,
            "DAYBOOK_TRACE_SAMPLE": str(self.sample),
            "OTEL_EXPORTER_OTLP_ENDPOINT": self.otlp or "",
        }
        return {name: value for name, value in said.items() if value}


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings of this process. Raises SettingsError naming the variable."""

    def need(name: str) -> str:
        if not environment.get(name):
            raise SettingsError(f"set {name}; daybook/runtime/settings.py says what it is")
        return environment[name]

    def number(name: str, otherwise: int) -> int:
        text = environment.get(name, str(otherwise))
        if not text.isdigit() or int(text) < 1:
            raise SettingsError(f"{name} is {text!r}, and must be a whole number above 0")
        return int(text)

    def share(name: str, otherwise: float) -> float:
        text = environment.get(name, str(otherwise))
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0 <= value <= 1:
            raise SettingsError(f"{name} is {text!r}, and must be between 0 and 1")
        return value

    return Settings(
        postgres=need("DAYBOOK_POSTGRES"),
        passwords={
            role: environment[name]
            for role in ROLES
            if (name := f"DAYBOOK_POSTGRES_PASSWORD_{role.upper()}") in environment
        },
        kafka=environment.get("DAYBOOK_KAFKA") or None,
        kafka_tls=Path(folder) if (folder := environment.get("DAYBOOK_KAFKA_TLS")) else None,
        generation=number("DAYBOOK_GENERATION", 1),
        partitions=number("DAYBOOK_PARTITIONS", 4),
        replication=number("DAYBOOK_REPLICATION", 1),
        jwks=need("DAYBOOK_JWKS"),
        issuer=environment.get("DAYBOOK_ISSUER", "daybook"),
        audience=environment.get("DAYBOOK_AUDIENCE", "daybook"),
        master_key=Path(need("DAYBOOK_MASTER_KEY")),
        body_limit=number("DAYBOOK_BODY_LIMIT", 1 << 20),
        upload_limit=number("DAYBOOK_UPLOAD_LIMIT", 512 << 20),
        log_level=environment.get("DAYBOOK_LOG_LEVEL", "INFO"),
        sample=share("DAYBOOK_TRACE_SAMPLE", 0.1),
        otlp=environment.get("OTEL_EXPORTER_OTLP_ENDPOINT") or None,
    )
