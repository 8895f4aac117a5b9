"""The tables every service has: store, outbox, reservations, checkpoints, guards, parked."""

from alembic import op

from daybook.runtime.protection import entrust, protect

revision = "runtime_0001"
down_revision = None
branch_labels = ("runtime",)
depends_on = None

OF_A_PRACTICE = (
    "events",
    "outbox",
    "reservations",
    "reserved_times",
    "idempotency",
    "guards",
    "parked",
    "imports",
    "import_rejections",
)
OF_THE_MACHINE = ("leases", "acknowledged", "checkpoints")

STATEMENTS = (
    """
CREATE TABLE acknowledged (
    topic TEXT NOT NULL,
    generation INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    PRIMARY KEY (topic, generation, partition)
)
""",
    """
CREATE TABLE checkpoints (
    projection TEXT NOT NULL,
    generation INTEGER NOT NULL,
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    next BIGINT NOT NULL,
    PRIMARY KEY (projection, generation, topic, partition)
)
""",
    """
CREATE TABLE events (
    tenant UUID NOT NULL,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    id UUID NOT NULL,
    type TEXT NOT NULL,
    schema_version SMALLINT NOT NULL,
    subject UUID,
    actor TEXT NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    correlation UUID NOT NULL,
    causation UUID NOT NULL,
    traceparent TEXT,
    data BYTEA NOT NULL,
    PRIMARY KEY (tenant, stream, version),
    UNIQUE (id)
)
""",
    """
CREATE TABLE guards (
    projection TEXT NOT NULL,
    tenant UUID NOT NULL,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    event_id UUID NOT NULL,
    PRIMARY KEY (projection, tenant, stream)
)
""",
    """
CREATE TABLE idempotency (
    tenant UUID NOT NULL,
    actor TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    key TEXT NOT NULL,
    body_mac BYTEA NOT NULL,
    status SMALLINT NOT NULL,
    location TEXT NOT NULL,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    claimed_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (tenant, actor, method, path, key)
)
""",
    "CREATE INDEX idempotency_by_age ON idempotency (claimed_at)",
    """
CREATE TABLE import_rejections (
    tenant UUID NOT NULL,
    import_id UUID NOT NULL,
    number INTEGER NOT NULL,
    type TEXT NOT NULL,
    "where" TEXT NOT NULL,
    what TEXT NOT NULL,
    PRIMARY KEY (tenant, import_id, number)
)
""",
    """
CREATE TABLE imports (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    actor TEXT NOT NULL,
    dry_run BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    total BIGINT,
    done BIGINT NOT NULL,
    counts JSONB NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    beat_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    """
CREATE TABLE leases (
    name TEXT NOT NULL,
    owner UUID NOT NULL,
    epoch BIGINT NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (name)
)
""",
    """
CREATE TABLE outbox (
    position BIGINT GENERATED ALWAYS AS IDENTITY,
    tenant UUID NOT NULL,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    topic TEXT NOT NULL,
    enqueued_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (position)
)
""",
    """
CREATE TABLE parked (
    projection TEXT NOT NULL,
    generation INTEGER NOT NULL,
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    tenant UUID,
    key BYTEA NOT NULL,
    version INTEGER,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    headers BYTEA NOT NULL,
    value BYTEA NOT NULL,
    appended_at TIMESTAMP WITH TIME ZONE NOT NULL,
    parked_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (projection, generation, topic, partition, "offset")
)
""",
    "CREATE INDEX parked_by_key ON parked (projection, key)",
    """
CREATE TABLE reservations (
    tenant UUID NOT NULL,
    scope TEXT NOT NULL,
    value BYTEA NOT NULL,
    stream TEXT NOT NULL,
    PRIMARY KEY (tenant, scope, value)
)
""",
    """
CREATE TABLE reserved_times (
    tenant UUID NOT NULL,
    lane UUID NOT NULL,
    during TSTZRANGE NOT NULL,
    stream TEXT NOT NULL,
    CONSTRAINT one_at_a_time EXCLUDE USING gist (uuidrange(tenant, tenant, '[]') WITH &&,
        uuidrange(lane, lane, '[]') WITH &&, during WITH &&)
)
""",
    "CREATE INDEX reserved_times_by_stream ON reserved_times (tenant, stream)",
)


def upgrade() -> None:
    op.execute("CREATE TYPE uuidrange AS RANGE (subtype = uuid)")
    for statement in STATEMENTS:
        op.execute(statement)
    for table in OF_A_PRACTICE:
        protect(op.execute, table)
    for table in OF_THE_MACHINE:
        entrust(op.execute, table)


def downgrade() -> None:
    for table in (*OF_A_PRACTICE, *OF_THE_MACHINE):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP TYPE uuidrange")
