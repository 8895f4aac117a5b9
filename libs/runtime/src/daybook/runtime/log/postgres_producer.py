"""Appending to the embedded log: one statement takes offsets, checks the epoch and inserts.

A statement, and not a transaction of several: a relay that is paused in the middle (F2) then holds
no lock that its successor would wait for.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence

import orjson

from daybook.events.codec import Record
from daybook.runtime.log import Fenced, LogError, Spot, logical, physical
from daybook.runtime.log.batching import Outcome, Placed, Sending, size_of
from daybook.runtime.log.postgres_pulse import UNREACHABLE, Pool, Pulse

# Locks in order of topic and partition, so that two producers never wait for each other in a ring.
# A producer's row is share-locked: a newer epoch waits for a statement that is under way, and a
# statement that comes after it finds the row changed.
_APPEND = """
WITH fence AS MATERIALIZED (
  SELECT FROM producers WHERE name = $1 AND epoch = $2 FOR SHARE
), locked AS MATERIALIZED (
  SELECT p.topic, p.partition, w.records, w.nth
  FROM partitions p
  JOIN unnest($3::text[], $4::int[], $5::int[]) WITH ORDINALITY
    AS w(topic, partition, records, nth) USING (topic, partition)
  WHERE EXISTS (SELECT FROM fence)
  ORDER BY p.topic, p.partition
  FOR UPDATE OF p
), moved AS (
  UPDATE partitions p
  SET next = p.next + l.records, latest = greatest(p.latest, clock_timestamp())
  FROM locked l WHERE p.topic = l.topic AND p.partition = l.partition
  RETURNING l.nth, p.topic, p.partition, p.next - l.records AS first, p.latest
), stored AS (
  INSERT INTO records (topic, partition, "offset", key, headers, value, appended_at)
  SELECT m.topic, m.partition, m.first + r.place, r.key, r.headers, r.value, m.latest
  FROM unnest($6::int[], $7::int[], $8::bytea[], $9::bytea[], $10::bytea[])
    AS r(nth, place, key, headers, value)
  JOIN moved m ON m.nth = r.nth
)
SELECT nth, first FROM moved
"""
_REGISTER = """
INSERT INTO producers (name, epoch) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET epoch = excluded.epoch WHERE producers.epoch <= excluded.epoch
RETURNING epoch
"""
_EPOCH = "SELECT epoch FROM producers WHERE name = $1"
_COUNTS = "SELECT topic, count(*)::int FROM partitions WHERE topic = ANY($1) GROUP BY topic"

_MOST_RECORDS = 5000
_MOST_BYTES = 8 << 20


class PostgresProducer:
    """Sends as one epoch of one relay."""

    def __init__(
        self, name: str, epoch: int, pool: Pool, pulse: Pulse, generation: int, limit: float
    ) -> None:
        # Each generation has relays of its own, whose leases may count from 1 again.
        self._name, self._epoch = physical(name, generation), epoch
        self._pool, self._pulse = pool, pulse
        self._generation, self._limit = generation, limit
        self._counts: dict[str, int] = {}

    async def register(self) -> None:
        """Fences every older epoch. Raises Fenced if there is a newer one, LogError."""
        try:
            async with asyncio.timeout(self._limit):
                row = await self._pool.fetchrow(_REGISTER, self._name, self._epoch)
        except UNREACHABLE as error:
            raise LogError(f"the log does not answer ({type(error).__name__})") from error
        if row is None:
            raise self._fenced()

    async def send(self, records: Sequence[tuple[str, Record]]) -> Sequence[Outcome]:
        sending = Sending(records)
        ends: dict[Spot, int] = {}
        trouble: LogError | None = None
        try:
            async with asyncio.timeout(self._limit):
                await self._count(sending.topics())
                for chunk in _chunks(sending.place(self._counts)):
                    ends |= await self._append(sending, chunk)
        except LogError as error:
            trouble = error
        except UNREACHABLE as error:
            trouble = LogError(f"the log did not take it ({type(error).__name__}); send again")
        if ends:
            self._pulse.appended(ends)
        return sending.outcomes(trouble)

    async def close(self) -> None:
        """Nothing to do: connections are the log's."""

    async def _count(self, topics: Iterable[str]) -> None:
        """Learns the partitions of topics; they never change while a generation lives."""
        missing = [physical(t, self._generation) for t in topics if t not in self._counts]
        if missing:
            for name, count in await self._pool.fetch(_COUNTS, missing):
                self._counts[logical(name, self._generation) or name] = count

    async def _append(self, sending: Sending, chunk: Sequence[Placed]) -> dict[Spot, int]:
        by_spot: dict[Spot, list[Placed]] = {}
        for placed in chunk:
            by_spot.setdefault(placed.spot, []).append(placed)
        spots = list(by_spot)
        records = [placed.record for spot in spots for placed in by_spot[spot]]
        rows = await self._pool.fetch(
            _APPEND,
            self._name,
            self._epoch,
            [physical(spot.topic, self._generation) for spot in spots],
            [spot.partition for spot in spots],
            [len(by_spot[spot]) for spot in spots],
            [nth for nth, spot in enumerate(spots, 1) for _ in by_spot[spot]],
            [place for spot in spots for place in range(len(by_spot[spot]))],
            [record.key for record in records],
            [_headers(record) for record in records],
            [record.value for record in records],
        )
        if not rows:
            raise await self._refusal()
        ends: dict[Spot, int] = {}
        for nth, first in rows:
            spot = spots[nth - 1]
            sending.sent(spot, first, by_spot[spot])
            ends[spot] = first + len(by_spot[spot])
        return ends

    async def _refusal(self) -> LogError:
        epoch = await self._pool.fetchval(_EPOCH, self._name)
        if epoch is None or epoch == self._epoch:
            self._counts.clear()
            return LogError("the log was restored to an earlier state; make a new producer")
        return self._fenced()

    def _fenced(self) -> Fenced:
        return Fenced(
            f"epoch {self._epoch} of the relay {self._name} is over: another holds its lease"
        )


def _headers(record: Record) -> bytes:
    return orjson.dumps([(name, value.decode("latin-1")) for name, value in record.headers])


def _chunks(placed: Iterable[Placed]) -> Iterator[list[Placed]]:
    """Pieces of a send that fit one statement."""
    chunk: list[Placed] = []
    size = 0
    for each in placed:
        chunk.append(each)
        size += size_of(each.record)
        if len(chunk) >= _MOST_RECORDS or size >= _MOST_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
