"""The read tables of scheduling, as they were first made."""

from alembic import op

from daybook.runtime.protection import protect

revision = "scheduling_0001"
down_revision = None
branch_labels = ("scheduling",)
depends_on = None

TABLES = ("coverages", "locations", "patient_words", "patients", "practitioners")

STATEMENTS = (
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
    name TEXT NOT NULL,
    sort_name TEXT COLLATE "C" NOT NULL,
    time_zone TEXT NOT NULL,
    place_of_service TEXT NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX locations_by_name ON locations (tenant, sort_name)",
    "CREATE INDEX locations_by_stream ON locations (tenant, stream)",
    """
CREATE TABLE patient_words (
    tenant UUID NOT NULL,
    patient_id UUID NOT NULL,
    word TEXT COLLATE "C" NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, patient_id, word)
)
""",
    "CREATE INDEX patient_words_by_stream ON patient_words (tenant, stream)",
    "CREATE INDEX patient_words_by_word ON patient_words (tenant, word)",
    """
CREATE TABLE patients (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    name JSONB,
    sort_name TEXT COLLATE "C" NOT NULL,
    birth_date TEXT,
    administrative_sex TEXT,
    phones JSONB NOT NULL,
    language TEXT,
    deceased BOOLEAN NOT NULL,
    orders JSONB NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX patients_by_name ON patients (tenant, sort_name, id)",
    "CREATE INDEX patients_by_stream ON patients (tenant, stream)",
    """
CREATE TABLE practitioners (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    name JSONB NOT NULL,
    sort_name TEXT COLLATE "C" NOT NULL,
    roles JSONB NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX practitioners_by_name ON practitioners (tenant, sort_name)",
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
