"""The read tables of practice, as they were first made."""

from alembic import op

from daybook.runtime.protection import protect

revision = "practice_0001"
down_revision = None
branch_labels = ("practice",)
depends_on = None

TABLES = ("locations", "organizations", "payers", "plans", "practitioners")

STATEMENTS = (
    """
CREATE TABLE locations (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    sort_name TEXT COLLATE "C" NOT NULL,
    time_zone TEXT NOT NULL,
    place_of_service TEXT NOT NULL,
    facility_npi TEXT,
    clia TEXT,
    address JSONB,
    phone TEXT,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX locations_by_name ON locations (tenant, sort_name, id)",
    "CREATE INDEX locations_by_stream ON locations (tenant, stream)",
    """
CREATE TABLE organizations (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    sort_name TEXT COLLATE "C" NOT NULL,
    tin TEXT,
    group_npi TEXT,
    taxonomy TEXT,
    street_address JSONB,
    pay_to JSONB,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX organizations_by_name ON organizations (tenant, sort_name, id)",
    "CREATE INDEX organizations_by_stream ON organizations (tenant, stream)",
    """
CREATE TABLE payers (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    sort_name TEXT COLLATE "C" NOT NULL,
    addresses JSONB NOT NULL,
    filing_days INTEGER,
    appeal_days INTEGER,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX payers_by_name ON payers (tenant, sort_name, id)",
    "CREATE INDEX payers_by_stream ON payers (tenant, stream)",
    """
CREATE TABLE plans (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    payer_id UUID NOT NULL,
    name TEXT NOT NULL,
    sort_name TEXT COLLATE "C" NOT NULL,
    kind TEXT,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX plans_by_name ON plans (tenant, sort_name, id)",
    "CREATE INDEX plans_by_payer ON plans (tenant, payer_id)",
    "CREATE INDEX plans_by_stream ON plans (tenant, stream)",
    """
CREATE TABLE practitioners (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    name JSONB NOT NULL,
    sort_name TEXT COLLATE "C" NOT NULL,
    npi TEXT,
    npi_doubtful BOOLEAN NOT NULL,
    taxonomies JSONB NOT NULL,
    roles JSONB NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX practitioners_by_name ON practitioners (tenant, sort_name, id)",
    "CREATE INDEX practitioners_by_stream ON practitioners (tenant, stream)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in TABLES:
        protect(op.execute, table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
