"""A clearinghouse over the world of seed 7, and people of that world."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeVar

from daybook.simulators.payer.adjudicating.claims_office import ClaimsOffice
from daybook.simulators.payer.clearing.clearinghouse import Clearinghouse
from daybook.simulators.payer.clock import Clock
from daybook.simulators.payer.members.made_up import made_up
from daybook.simulators.payer.members.roll import Membership
from daybook.simulators.payer.people import SELF
from daybook.simulators.payer.remembering import RememberingOffice
from daybook.simulators.payer.storage import Document, Storage
from daybook.x12.declaring import LoopModel
from daybook.x12.envelope import open_document
from daybook.x12.models import modelled
from daybook.x12.segments.control import Beginning
from daybook.x12.writing import Envelope, write

SEED = 7
SENDER, NPI = "MILLSTREET", "1234567893"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = START.date()
WORLD = made_up(SEED)
M = TypeVar("M", bound=LoopModel)
MEMBERS: list[Membership] = list(WORLD.roll)


def clearinghouse(storage: Storage | None = None, start: datetime = START) -> Clearinghouse:
    kept = storage or Storage(":memory:")
    office = RememberingOffice(lambda: ClaimsOffice(made_up(SEED)), kept)
    return Clearinghouse(office, kept, Clock(start), SEED)


def member(which: int = 0, relationship: str = SELF, own_id: bool | None = None) -> Membership:
    """Somebody with one coverage only."""
    fits = [
        one
        for one in MEMBERS
        if one.relationship == relationship
        and own_id in (None, one.own_id)
        and not WORLD.roll.after(one, TODAY)
        and not WORLD.roll.before(one, TODAY)
    ]
    return fits[which]


def called(one: Membership, kind: str = "837P") -> str:
    """The identifier of a member's payer."""
    return WORLD.named(one.payer).identifier(kind)


def sent(models: Sequence[LoopModel], number: int = 1, sender: str = SENDER) -> bytes:
    envelope = Envelope(
        sender=sender, receiver="CLEARING", number=number, at=START, first_group=number
    )
    return write(envelope, models)


def beginning(structure: str, purpose: str, reference: str, type: str = "") -> Beginning:
    return Beginning(
        structure=structure,
        purpose=purpose,
        reference=reference,
        day=TODAY,
        time="0815",
        type=type,
    )


def had(body: bytes) -> list[LoopModel]:
    """The transactions of an answer, as models."""
    found = []
    for transaction in open_document(body).transactions:
        assert transaction.root is not None
        assert not transaction.misfits
        model = modelled(transaction.root, transaction.root.use.model).model
        assert model is not None
        found.append(model)
    return found


def one_had(body: bytes, kind: type[M]) -> M:
    """The one transaction of an answer, which is of a kind."""
    (found,) = had(body)
    assert isinstance(found, kind)
    return found


def filed(house: Clearinghouse, kind: str) -> list[Document]:
    return [one for one in house.storage.documents() if one.kind == kind]
