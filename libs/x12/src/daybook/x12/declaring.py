"""The words in which segments, loops and transactions are declared.

A segment is declared once, as X12's dictionary has it: its id, the data element of each position,
and a field for each position in order.

    @segment("REF", "128 127 352 C040", "R0203")
    class Reference(SegmentModel):
        qualifier: str
        value: str = ""
        ...

A loop is declared as the guide has it, in the guide's order. The class is at once the table that
is checked against and the model that is read, built and written:

    @loop("2010AA")
    class BillingProvider(LoopModel):
        name: Annotated[Name, "01=85 02=1|2 03! 04? 08?=XX 09?"]
        licences: Annotated[tuple[Reference, ...], 2, "01=0B|1G 02!"] = ()

A field with no default is required, one with a default is situational, a tuple repeats (at most
as often as the number says; without one, without end). Of the elements, `03!` is required, `04?`
situational, `01=85` required with these codes, `08?=XX` situational with these, `05!(01! 02=B)`
a composite; `03?^99` may repeat; an element that is not named is not used.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar, dataclass_transform

from daybook.x12.delimiters import STANDARD, Delimiters

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """Positions of a segment or composite: data element numbers (`1365^99` repeats), and notes.

    A note is X12's: P (paired), R (one required), E (exclusive), C (conditional), L (list
    conditional) before two-digit positions.
    """

    id: str
    elements: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """A segment the guide does not have there: its text, and the field it stood after."""

    text: str
    after: str = ""
    delimiters: Delimiters = STANDARD


class SegmentModel:
    """The data of one segment."""

    __slots__ = ()
    row: ClassVar[Row]


class CompositeModel:
    """The components of one element."""

    __slots__ = ()
    row: ClassVar[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopModel:
    """The segments and loops of one loop, and what stood there that no field has room for."""

    loop_id: ClassVar[str]
    kept: tuple[Kept, ...] = field(default=(), repr=False)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def segment(id: str, elements: str, notes: str = "") -> Callable[[type[T]], type[T]]:
    """Declares a segment; the class's fields are its positions in order."""
    return _row(Row(id, tuple(elements.split()), tuple(notes.split())))


@dataclass_transform(frozen_default=True, kw_only_default=True)
def composite(id: str, elements: str, notes: str = "") -> Callable[[type[T]], type[T]]:
    """Declares a composite element; the class's fields are its components in order."""
    return _row(Row(id, tuple(elements.split()), tuple(notes.split())))


@dataclass_transform(frozen_default=True, kw_only_default=True)
def loop(id: str) -> Callable[[type[T]], type[T]]:
    """Declares a loop by the id the guide gives it; "" is the transaction itself."""

    def declare(cls: type[T]) -> type[T]:
        made: Any = dataclass(frozen=True, slots=True, kw_only=True)(cls)
        made.loop_id = id
        return made  # type: ignore[no-any-return]

    return declare


def _row(row: Row) -> Callable[[type[T]], type[T]]:
    def declare(cls: type[T]) -> type[T]:
        made: Any = dataclass(frozen=True, slots=True, kw_only=True)(cls)
        made.row = row
        return made  # type: ignore[no-any-return]

    return declare
