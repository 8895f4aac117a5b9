"""Which event a value in a row came from: kept beside the values, so that a claim can tell.

A value that is said again as it was keeps the event that said it first.
"""

from collections.abc import Mapping
from typing import Any

from daybook.events.envelope import Recorded

Said = dict[str, Any]
"""An event as a row keeps it: `event` (its id), `type`, `recorded_at`, `by`."""


def source(recorded: Recorded) -> Said:
    """An event as the source of what it says."""
    envelope = recorded.envelope
    return {
        "event": str(envelope.id),
        "type": envelope.type,
        "recorded_at": envelope.recorded_at.isoformat(),
        "by": envelope.actor,
    }


def sourced(
    before: Mapping[str, Any] | None, values: Mapping[str, Any], recorded: Recorded
) -> dict[str, Said]:
    """The source of each of `values`; `before` is the row until now, with its `sources`."""
    now = source(recorded)
    kept = before["sources"] if before else {}
    return {
        name: kept[name] if before and name in kept and before[name] == value else now
        for name, value in values.items()
    }
