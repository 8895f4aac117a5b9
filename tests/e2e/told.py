"""What the stores hold, opened and told by stream, for rules that say what must follow."""

import json
import re
from base64 import b64decode
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from daybook.runtime.keys.sealing import open_

Row = dict[str, Any]
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class Told:
    """An event with what it says, its sealed half too."""

    stream: str
    version: int
    id: UUID
    type: str
    by: str
    occurred: datetime
    recorded: datetime
    said: Row


Story = Sequence[Told]
Rows = Iterable[tuple[tuple[Any, ...], Row]]
Rule = Callable[[Story], Rows]


def stories(rows: Iterable[Mapping[str, Any]], keys: Mapping[UUID, bytes]) -> dict[str, Story]:
    """The events of every stream in order."""
    found = defaultdict[str, list[Told]](list)
    for row in rows:
        said = json.loads(row["data"])
        for person, blob in said.pop("sealed", {}).items():
            id = UUID(person)
            said |= open_(keys[id], row["id"], row["type"], id, b64decode(blob))
        names = ("stream", "version", "id", "type", "actor", "occurred_at", "recorded_at")
        found[row["stream"]].append(Told(*(row[name] for name in names), said))
    return dict(found)


def last(story: Story, *types: str) -> Row | None:
    """What the last event of these types says."""
    return next((one.said for one in reversed(story) if kind(one) in types), None)


def kind(one: Told) -> str:
    """The type without its service."""
    return one.type.partition(".")[2]


def plain(value: Any) -> Any:
    """A value as it is compared: ids, days and instants as text, and nothing that says nothing."""
    match value:
        case dict():
            kept = {name: plain(part) for name, part in value.items()}
            return {name: part for name, part in kept.items() if part not in (None, [], {})}
        case list() | tuple():
            return [plain(part) for part in value]
        case datetime():
            return value.astimezone(UTC).isoformat()
        case UUID() | date():
            return str(value)
        case str() if INSTANT.fullmatch(value):
            return datetime.fromisoformat(value).astimezone(UTC).isoformat()
        case _:
            return value
