"""What the practice said of itself, said again in full: a number mended, an address added."""

from collections.abc import Sequence
from typing import TypeVar

from daybook.events.event import Event
from daybook.runtime.writing import Decision, NotFound, Take

S = TypeVar("S")


def known(what: str, state: S | None) -> S:
    """What is to be said again. Raises NotFound where nothing was said under this id."""
    if state is None:
        raise NotFound(f"{what}-not-found", f"no {what} of this practice has this id")
    return state


def again(before: Event, after: Event, held: Sequence[Take], wanted: Sequence[Take]) -> Decision:
    """Says it again, where it differs; the values it `held` are free, those it wants taken."""
    if before == after:
        return Decision(())
    return Decision(
        (after,),
        takes=tuple(one for one in wanted if one not in held),
        releases=tuple(one for one in held if one not in wanted),
    )
