"""The checks of folds catch what they are for: each has a projection that is wrong on purpose."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

import pytest
from sqlalchemy import Column, Date, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from daybook.events.envelope import Recorded
from daybook.events.event import Event
from daybook.events.practice import PayerListed
from daybook.runtime.reading.projection import Projection, Row, Rows, read_table
from daybook.runtime.testing_folds import check_fold

ID = UUID(int=7)
LIFE: Sequence[Event] = [PayerListed(payer_id=ID, name=name) for name in ("one", "two", "three")]


class Names(Projection):
    """Keeps every name a payer was listed under."""

    name = "names"
    topics = ("practice.payer",)
    table = read_table(
        "names",
        MetaData(),
        Column("id", Uuid, primary_key=True),
        Column("names", JSONB, nullable=False),
        Column("since", Date),
        Column("note", Text),
    )

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        assert isinstance(recorded.event, PayerListed)
        before = rows[0]["names"] if rows else []
        return (self.row(recorded, [*before, recorded.event.name]),)

    def row(self, recorded: Recorded, names: list[str]) -> Row:
        return {"id": ID, "names": names, "since": None, "note": None}


class Mutating(Names):
    """Appends to the list it was given."""

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        assert isinstance(recorded.event, PayerListed)
        if rows:
            rows[0]["names"].append(recorded.event.name)
            return rows
        return (self.row(recorded, [recorded.event.name]),)


class Remembering(Names):
    """Keeps a set, of which JSON makes a list: the types differ once a row was read back."""

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        assert isinstance(recorded.event, PayerListed)
        known = rows[0]["names"] if rows else ()
        kind = "fresh" if isinstance(known, tuple) else "read back"
        return ({**self.row(recorded, []), "names": (*known, recorded.event.name), "note": kind},)


class Counting(Names):
    """Has a memory of its own."""

    seen: ClassVar[list[str]] = []

    def row(self, recorded: Recorded, names: list[str]) -> Row:
        self.seen.append("again")
        return {"id": ID, "names": names, "since": None, "note": str(len(self.seen))}


class Forgetting(Names):
    """Leaves out a column of the table."""

    def row(self, recorded: Recorded, names: list[str]) -> Row:
        return {"id": ID, "names": names, "since": None}


class Emptying(Names):
    """Leaves a column empty that must not be."""

    def row(self, recorded: Recorded, names: list[str]) -> Row:
        return {"id": ID, "names": None, "since": None, "note": None}

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        return (self.row(recorded, []),)


def test_a_pure_fold_passes() -> None:
    check_fold(Names(), LIFE)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (Mutating, "changed rows it was given"),
        (Remembering, "batches give other rows"),
        (Counting, "batches give other rows"),
        (Forgetting, "names differs: {'note'}"),
        (Emptying, "names.names is never empty"),
    ],
)
def test_a_wrong_one_does_not(wrong: type[Projection], told: str) -> None:
    with pytest.raises(AssertionError, match=told):
        check_fold(wrong(), LIFE)
