"""The read tables of registration, as they were first made."""

from alembic import op

from daybook.runtime.protection import protect

revision = "registration_0001"
down_revision = None
branch_labels = ("registration",)
depends_on = None

TABLES = ("coverages", "locations", "patient_terms", "patients", "payers", "plans")

STATEMENTS = (
    """
CREATE TABLE coverages (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    patient_id UUID NOT NULL,
    terms JSONB NOT NULL,
    membership JSONB,
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
CREATE TABLE patient_terms (
    tenant UUID NOT NULL,
    patient_id UUID NOT NULL,
    kind TEXT NOT NULL,
    term TEXT COLLATE "C" NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, patient_id, kind, term)
)
""",
    "CREATE INDEX patient_terms_by_stream ON patient_terms (tenant, stream)",
    "CREATE INDEX terms_by_prefix ON patient_terms (tenant, kind, term, patient_id)",
    """
CREATE TABLE patients (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    mrn TEXT,
    demographics JSONB,
    sort_name TEXT COLLATE "C" NOT NULL,
    deceased BOOLEAN NOT NULL,
    deceased_on TEXT,
    related JSONB NOT NULL,
    guarantors JSONB NOT NULL,
    orders JSONB NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX patients_by_name ON patients (tenant, sort_name, id)",
    "CREATE INDEX patients_by_stream ON patients (tenant, stream)",
    """
CREATE TABLE payers (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    known_as JSONB NOT NULL,
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
    payer_id UUID NOT NULL,
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
