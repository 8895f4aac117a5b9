"""Who reads what on the embedded log: members, their deadlines, and how partitions are shared out.

Whoever is in a group can work out the shares alone, from the members and the partitions; nothing
is negotiated, and no row says who owns a partition. A change of members locks the group's row,
counts its generation up and is told to every process on commit.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias
from uuid import UUID

from asyncpg import Connection, Record
from asyncpg.pool import PoolConnectionProxy

from daybook.runtime.log import Spot, physical

Asyncpg: TypeAlias = "Connection[Record] | PoolConnectionProxy[Record]"

CHANNEL = "daybook_log"

_LOCK = "SELECT generation FROM groups WHERE name = $1 FOR UPDATE"
_BORN = "INSERT INTO groups (name) VALUES ($1) ON CONFLICT DO NOTHING"
_BURY = (
    'DELETE FROM members WHERE "group" = $1 AND deadline < clock_timestamp() AND member <> $2'
    " RETURNING member"
)
_FIND = 'SELECT topics FROM members WHERE "group" = $1 AND member = $2'
_ENTER = """
INSERT INTO members ("group", member, session, topics, lasts, deadline)
VALUES ($1, $2, $3, $4, $5, clock_timestamp() + $5)
ON CONFLICT ("group", member) DO UPDATE SET session = excluded.session, topics = excluded.topics,
  lasts = excluded.lasts, deadline = excluded.deadline
"""
_LEAVE = 'DELETE FROM members WHERE "group" = $1 AND session = $2 RETURNING member'
_COUNT_UP = "UPDATE groups SET generation = generation + 1 WHERE name = $1"
_TELL = f"SELECT pg_notify('{CHANNEL}', json_build_object('group', $1::text)::text)"
_ROSTER = """
SELECT g.generation, m.member, m.session, m.topics
FROM groups g LEFT JOIN members m ON m."group" = g.name WHERE g.name = $1
"""
_SPOTS = "SELECT topic, partition FROM partitions WHERE topic = ANY($1)"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a reader says when it joins; topics are logical."""

    group: str
    member: str
    session: UUID
    topics: frozenset[str]
    lasts: timedelta


@dataclass(frozen=True, slots=True)
class Roster:
    """A group as it stands: its generation, and each member's session and partitions."""

    generation: int
    sessions: Mapping[str, UUID]
    shares: Mapping[str, frozenset[Spot]]


def share_out(
    topics: Mapping[str, frozenset[str]], spots: Iterable[Spot]
) -> dict[str, frozenset[Spot]]:
    """Each member's partitions, from each member's topics: even, and the same wherever it is run.

    In order of topic and partition, each goes to the member who reads its topic and has fewest.
    """
    shares: dict[str, set[Spot]] = {member: set() for member in sorted(topics)}
    load: Counter[str] = Counter()
    for spot in sorted(spots):
        takers = [member for member in shares if spot.topic in topics[member]]
        if takers:
            taker = min(takers, key=lambda member: load[member])
            shares[taker].add(spot)
            load[taker] += 1
    return {member: frozenset(share) for member, share in shares.items()}


async def join(connection: Asyncpg, enrolment: Enrolment) -> None:
    """Enters the group, or takes the place of an earlier session of the same member."""
    group, member = enrolment.group, enrolment.member
    async with connection.transaction():
        await connection.execute(_BORN, group)
        await connection.fetchval(_LOCK, group)
        buried = await connection.fetch(_BURY, group, member)
        before = await connection.fetchval(_FIND, group, member)
        await connection.execute(
            _ENTER, group, member, enrolment.session, sorted(enrolment.topics), enrolment.lasts
        )
        # A restart changes no share: the others need not even notice.
        if buried or before is None or set(before) != enrolment.topics:
            await connection.execute(_COUNT_UP, group)
        await connection.execute(_TELL, group)


async def leave(connection: Asyncpg, enrolment: Enrolment) -> None:
    """Leaves the group; nothing happens where another session has this member's place."""
    async with connection.transaction():
        await connection.fetchval(_LOCK, enrolment.group)
        if await connection.fetch(_LEAVE, enrolment.group, enrolment.session):
            await connection.execute(_COUNT_UP, enrolment.group)
            await connection.execute(_TELL, enrolment.group)


async def bury(connection: Asyncpg, groups: Collection[str]) -> None:
    """Takes out the members whose deadline is over, by the database's clock."""
    for group in sorted(groups):
        async with connection.transaction():
            await connection.fetchval(_LOCK, group)
            if await connection.fetch(_BURY, group, ""):
                await connection.execute(_COUNT_UP, group)
                await connection.execute(_TELL, group)


async def roster(connection: Asyncpg, group: str, version: int) -> Roster:
    """The group as it stands now, over topics of this generation of the log."""
    rows = await connection.fetch(_ROSTER, group)
    there = [row for row in rows if row["member"] is not None]
    topics = {row["member"]: frozenset(row["topics"]) for row in there}
    names = {physical(topic, version): topic for wanted in topics.values() for topic in wanted}
    spots = await connection.fetch(_SPOTS, list(names))
    return Roster(
        generation=rows[0]["generation"] if rows else 0,
        sessions={row["member"]: row["session"] for row in there},
        shares=share_out(topics, (Spot(names[row["topic"]], row["partition"]) for row in spots)),
    )
