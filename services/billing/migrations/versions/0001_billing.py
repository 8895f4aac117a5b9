"""The read tables of billing, as they were first made."""

from alembic import op

from daybook.runtime.protection import protect

revision = "billing_0001"
down_revision = None
branch_labels = ("billing",)
depends_on = None

TABLES = ("accounts", "coverages", "locations", "payers", "plans")

STATEMENTS = (
    """
CREATE TABLE accounts (
    tenant UUID NOT NULL,
    patient_id UUID NOT NULL,
    name JSONB,
    birth_date TEXT,
    addresses JSONB NOT NULL,
    deceased BOOLEAN NOT NULL,
    related JSONB NOT NULL,
    guarantors JSONB NOT NULL,
    orders JSONB NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, patient_id)
)
""",
    "CREATE INDEX accounts_by_stream ON accounts (tenant, stream)",
    """
CREATE TABLE coverages (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    patient_id UUID NOT NULL,
    payer_id UUID NOT NULL,
    plan_id UUID,
    member_id TEXT,
    starts DATE,
    last_day DATE,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX coverages_by_patient ON coverages (tenant, patient_id)",
    "CREATE INDEX coverages_by_stream ON coverages (tenant, stream)",
    """
CREATE TABLE locations (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    time_zone TEXT NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX locations_by_stream ON locations (tenant, stream)",
    """
CREATE TABLE payers (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    filing_days INTEGER,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX payers_by_stream ON payers (tenant, stream)",
    """
CREATE TABLE plans (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX plans_by_stream ON plans (tenant, stream)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in TABLES:
        protect(op.execute, table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
