"""The policy for docker-compose.yml: every service by role, with what the code reads."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..composed import Container, containers, variables
from .code import LIBRARIES, Code

UNASKED = {"collector", "migrate"}
"""The containers that nobody can ask how they are: no client in the one, the other ends."""


def read(said: Mapping[str, Any]) -> dict[str, Container]:
    """The containers, with each variable from outside standing for itself."""
    return containers(said, {name: f"${name}" for name in variables(said)})


def every_service_is_there(said: Mapping[str, Any], code: Code) -> Iterator[str]:
    """An api and a worker for each service, which together play every role."""
    found = read(said)
    ours = {name for name, one in found.items() if one.ours and name != "migrate"}
    wanted = {f"{service}-{kind}" for service in code.paths for kind in ("api", "worker")}
    yield from (f"there is no container {name}" for name in sorted(wanted - ours))
    yield from (f"{name} is of no service" for name in sorted(ours - wanted))
    for service in code.paths:
        played: set[str] = set()
        for kind in ("api", "worker"):
            name = f"{service}-{kind}"
            command = found[name].command if name in found else ()
            if command[:3] != ("daybook", "serve", service):
                yield f"{name} does not serve {service}"
            if "--role" in command:
                played.update(command[command.index("--role") + 1].split(","))
        if played != code.roles:
            yield f"{service} plays {', '.join(sorted(played))}"
        image = found[f"{service}-api"].build_args if f"{service}-api" in found else {}
        if image != {"SERVICE": service}:
            yield f"the image of {service} is built for another"


def everything_is_migrated(said: Mapping[str, Any], code: Code) -> Iterator[str]:
    """One container migrates them all before any starts, and their databases are made."""
    found = read(said)
    if set(found["migrate"].command) != {"daybook", "migrate", *code.paths}:
        yield "migrate leaves a service out, or knows one more"
    made = set(found["postgres"].environment["DAYBOOK_DATABASES"].split())
    if made != code.databases:
        yield f"other databases are made than the code uses: {sorted(made ^ code.databases)}"
    for one in found.values():
        waits = one.depends_on.get("migrate")
        if one.ours and one.name != "migrate" and waits != "service_completed_successfully":
            yield f"{one.name} does not wait until its database is migrated"


def variables_are_read(said: Mapping[str, Any], code: Code) -> Iterator[str]:
    """Ours get what the code reads, all it needs, and the owner's password only to migrate."""
    for one in read(said).values():
        if not one.ours:
            continue
        names = set(one.environment)
        for name in sorted(names - code.variables - set(LIBRARIES)):
            yield f"{one.name} has {name}, which the code does not read"
        for name in sorted({*code.needed, "DAYBOOK_KAFKA", "DAYBOOK_ISSUER"} - names):
            yield f"{one.name} lacks {name}"
        if "DAYBOOK_POSTGRES_PASSWORD_OWNER" in names and one.name != "migrate":
            yield f"{one.name} has the password of the owner"


def secrets_come_from_outside(said: Mapping[str, Any], code: Code) -> Iterator[str]:
    """Every password is a variable without a default."""
    for one in read(said).values():
        for name, value in one.environment.items():
            if "PASSWORD" in name and not value.startswith("$"):
                yield f"{one.name} says {name} in the file"
    for name, one in said["secrets"].items():
        if set(one) != {"environment"}:
            yield f"the secret {name} lies in a file"


def nothing_is_open(said: Mapping[str, Any], code: Code) -> Iterator[str]:
    """Only loopback reaches in, and the log and the databases only ours (decision 7)."""
    found = read(said)
    if said["networks"]["inside"] != {"internal": True}:
        yield "the network inside is open"
    for one in found.values():
        for port in one.said.get("ports", []):
            if not port.startswith("127.0.0.1:"):
                yield f"{one.name} answers everybody at {port}"
        networks = set(one.said["networks"])
        if not one.ours and "inside" in networks and networks != {"inside"}:
            yield f"{one.name} can be reached from outside"
        if not one.ours and one.name not in ("postgres", "kafka") and "inside" in networks:
            yield f"{one.name} may write to the log"
        if one.ours and (one.said.get("cap_drop"), one.said.get("read_only")) != (["ALL"], True):
            yield from () if one.name == "migrate" else (f"{one.name} is not confined",)


def everything_says_how_it_is(said: Mapping[str, Any], code: Code) -> Iterator[str]:
    """A healthcheck for whatever can be asked, and a version for whatever is fetched."""
    for one in read(said).values():
        if "healthcheck" not in one.said and one.name not in UNASKED:
            yield f"{one.name} has no healthcheck"
        if one.image.rpartition("/")[2].partition(":")[2] in ("", "latest"):
            yield f"{one.name} is another image every day"


POLICY = (
    every_service_is_there,
    everything_is_migrated,
    variables_are_read,
    secrets_come_from_outside,
    nothing_is_open,
    everything_says_how_it_is,
)
