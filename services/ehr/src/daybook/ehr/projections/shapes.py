"""Values as rows keep them."""

from collections.abc import Iterable
from typing import Any

from daybook.events.event import Value


def plain(value: Value | None) -> dict[str, Any] | None:
    """A value as JSON has it."""
    return value.model_dump(mode="json", exclude_none=True) if value is not None else None


def plains(values: Iterable[Value] | None) -> list[dict[str, Any] | None] | None:
    """Values as JSON has them; None once they are erased."""
    return [plain(value) for value in values] if values is not None else None
