"""The read tables of eligibility, as they were first made."""

from alembic import op

from daybook.runtime.protection import protect

revision = "eligibility_0001"
down_revision = None
branch_labels = ("eligibility",)
depends_on = None

TABLES = ("coverages", "locations", "patients", "payers", "plans")

STATEMENTS = (
    """
CREATE TABLE coverages (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    patient_id UUID NOT NULL,
    payer_id UUID NOT NULL,
    plan_id UUID,
    relationship TEXT NOT NULL,
    subscriber_id UUID,
    member_id TEXT,
    group_number TEXT,
    name_at_payer JSONB,
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
CREATE TABLE patients (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    name JSONB,
    birth_date TEXT,
    administrative_sex TEXT,
    deceased BOOLEAN NOT NULL,
    related JSONB NOT NULL,
    orders JSONB NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX patients_by_stream ON patients (tenant, stream)",
    """
CREATE TABLE payers (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    inquiry_addresses JSONB NOT NULL,
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
