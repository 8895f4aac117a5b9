"""The embedded log: partitions, records, and who sends and reads."""

from alembic import op

revision = "log_0001"
down_revision = None
branch_labels = ("log",)
depends_on = None

TABLES = ("groups", "members", "partitions", "producers", "records")

STATEMENTS = (
    """
CREATE TABLE groups (
    name TEXT NOT NULL,
    generation BIGINT DEFAULT '0' NOT NULL,
    PRIMARY KEY (name)
)
""",
    """
CREATE TABLE members (
    "group" TEXT NOT NULL,
    member TEXT NOT NULL,
    session UUID NOT NULL,
    topics TEXT[] NOT NULL,
    lasts INTERVAL NOT NULL,
    deadline TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY ("group", member),
    UNIQUE (session)
)
""",
    """
CREATE TABLE partitions (
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    next BIGINT DEFAULT '0' NOT NULL,
    latest TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (topic, partition)
)
""",
    """
CREATE TABLE producers (
    name TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    PRIMARY KEY (name)
)
""",
    """
CREATE TABLE records (
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    key BYTEA NOT NULL,
    headers BYTEA NOT NULL,
    value BYTEA NOT NULL,
    appended_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (topic, partition, "offset")
)
""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    # Values are sealed or small: trying to compress them costs time and saves nothing.
    op.execute("ALTER TABLE records ALTER COLUMN value SET STORAGE EXTERNAL")
    # Rows updated all the time: room beside each keeps the new version on its page (HOT).
    for table in ("partitions", "producers", "members"):
        op.execute(f"ALTER TABLE {table} SET (fillfactor = 50)")
    for table in TABLES:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO daybook_machine")


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DROP TABLE {table}")
