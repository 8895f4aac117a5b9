"""docker-compose.yml, read as Docker Compose reads it: merged, and with its variables put in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "docker-compose.yml"
VARIABLE = re.compile(r"\$\{(?P<name>[A-Z_]+)(:\?[^}]*)?\}")


@dataclass(frozen=True, slots=True)
class Container:
    """One container: what it runs, with what, after whom."""

    name: str
    image: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    build_args: Mapping[str, str]
    said: Mapping[str, Any]

    @property
    def ours(self) -> bool:
        """Whether it runs our code."""
        return self.image.startswith("daybook/")

    @property
    def depends_on(self) -> Mapping[str, str]:
        """The containers it waits for, with the condition."""
        found = self.said.get("depends_on", {})
        return {name: how["condition"] for name, how in found.items()}


def document(text: str | None = None) -> dict[str, Any]:
    """The file, with anchors and merges resolved and variables not."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8") if text is None else text)
    return found


def containers(said: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Container]:
    """Every container by name. Raises KeyError for a variable that is not given."""

    def put_in(value: Any) -> Any:
        match value:
            case str():
                return VARIABLE.sub(lambda found: given[found["name"]], value)
            case list():
                return [put_in(each) for each in value]
            case dict():
                return {key: put_in(each) for key, each in value.items()}
            case _:
                return value

    return {name: _container(name, put_in(one)) for name, one in said["services"].items()}


def _container(name: str, said: Mapping[str, Any]) -> Container:
    build = said.get("build", {})
    return Container(
        name=name,
        image=said["image"],
        command=tuple(said.get("command", ())),
        environment=said.get("environment", {}),
        build_args=build.get("args", {}),
        said=said,
    )


def dotenv(path: Path) -> dict[str, str]:
    """The variables of an .env file."""
    lines = path.read_text("utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return dict(pairs)  # type: ignore[arg-type]


def variables(said: Mapping[str, Any]) -> set[str]:
    """The names of the variables the file takes from outside."""
    named = {found["name"] for found in VARIABLE.finditer(yaml.safe_dump(said, width=10_000))}
    secrets = said.get("secrets", {}).values()
    return named | {one["environment"] for one in secrets if "environment" in one}
