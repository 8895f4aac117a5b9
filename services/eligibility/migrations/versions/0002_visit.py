"""Visits to come, and the inquiries about their coverages."""

from alembic import op

from daybook.runtime.protection import protect

revision = "eligibility_0002"
down_revision = "eligibility_0001"
branch_labels = None
depends_on = None

TABLES = ("appointments", "inquiries")

STATEMENTS = (
    "ALTER TABLE coverages ADD COLUMN subscriber_number TEXT",
    """
CREATE TABLE appointments (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    patient_id UUID NOT NULL,
    day TEXT NOT NULL,
    basis TEXT NOT NULL,
    coverage_ids JSONB NOT NULL,
    service_types JSONB NOT NULL,
    over BOOLEAN NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX appointments_by_patient ON appointments (tenant, patient_id)",
    "CREATE INDEX appointments_by_stream ON appointments (tenant, stream)",
    """
CREATE TABLE inquiries (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    patient_id UUID NOT NULL,
    coverage_id UUID NOT NULL,
    payer_id UUID NOT NULL,
    appointment_id UUID,
    reason TEXT NOT NULL,
    day DATE NOT NULL,
    service_types JSONB NOT NULL,
    trace TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    status TEXT,
    failure TEXT,
    answered_at TIMESTAMP WITH TIME ZONE,
    covered_from DATE,
    covered_to DATE,
    benefits JSONB,
    corrected JSONB,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX inquiries_by_coverage ON inquiries (tenant, coverage_id, asked_at)",
    "CREATE INDEX inquiries_by_stream ON inquiries (tenant, stream)",
    "CREATE INDEX inquiries_open ON inquiries (tenant) WHERE status IS NULL AND failure IS NULL",
    "CREATE INDEX inquiries_incomplete ON inquiries (tenant) WHERE failure = 'incomplete'",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in TABLES:
        protect(op.execute, table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
