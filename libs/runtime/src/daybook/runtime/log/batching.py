"""A send, before and after the log: where each record goes, and one outcome for each in order."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from daybook.events.codec import Record
from daybook.runtime.log import LogError, Sent, Spot
from daybook.runtime.log.partitioning import partition_of

# Of key and value. The store refuses events above half of it long before.
RECORD_LIMIT = 1 << 20

Outcome = Sent | LogError


class Placed(NamedTuple):
    """A record on its way: which of the send it is, and the partition it goes to."""

    nth: int
    spot: Spot
    record: Record


def size_of(record: Record) -> int:
    """Bytes of key and value. Headers are the envelope, a kilobyte at most."""
    return len(record.key) + len(record.value)


class Sending:
    """One call of send: its records, and the outcomes as they become known."""

    def __init__(self, records: Sequence[tuple[str, Record]]) -> None:
        self._records = records
        self._outcomes: list[Outcome | None] = [None] * len(records)

    def topics(self) -> frozenset[str]:
        """Every topic that something is sent to."""
        return frozenset(topic for topic, _ in self._records)

    def place(self, counts: Mapping[str, int]) -> Iterator[Placed]:
        """What can be sent, in order; `counts` are the partitions of each topic that exists."""
        failed: set[tuple[str, bytes]] = set()
        for index, (topic, record) in enumerate(self._records):
            if (topic, record.key) in failed:
                continue
            if topic not in counts:
                fault = f"the log does not know a topic {topic}; create it first"
            elif (size := size_of(record)) > RECORD_LIMIT:
                fault = f"a record for {topic} has {size} bytes, and {RECORD_LIMIT} is the limit"
            else:
                yield Placed(index, Spot(topic, partition_of(record.key, counts[topic])), record)
                continue
            failed.add((topic, record.key))
            self._outcomes[index] = LogError(fault)

    def sent(self, spot: Spot, first: int, placed: Sequence[Placed]) -> None:
        """These lie on the partition one after the other, from offset `first`."""
        for place, (nth, _, _) in enumerate(placed):
            self._outcomes[nth] = Sent(spot, first + place)

    def outcomes(self, otherwise: LogError | None = None) -> Sequence[Outcome]:
        """One outcome each, in order; `otherwise` for those of which nothing is known.

        After an error of a key nothing later of it counts as sent, also if it was: to send it
        again does no harm, while to take it as sent would leave a hole before it.
        """
        unknown = otherwise or LogError("not sent, as an earlier record of the same key was not")
        failed: set[tuple[str, bytes]] = set()
        result: list[Outcome] = []
        for (topic, record), known in zip(self._records, self._outcomes, strict=True):
            outcome = unknown if known is None or (topic, record.key) in failed else known
            if isinstance(outcome, LogError):
                failed.add((topic, record.key))
                outcome = known if isinstance(known, LogError) else outcome
            result.append(outcome)
        return result
