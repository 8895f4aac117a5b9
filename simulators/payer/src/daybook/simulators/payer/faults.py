"""Faults on demand: what goes wrong, for whom and how often, and what it does to a file."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from pydantic import BaseModel, ConfigDict, Field

from daybook.simulators.payer.asking import EligibilityReply
from daybook.simulators.payer.people import PersonTold
from daybook.simulators.payer.storage import Storage

_LETTERS = "abcdefghijkmnopqrstuvwxyz0123456789 {}"


class Kind(StrEnum):
    """What goes wrong.

    SLOW waits `seconds` before it answers, DOWN answers 503, UNREACHABLE is a clearinghouse that
    does not get through to the payer (AAA 42, status E1). GARBAGE, HALF and WRONG_NUMBERS damage
    the file; DUPLICATE sends it twice; LATE keeps it back for `days`. ANOTHER_MEMBER answers a 270
    about somebody else.
    """

    SLOW = "slow"
    DOWN = "down"
    UNREACHABLE = "unreachable"
    GARBAGE = "garbage"
    HALF = "half"
    WRONG_NUMBERS = "wrong-numbers"
    DUPLICATE = "duplicate"
    LATE = "late"
    ANOTHER_MEMBER = "another-member"


class Fault(BaseModel):
    """A fault and whom it meets; what is left empty fits everybody.

    `transaction` is 271, 277, 278, 277CA, 835, 999 or TA1 of what is sent (of what came in, for
    SLOW and DOWN, it is not known and not compared). DUPLICATE and LATE are of the 835 where
    nothing else is said. `times` None is for ever.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    sender: str = ""
    member: str = ""
    payload_id: str = ""
    transaction: str = ""
    times: int | None = Field(default=1, gt=0)
    seconds: float = Field(default=0, ge=0, le=600)
    days: int = Field(default=1, ge=1, le=3650)


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a fault may fit: who is sent what, about whom, in answer to which payload."""

    sender: str = ""
    payload_id: str = ""
    transaction: str = ""
    members: frozenset[str] = frozenset()


class Faults:
    """The faults that are still to happen, kept in the storage."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def add(self, fault: Fault) -> int:
        return self._storage.add_fault(fault.model_dump_json(), fault.times)

    def all(self) -> list[tuple[int, Fault]]:
        """Every fault with its id; `times` is how often it still happens."""
        return [
            (id, Fault.model_validate_json(said).model_copy(update={"times": left}))
            for id, said, left in self._storage.faults()
        ]

    def drop(self, id: int) -> bool:
        return self._storage.drop_fault(id)

    def happens(self, kind: Kind, occasion: Occasion) -> Fault | None:
        """The first fault of a kind that fits, which has then happened once more."""
        for id, fault in self.all():
            if fault.kind is kind and _fits(fault, occasion):
                self._storage.use_fault(id)
                return fault
        return None

    def damaged(self, body: bytes, occasion: Occasion, seed: int) -> bytes:
        """A file as it goes out: damaged by each fault that fits."""
        if self.happens(Kind.WRONG_NUMBERS, occasion):
            body = wrong_numbers(body)
        if self.happens(Kind.HALF, occasion):
            body = body[: len(body) // 2]
        if self.happens(Kind.GARBAGE, occasion):
            body = garbage(len(body), seed)
        return body


def _fits(fault: Fault, occasion: Occasion) -> bool:
    transaction = fault.transaction
    if not transaction and fault.kind in (Kind.DUPLICATE, Kind.LATE):
        transaction = "835"
    asked = fault.kind in (Kind.SLOW, Kind.DOWN)
    return (
        fault.sender in ("", occasion.sender)
        and fault.payload_id in ("", occasion.payload_id)
        and (asked or transaction in ("", occasion.transaction))
        and (not fault.member or fault.member in occasion.members)
    )


def wrong_numbers(body: bytes) -> bytes:
    """IEA02 is not ISA13 any more, GE02 not GS06."""

    def changed(found: re.Match[bytes]) -> bytes:
        number = int(found[2]) + 7
        return found[1] + str(number).rjust(len(found[2]), "0").encode()

    return re.sub(rb"((?:GE|IEA)\*[0-9]+\*)([0-9]+)", changed, body)


def garbage(length: int, seed: int) -> bytes:
    """Letters that are no X12; the same seed and length always give the same ones."""
    letters = Random(f"{seed} {length}").choices(_LETTERS, k=max(length, 40))  # noqa: S311
    return "".join(letters).encode()


def about_another(reply: EligibilityReply) -> EligibilityReply:
    """The reply as it would be of somebody else, with the asker's trace number."""
    asked = reply.subscriber
    another = PersonTold(
        family="QUILLFEATHER",
        given="ORSON",
        member_id=asked.member_id[::-1] if asked.member_id[::-1] != asked.member_id else "X0000001",
        birth_date=asked.birth_date.replace(year=1951, day=1) if asked.birth_date else None,
        sex="M",
    )
    return replace(reply, subscriber=another, dependent=None)
