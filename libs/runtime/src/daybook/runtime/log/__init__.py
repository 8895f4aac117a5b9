"""The integration log: one protocol, two adapters (kafka, postgres), one suite of contract tests.

A topic is an aggregate (`registration.patient`); the physical topic carries a generation
(`registration.patient-g1`). A key is tenant/stream, and order is promised within a key.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from daybook.events.codec import Record


class LogError(Exception):
    """The log did not take or give what was asked; after a pause the call may be tried again."""


class Fenced(LogError):
    """A newer epoch of this producer exists: another relay holds the lease."""


class Lost(LogError):
    """The log ends before an offset it once gave out: it was lost, or restored to an earlier state.

    Trying again does not help; the next generation is published from the stores (decision 9).
    """


class Spot(NamedTuple):
    """A partition of a topic. The topic is the logical one, without its generation."""

    topic: str
    partition: int


@dataclass(frozen=True, slots=True)
class Sent:
    """Where a record came to lie."""

    spot: Spot
    offset: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """A record as read: where it lay, and when the log took it (the log's clock)."""

    spot: Spot
    offset: int
    record: Record
    appended_at: datetime


class Producer(Protocol):
    """Sends for one relay. After any error it is thrown away and another is made."""

    async def send(self, records: Sequence[tuple[str, Record]]) -> Sequence[Sent | LogError]:
        """Sends (topic, record) pairs, in order within a key; one outcome for each, in order.

        Never raises for the log's sake. A LogError as outcome may hide a record that did arrive
        (the answer was lost); after the first error of a key nothing later of it counts as sent.
        """
        ...

    async def close(self) -> None: ...


class Reader(Protocol):
    """A member of a consumer group; the group shares out the partitions among its members.

    Where to read on is the caller's own checkpoint, not the log's. Two members may believe for a
    while that a partition is theirs: at most the session timeout, as a rule milliseconds. What
    keeps them apart is the compare-and-set on the caller's checkpoint (decision 11).
    """

    async def assigned(self) -> frozenset[Spot]:
        """The partitions that are this member's now; a poll may change them.

        To be asked after every empty poll. A partition that was another's in between is first
        missing here and back only after the next poll, so that comparing two answers is enough.
        """
        ...

    async def seek(self, offsets: Mapping[Spot, int]) -> None:
        """Reads on from these offsets; every newly assigned partition must be sought first.

        Partitions that are not this member's any more are passed over. Raises Lost where an
        offset is beyond the end of the log.
        """
        ...

    async def poll(self, most: int, wait: float) -> Mapping[Spot, Sequence[Delivered]]:
        """At most `most` records, waiting up to `wait` seconds for the first one.

        Returns at once and empty while there is a change that assigned() has not shown yet, and
        reads nothing of a partition that has not been sought since it was assigned. `wait` may be
        long, half a minute: nothing is gained by waking up to look. Raises Fenced when another
        process took this member's name, Lost when records are gone, LogError when the log does
        not answer.
        """
        ...

    async def ends(self, spots: Collection[Spot]) -> Mapping[Spot, int]:
        """One past the last offset of each partition: end - checkpoint is the lag."""
        ...

    async def close(self) -> None:
        """Leaves the group, so that the others take over at once."""
        ...


class Log(Protocol):
    """An integration log."""

    async def create(self, topics: Collection[str]) -> None:
        """Makes the topics that are missing, kept forever (decision 9); others stay as they are."""
        ...

    async def producer(self, name: str, epoch: int) -> Producer:
        """A producer for relay `name`; where the log can, it fences every older epoch."""
        ...

    async def reader(self, group: str, member: str, topics: Collection[str]) -> Reader:
        """Joins the group. `member` is stable over restarts of the same process."""
        ...

    def scan(self, topic: str, start: Mapping[int, int] | None = None) -> AsyncIterator[Delivered]:
        """Everything up to the end as it is now, in no group; `start` gives partition -> offset.

        In order within a partition. Raises Lost where `start` is beyond the end.
        """
        ...

    async def close(self) -> None: ...


def physical(topic: str, generation: int) -> str:
    """The name of a topic's generation on the log."""
    return f"{topic}-g{generation}"


def logical(topic: str, generation: int) -> str | None:
    """The topic of a physical name; None if that is of another generation."""
    name, mark, number = topic.rpartition("-g")
    return name if mark and number == str(generation) else None


def lost(spot: Spot, end: int, wanted: int) -> Lost:
    """What to say of a partition that ends before an offset it gave out."""
    return Lost(
        f"{spot.topic} partition {spot.partition} ends at {end}, before offset {wanted}: the log"
        " was lost or restored; publish the next generation from the stores"
    )
