"""What goes out: numbered, damaged where a fault says so, filed for its receiver and logged."""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from daybook.simulators.payer.faults import Faults, Kind, Occasion
from daybook.simulators.payer.storage import Passed, Storage
from daybook.x12.checking.envelope_rules import ID_QUALIFIERS
from daybook.x12.declaring import LoopModel
from daybook.x12.delimiters import STANDARD, Delimiters
from daybook.x12.reading import Segment, read
from daybook.x12.segments.control import InterchangeAcknowledgment
from daybook.x12.writing import Envelope, Unwritable, write

HTTP, FOLDER = "http", "folder"
# The last ones cannot be in a value, which is printed characters only.
_DELIMITERS = (
    STANDARD,
    Delimiters(element="|", component=">", repetition="!", segment="`"),
    Delimiters(element="\x1d", component="\x1f", repetition="\x1e", segment="\x1c"),
)


@dataclass(frozen=True, slots=True)
class To:
    """Whom something goes to: by which channel, in answer to which payload, about whom."""

    receiver: str
    channel: str = HTTP
    answers: str = ""
    members: frozenset[str] = frozenset()


class Outgoing:
    """Everything that leaves; the same seed and calls give the same bytes."""

    def __init__(self, storage: Storage, faults: Faults, seed: int) -> None:
        self._storage, self._faults, self._seed = storage, faults, seed

    def number(self) -> int:
        """A control number that was not used (ISA13, GS06)."""
        return self._storage.count_on("interchange")

    def payload_id(self) -> str:
        """A payload id that was not used: a UUID by seed."""
        said = f"{self._seed} payload {self._storage.count_on('payload')}"
        return str(uuid.UUID(bytes=sha256(said.encode()).digest()[:16], version=4))

    def back(
        self,
        header: Segment,
        at: datetime,
        models: Sequence[LoopModel],
        acknowledgments: Sequence[InterchangeAcknowledgment] = (),
    ) -> bytes:
        """An interchange to whoever sent one with this ISA."""
        number = self.number()
        envelope = Envelope(
            sender=_id(header.get(8)),
            receiver=_id(header.get(6)),
            number=number,
            at=at,
            sender_qualifier=_qualifier(header.get(7)),
            receiver_qualifier=_qualifier(header.get(5)),
            first_group=number,
            usage="T" if header.get(15) == "T" else "P",
        )
        return _written(envelope, models, acknowledgments)

    def to(
        self, sender: str, receiver: str, at: datetime, model: LoopModel, group_sender: str = ""
    ) -> bytes:
        """An interchange with one transaction."""
        number = self.number()
        envelope = Envelope(
            sender=sender,
            receiver=receiver,
            number=number,
            at=at,
            application_sender=group_sender,
            first_group=number,
        )
        return _written(envelope, [model])

    def damaged(self, to: To, kind: str, body: bytes) -> bytes:
        """The bytes as they go out over a connection that is open."""
        return self._faults.damaged(body, _occasion(to, kind), self._seed)

    def file(self, to: To, kind: str, at: datetime, body: bytes) -> None:
        """Files a document to be picked up: later, twice or damaged where a fault says so."""
        occasion = _occasion(to, kind)
        late = self._faults.happens(Kind.LATE, occasion)
        ready = at + timedelta(days=late.days) if late else at
        twice = self._faults.happens(Kind.DUPLICATE, occasion)
        sent = self._faults.damaged(body, occasion, self._seed)
        for _ in range(2 if twice else 1):
            self._storage.file(
                to.receiver, to.channel, kind, to.answers, self.payload_id(), ready, sent
            )
        self.log(at, "clearinghouse to provider", "", to.receiver, kind, sent)

    def log(
        self, at: datetime, hop: str, sender: str, receiver: str, what: str, body: bytes
    ) -> None:
        """Logs date, time and control numbers of a hop (CAQH CORE, response time rules)."""
        said = Passed(at.isoformat(), hop, sender, receiver, what, _numbers(body), body)
        self._storage.pass_on(said)


def _written(
    envelope: Envelope,
    models: Sequence[LoopModel],
    acknowledgments: Sequence[InterchangeAcknowledgment] = (),
) -> bytes:
    """With the first separators that no value holds: what we repeat may hold any of theirs."""
    for delimiters in _DELIMITERS:
        with suppress(Unwritable):
            return write(envelope, models, acknowledgments, delimiters)
    return write(envelope, models, acknowledgments)


def _id(said: str) -> str:
    """An id of an ISA as it can be written back, whatever stood there."""
    kept = "".join(one for one in said if one.isascii() and (one.isalnum() or one in " -._"))
    return kept.strip()[:15] or "UNKNOWN"


def _qualifier(said: str) -> str:
    return said if said in ID_QUALIFIERS else "ZZ"


def _occasion(to: To, kind: str) -> Occasion:
    return Occasion(to.receiver, to.answers, kind, to.members)


def _numbers(body: bytes) -> str:
    """ISA13, GS06 and ST02 of every part, as `ISA 7, GS 7, ST 0001`."""
    places = {"ISA": 13, "GS": 6, "ST": 2}
    said = ", ".join(
        f"{one.id} {one.get(places[one.id])}"
        for one in read(body)
        if isinstance(one, Segment) and one.id in places
    )
    return said.encode("ascii", "replace").decode()
