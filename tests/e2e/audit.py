"""A reader of its own: what the stores hold, what the log carries, and what follows from it.

It shares no code with the services: it takes rows and records as they lie there, opens them with
the keys that lie there, folds them by rules written here, and says what differs anywhere.
"""

import json
from base64 import b64decode
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from daybook.runtime.embedded import EmbeddedPostgres
from daybook.runtime.keys.sealing import open_
from daybook.runtime.keys.wrapping import Practice, read_master_key, unwrap_practice

from .books import KEYS, Row, Table, expected, fold

SERVICES = ("practice", "registration", "scheduling", "eligibility", "ehr", "billing")


@dataclass(frozen=True, slots=True)
class Written:
    """An event as a store or the log has it."""

    service: str
    stream: str
    version: int
    id: UUID
    type: str
    data: bytes


@dataclass(slots=True)
class Audit:
    """What was found wrong, and how much there was to look at."""

    wrong: list[str] = field(default_factory=list)
    events: int = 0
    rows: int = 0
    patients: list[Row] = field(default_factory=list)

    def expect(self, holds: bool, what: str) -> None:
        if not holds:
            self.wrong.append(what)


@dataclass(frozen=True, slots=True)
class Auditor:
    """Reads everything under the data directory of a running platform with one practice."""

    data: Path

    async def connect(self, name: str) -> "asyncpg.Connection[asyncpg.Record]":
        """As the superuser, who sees every row."""
        dsn = EmbeddedPostgres(self.data, say=lambda _: None).supervisor_dsn()
        return await readable(await asyncpg.connect(dsn, database=f"daybook_{name}"))

    async def rows(self, name: str, query: str) -> list[Row]:
        connection = await self.connect(name)
        try:
            return [dict(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    async def audit(self) -> Audit:
        """Compares stores, log and every read table."""
        audit = Audit()
        stored = [event for name in SERVICES for event in await self.stored(name, audit)]
        audit.events = len(stored)
        same_events(stored, await self.logged(), audit)
        facts = fold(self._opened(stored, await self.keys()))
        audit.patients = list(facts.patients.values())
        for service, tables in expected(facts).items():
            for table, rows in tables.items():
                await self._compare(service, table, rows, audit)
        return audit

    async def stored(self, service: str, audit: Audit) -> list[Written]:
        waiting = await self.rows(service, "SELECT count(*) AS n FROM outbox")
        audit.expect(waiting[0]["n"] == 0, f"{service}: the outbox holds {waiting[0]['n']}")
        rows = await self.rows(service, "SELECT * FROM events ORDER BY tenant, stream, version")
        audit.expect(len({row["tenant"] for row in rows}) <= 1, f"{service}: two practices")
        versions = defaultdict[str, list[int]](list)
        for row in rows:
            versions[row["stream"]].append(row["version"])
        for stream, found in versions.items():
            audit.expect(found == list(range(1, len(found) + 1)), f"{stream}: versions {found}")
        return [
            Written(service, *(row[n] for n in ("stream", "version", "id", "type", "data")))
            for row in rows
        ]

    async def logged(self) -> list[tuple[str, UUID, int, bytes]]:
        """(stream, event id, version, data) of every record, in the order of its partition."""
        port = self.data / "kafka" / "port.json"
        records = self._embedded()
        if port.exists():
            records = kafka_records(f"127.0.0.1:{json.loads(port.read_text())['port']}")
        return [told async for told in spelled(records)]

    async def _embedded(self) -> Any:
        query = 'SELECT headers, value FROM records ORDER BY topic, "partition", "offset"'
        for row in await self.rows("log", query):
            yield dict(json.loads(row["headers"])), row["value"]

    async def keys(self) -> dict[UUID, bytes]:
        """The key of each person."""
        master = read_master_key(self.data / "master.key")
        practices: dict[UUID, Practice] = {
            row["tenant"]: unwrap_practice(master, row["tenant"], row["wrapped"])
            for row in await self.rows("keys", "SELECT * FROM practice_keys")
        }
        keys = {}
        for row in await self.rows("keys", "SELECT * FROM person_keys"):
            key = practices[row["tenant"]].unwrap(row["person"], row["wrapped"])
            assert key is not None
            keys[row["person"]] = key
        return keys

    def _opened(
        self, stored: Iterable[Written], keys: Mapping[UUID, bytes]
    ) -> Iterator[tuple[str, int, Row]]:
        for event in stored:
            said = json.loads(event.data)
            for person, blob in said.pop("sealed", {}).items():
                id = UUID(person)
                said |= open_(keys[id], event.id, event.type, id, b64decode(blob))
            yield event.stream, event.version, said

    async def _compare(self, service: str, table: str, wanted: Table, audit: Audit) -> None:
        names = KEYS[table]
        found: Table = {}
        for row in await self.rows(service, f"SELECT * FROM {table}"):
            key = tuple(str(row[name]) for name in names)
            audit.expect(key not in found, f"{service}.{table}: {key} is there twice")
            found[key] = row
        audit.rows += len(found)
        for key in sorted(wanted.keys() - found.keys()):
            audit.wrong.append(f"{service}.{table}: {key} is missing")
        for key in sorted(found.keys() - wanted.keys()):
            audit.wrong.append(f"{service}.{table}: {key} should not be there")
        for key in wanted.keys() & found.keys():
            for name, value in wanted[key].items():
                is_ = found[key][name]
                same = is_ == value or str(is_) == str(value)
                audit.expect(same, f"{service}.{table}: {key} has another {name}")


async def readable(
    connection: "asyncpg.Connection[asyncpg.Record]",
) -> "asyncpg.Connection[asyncpg.Record]":
    """The connection, with documents as Python has them."""
    await connection.set_type_codec(
        "jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog"
    )
    return connection


async def spelled(records: Any) -> Any:
    """(stream, event id, version, data) of records with their headers."""
    async for said, value in records:
        yield said["ce_stream"], UUID(said["ce_id"]), int(said["ce_streamversion"]), value


def same_events(
    stored: Sequence[Written], log: Sequence[tuple[str, UUID, int, bytes]], audit: Audit
) -> None:
    """The log carries what is stored, byte for byte, each stream in order; a record may be there
    again after a kill, which the guard of every reader drops."""
    by_id = {event.id: event for event in stored}
    audit.expect(len(by_id) == len(stored), "two events have one id")
    seen: dict[UUID, None] = {}
    last = Counter[str]()
    for stream, id, version, data in log:
        event = by_id.get(id)
        if event is None:
            audit.wrong.append(f"{stream}@{version} is on the log and in no store")
            continue
        audit.expect((event.stream, event.version) == (stream, version), f"{stream} is misnamed")
        audit.expect(event.data == data, f"{stream}@{version} differs on the log")
        if id not in seen:
            audit.expect(version == last[stream] + 1, f"{stream}@{version} is out of order")
            last[stream] = version
            seen[id] = None
    audit.expect(len(seen) == len(stored), f"{len(stored) - len(seen)} events are not on the log")


async def kafka_records(server: str, generation: int = 1) -> Any:
    """The headers and the value of every record of our topics."""
    # Asked of the broker: a consumer's own picture of the topics may be empty as yet.
    admin = AIOKafkaAdminClient(bootstrap_servers=server)
    await admin.start()
    described = await admin.describe_topics()
    await admin.close()
    spots = [
        TopicPartition(topic["topic"], part["partition"])
        for topic in described
        if topic["topic"].endswith(f"-g{generation}")
        for part in topic["partitions"]
    ]
    consumer = AIOKafkaConsumer(bootstrap_servers=server, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign(spots)
        ends = await consumer.end_offsets(spots)
        await consumer.seek_to_beginning(*spots)
        while any([await consumer.position(spot) < ends[spot] for spot in spots]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                for record in records:
                    yield {name: value.decode() for name, value in record.headers}, record.value
    finally:
        await consumer.stop()
