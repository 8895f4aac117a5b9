"""The key store: a key a person, wrapped by the practice's, in a database of its own."""

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from daybook.events.codec import Record
from daybook.events.envelope import Recorded
from daybook.runtime.clock import REAL, World
from daybook.runtime.db import engine
from daybook.runtime.grouping import Grouping
from daybook.runtime.keys.errors import KeyDestroyed, KeyLost
from daybook.runtime.keys.memory import Memory
from daybook.runtime.keys.practices import Practices
from daybook.runtime.keys.wrapping import KEY_BYTES, MasterKeyError, Practice, read_master_key
from daybook.runtime.settings import Settings

Pair = tuple[UUID, UUID]
"""(practice, person)"""

KEPT_SECONDS = 300.0
KEPT_MOST = 50_000
OPENED_SECONDS = 5.0
OPENED_MOST = 2_000
ABSENT_SECONDS = 1.0  # another process may make the key at any moment
GROUP = 500

MAKE = text(
    "INSERT INTO person_keys (tenant, person, wrapped) "
    "SELECT * FROM unnest(CAST(:tenants AS uuid[]), CAST(:persons AS uuid[]), "
    "CAST(:wrapped AS bytea[])) ON CONFLICT (tenant, person) DO NOTHING RETURNING tenant, person"
)
FIND = text(
    "SELECT tenant, person, wrapped FROM person_keys JOIN "
    "unnest(CAST(:tenants AS uuid[]), CAST(:persons AS uuid[])) AS wanted (tenant, person) "
    "USING (tenant, person)"
)
LEAVE_TOMBSTONE = text(
    "INSERT INTO person_keys (tenant, person, destroyed_at) VALUES (:tenant, :person, now()) "
    "ON CONFLICT (tenant, person) DO NOTHING"
)
DESTROY = text(
    "UPDATE person_keys SET wrapped = NULL, destroyed_at = now() "
    "WHERE tenant = :tenant AND person = :person AND destroyed_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class Found:
    """The keys there are, and of whom the key was destroyed; who is in neither never had one."""

    keys: Mapping[Pair, bytes]
    destroyed: frozenset[Pair] = frozenset()


class Keys:
    """Keys of people and practices (decision 19). Raises MasterKeyError if there is none.

    A key is kept in memory for five minutes, so a key destroyed by another process may open
    things here for as long; `forget` ends that at once. `opened` are records as they were opened a
    moment ago, by topic: the services of one process open each record once between them.
    """

    def __init__(self, settings: Settings, world: World = REAL) -> None:
        # Autocommit: each statement is whole by itself, and a key is durable before it is used.
        self._engine = engine(
            settings.dsn("keys", "machine"), size=4, name="keys"
        ).execution_options(isolation_level="AUTOCOMMIT")
        self._practices = Practices(
            self._engine,
            read_master_key(settings.master_key),
            Memory(world.monotonic, seconds=KEPT_SECONDS, most=KEPT_MOST),
        )
        self._kept = Memory[Pair, bytes](world.monotonic, seconds=KEPT_SECONDS, most=KEPT_MOST)
        self._destroyed = Memory[Pair, bool](world.monotonic, seconds=KEPT_SECONDS, most=KEPT_MOST)
        self._absent = Memory[Pair, bool](world.monotonic, seconds=ABSENT_SECONDS, most=KEPT_MOST)
        self.opened = Memory[tuple[str, Record], Recorded](
            world.monotonic, seconds=OPENED_SECONDS, most=OPENED_MOST
        )
        self._making = Grouping(self._make, most=GROUP)
        self._finding = Grouping(self._find, most=GROUP)

    async def for_sealing(self, tenant: UUID, persons: Collection[UUID]) -> Mapping[UUID, bytes]:
        """The key of each person, made where there was none.

        Raises KeyDestroyed, KeyLost if the stored key does not unwrap, MasterKeyError.
        """
        wanted = frozenset((tenant, person) for person in persons)
        keys = self._kept.get_many(wanted)
        if len(keys) < len(wanted):
            found = await self._making.submit(wanted - keys.keys())
            keys.update(found.keys)
            for pair in wanted - keys.keys():
                raise KeyDestroyed(*pair) if pair in found.destroyed else KeyLost(*pair)
        return {person: keys[tenant, person] for person in persons}

    async def for_opening(self, pairs: Collection[Pair]) -> Mapping[Pair, bytes]:
        """The keys there are; a missing or destroyed one is simply not among them."""
        return (await self.find(pairs)).keys

    async def find(self, pairs: Collection[Pair]) -> Found:
        """The keys there are, and which were destroyed, in at most one query.

        Raises MasterKeyError.
        """
        keys = self._kept.get_many(pairs)
        if len(keys) == len(pairs):
            return Found(keys)
        rest = frozenset(pairs) - keys.keys()
        destroyed = frozenset(self._destroyed.get_many(rest))
        unknown = rest - destroyed - self._absent.get_many(rest).keys()
        if unknown:
            found = await self._finding.submit(unknown)
            keys.update((pair, found.keys[pair]) for pair in unknown & found.keys.keys())
            destroyed |= unknown & found.destroyed
        return Found(keys, destroyed)

    async def destroy(self, tenant: UUID, person: UUID) -> None:
        """Destroys the person's key for good, and leaves a tombstone, also where there was none."""
        parameters = {"tenant": tenant, "person": person}
        async with self._engine.connect() as connection:
            await connection.execute(LEAVE_TOMBSTONE, parameters)
            await connection.execute(DESTROY, parameters)
        self.forget(tenant, person)
        self._destroyed.put((tenant, person), True)

    def forget(self, tenant: UUID, person: UUID) -> None:
        """Drops the person's key from memory: it was destroyed elsewhere."""
        self._kept.drop((tenant, person))
        self.opened.clear()

    async def mac(self, tenant: UUID, purpose: bytes, value: bytes) -> bytes:
        """HMAC-SHA256 of `value` under the practice's key for `purpose` (RFC 2104, RFC 5869)."""
        return (await self._practices.get(tenant)).mac(purpose, value)

    async def macs(self, tenant: UUID, values: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
        """The HMAC of each (purpose, value), as `mac` makes it."""
        practice = await self._practices.get(tenant)
        return [practice.mac(purpose, value) for purpose, value in values]

    async def seal_token(self, tenant: UUID, purpose: bytes, data: bytes) -> str:
        """`data` sealed for a URL, to be opened by this practice for this purpose only."""
        return (await self._practices.get(tenant)).seal_token(purpose, data)

    async def open_token(self, tenant: UUID, purpose: bytes, token: str) -> bytes | None:
        """What was sealed; None for a token that was changed, or made elsewhere or otherwise."""
        return (await self._practices.get(tenant)).open_token(purpose, token)

    async def close(self) -> None:
        await self._making.close()
        await self._finding.close()
        await self._practices.close()
        await self._engine.dispose()

    async def _make(self, groups: Sequence[frozenset[Pair]]) -> Sequence[Found | Exception]:
        """Keys for everyone named in `groups`: one statement, and one more for whom it had them."""
        wanted = frozenset[Pair]().union(*groups)
        practices = await self._practices.get_many({tenant for tenant, _ in wanted})
        made: dict[Pair, bytes] = {}
        wrapped: list[bytes] = []
        # In key order, so that two processes' statements never wait for each other crosswise.
        for tenant, person in sorted(wanted):
            practice = practices[tenant]
            if isinstance(practice, Practice):
                key = made[tenant, person] = os.urandom(KEY_BYTES)
                wrapped.append(practice.wrap(person, key))
        async with self._engine.connect() as connection:
            rows = await connection.execute(MAKE, {**_columns(made), "wrapped": wrapped})
            ours = {(tenant, person) for tenant, person in rows}
        theirs = await self._read(made.keys() - ours, practices)
        found = self._remember(
            Found({**theirs.keys, **{p: made[p] for p in ours}}, theirs.destroyed)
        )
        return _outcomes(groups, practices, found)

    async def _find(self, groups: Sequence[frozenset[Pair]]) -> Sequence[Found | Exception]:
        wanted = frozenset[Pair]().union(*groups)
        practices = await self._practices.get_many({tenant for tenant, _ in wanted}, make=False)
        found = self._remember(await self._read(wanted, practices))
        for pair in wanted - found.keys.keys() - found.destroyed:
            self._absent.put(pair, True)
        return _outcomes(groups, practices, found)

    async def _read(
        self, pairs: Collection[Pair], practices: Mapping[UUID, Practice | MasterKeyError]
    ) -> Found:
        if not pairs:
            return Found({})
        async with self._engine.connect() as connection:
            rows = (await connection.execute(FIND, _columns(pairs))).all()
        keys: dict[Pair, bytes] = {}
        for tenant, person, wrapped in rows:
            practice = practices.get(tenant)
            if wrapped is not None and isinstance(practice, Practice):
                key = practice.unwrap(person, wrapped)
                if key is not None:
                    keys[tenant, person] = key
        return Found(keys, frozenset((t, p) for t, p, wrapped in rows if wrapped is None))

    def _remember(self, found: Found) -> Found:
        """`found`, less what was destroyed here while the query was on its way."""
        for pair in found.destroyed:
            self._destroyed.put(pair, True)
        late = self._destroyed.get_many(found.keys.keys())
        keys = {pair: key for pair, key in found.keys.items() if pair not in late}
        for pair, key in keys.items():
            self._kept.put(pair, key)
        return Found(keys, found.destroyed | late.keys())


def _columns(pairs: Iterable[Pair]) -> dict[str, list[UUID]]:
    listed = list(pairs)
    return {"tenants": [tenant for tenant, _ in listed], "persons": [p for _, p in listed]}


def _outcomes(
    groups: Sequence[frozenset[Pair]],
    practices: Mapping[UUID, Practice | MasterKeyError],
    found: Found,
) -> Sequence[Found | Exception]:
    """`found` for each group, or what is wrong with a practice of that group."""
    broken = {t: e for t, e in practices.items() if isinstance(e, MasterKeyError)}
    if not broken:
        return [found] * len(groups)
    return [next((broken[t] for t, _ in group if t in broken), found) for group in groups]
