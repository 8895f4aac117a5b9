"""The read tables of ehr, as they were first made."""

from alembic import op

from daybook.runtime.protection import protect

revision = "ehr_0001"
down_revision = None
branch_labels = ("ehr",)
depends_on = None

TABLES = ("chart_terms", "charts", "coverages", "locations", "payers")

STATEMENTS = (
    """
CREATE TABLE chart_terms (
    tenant UUID NOT NULL,
    patient_id UUID NOT NULL,
    kind TEXT NOT NULL,
    term TEXT COLLATE "C" NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, patient_id, kind, term)
)
""",
    "CREATE INDEX chart_terms_by_prefix ON chart_terms (tenant, kind, term)",
    "CREATE INDEX chart_terms_by_stream ON chart_terms (tenant, stream)",
    """
CREATE TABLE charts (
    tenant UUID NOT NULL,
    patient_id UUID NOT NULL,
    mrn TEXT,
    names JSONB NOT NULL,
    sort_name TEXT COLLATE "C" NOT NULL,
    pronouns TEXT,
    gender_identity TEXT,
    administrative_sex TEXT,
    birth_sex TEXT,
    birth_date TEXT,
    language TEXT,
    deceased BOOLEAN NOT NULL,
    deceased_on TEXT,
    emergency_contacts JSONB NOT NULL,
    related JSONB NOT NULL,
    orders JSONB NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, patient_id)
)
""",
    "CREATE INDEX charts_by_name ON charts (tenant, sort_name, patient_id)",
    "CREATE INDEX charts_by_stream ON charts (tenant, stream)",
    """
CREATE TABLE coverages (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    patient_id UUID NOT NULL,
    payer_id UUID NOT NULL,
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
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX payers_by_stream ON payers (tenant, stream)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in TABLES:
        protect(op.execute, table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
