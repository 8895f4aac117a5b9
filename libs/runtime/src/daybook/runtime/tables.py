"""The tables every service's database has beside its own read tables (SQLAlchemy Core)."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, ExcludeConstraint

METADATA = MetaData()


def instant(name: str, *, nullable: bool = False, now: bool = False) -> Column[Any]:
    """A column for an instant, in UTC."""
    default = func.clock_timestamp() if now else None
    return Column(name, DateTime(timezone=True), nullable=nullable, server_default=default)


events = Table(
    "events",
    METADATA,
    Column("tenant", Uuid, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("id", Uuid, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("schema_version", SmallInteger, nullable=False),
    Column("subject", Uuid),
    Column("actor", Text, nullable=False),
    instant("occurred_at"),
    instant("recorded_at"),
    Column("correlation", Uuid, nullable=False),
    Column("causation", Uuid, nullable=False),
    Column("traceparent", Text),
    Column("data", LargeBinary, nullable=False),
)

# No cursor points in here: a row is deleted when the log has acknowledged it (decision 5).
outbox = Table(
    "outbox",
    METADATA,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("tenant", Uuid, nullable=False),
    Column("stream", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("topic", Text, nullable=False),
    instant("enqueued_at", now=True),
)

reservations = Table(
    "reservations",
    METADATA,
    Column("tenant", Uuid, primary_key=True),
    Column("scope", Text, primary_key=True),
    Column("value", LargeBinary, primary_key=True),
    Column("stream", Text, nullable=False),
)


# GiST alone cannot compare ids for equality (btree_gist is not everywhere), but it can ask whether
# two ranges of one id each overlap. The runtime's first migration makes the type uuidrange.
reserved_times = Table(
    "reserved_times",
    METADATA,
    Column("tenant", Uuid, nullable=False),
    Column("lane", Uuid, nullable=False),
    Column("during", TSTZRANGE, nullable=False),
    Column("stream", Text, nullable=False),
    ExcludeConstraint(
        (text("uuidrange(tenant, tenant, '[]')"), "&&"),
        (text("uuidrange(lane, lane, '[]')"), "&&"),
        ("during", "&&"),
        using="gist",
        name="one_at_a_time",
    ),
    Index("reserved_times_by_stream", "tenant", "stream"),
    Index("reserved_times_by_lane", "tenant", "lane"),
)

idempotency = Table(
    "idempotency",
    METADATA,
    Column("tenant", Uuid, primary_key=True),
    Column("actor", Text, primary_key=True),
    Column("method", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("body_mac", LargeBinary, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("location", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("version", Integer, nullable=False),
    instant("claimed_at", now=True),
    Index("idempotency_by_age", "claimed_at"),
)

# These know no practice: they hold positions and counts, nothing of anyone.
leases = Table(
    "leases",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("owner", Uuid, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    instant("until"),
)

acknowledged = Table(
    "acknowledged",
    METADATA,
    Column("topic", Text, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("offset", BigInteger, nullable=False),
)

checkpoints = Table(
    "checkpoints",
    METADATA,
    Column("projection", Text, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("next", BigInteger, nullable=False),
)

guards = Table(
    "guards",
    METADATA,
    Column("projection", Text, primary_key=True),
    Column("tenant", Uuid, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("event_id", Uuid, nullable=False),
)

# `tenant` is null where a record is so corrupt that nobody can tell whose it is. Whoever reads
# the row still finds the record byte for byte.
parked = Table(
    "parked",
    METADATA,
    Column("projection", Text, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("offset", BigInteger, primary_key=True),
    Column("tenant", Uuid),
    Column("key", LargeBinary, nullable=False),
    Column("version", Integer),
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("headers", LargeBinary, nullable=False),
    Column("value", LargeBinary, nullable=False),
    instant("appended_at"),
    instant("parked_at", now=True),
    Index("parked_by_key", "projection", "key"),
)

# A job that was running when its process died keeps state "running", and its beat grows old.
imports = Table(
    "imports",
    METADATA,
    Column("tenant", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("actor", Text, nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("total", BigInteger),
    Column("done", BigInteger, nullable=False),
    Column("counts", JSONB, nullable=False),
    instant("started_at", now=True),
    instant("beat_at", now=True),
)

import_rejections = Table(
    "import_rejections",
    METADATA,
    Column("tenant", Uuid, primary_key=True),
    Column("import_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("type", Text, nullable=False),
    Column("where", Text, nullable=False),
    Column("what", Text, nullable=False),
)

OF_A_PRACTICE = (
    *(events, outbox, reservations, reserved_times, idempotency),
    *(guards, parked, imports, import_rejections),
)
OF_THE_MACHINE = (leases, acknowledged, checkpoints)
