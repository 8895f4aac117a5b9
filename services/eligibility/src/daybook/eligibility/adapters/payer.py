"""The port to whoever answers an inquiry: what is sent, and how what comes back is read."""

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from daybook.eligibility.domain import Reply


class PayerAway(Exception):
    """Nobody took the question: it may be asked again later."""


class Unreadable(Exception):
    """What came back cannot be read; the text quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person as a payer finds them."""

    family: str
    given: tuple[str, ...]
    birth_date: str
    sex: str


@dataclass(frozen=True, slots=True)
class Request:
    """An inquiry as it is sent (X12 270, by interpretation): `trace` is TRN02 and comes back.

    `dependent` is the patient where somebody else is the subscriber.
    """

    trace: str
    clearinghouse: str
    payer_identifier: str
    on: date
    service_types: tuple[str, ...]
    member_id: str = field(repr=False)
    subscriber: Member = field(repr=False)
    dependent: Member | None = field(default=None, repr=False)

    @property
    def patient(self) -> Member:
        return self.dependent or self.subscriber


class Payer(Protocol):
    """A payer, or who passes questions on to it."""

    async def ask(self, request: Request) -> str:
        """Sends the question and gives what came back, as it came. Raises PayerAway.

        It may take for ever; the caller listens as long as it wants to. A trace number that was
        seen before is given the same answer.
        """
        ...

    def read(self, raw: str) -> Reply:
        """What an answer says. Raises Unreadable."""
        ...
