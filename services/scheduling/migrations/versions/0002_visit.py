"""The read tables of the visit: what is offered, appointments, what eligibility says."""

from alembic import op

from daybook.runtime.protection import protect

revision = "scheduling_0002"
down_revision = "scheduling_0001"
branch_labels = None
depends_on = None

TABLES = ("appointments", "availabilities", "coverage_states", "rooms", "visit_types")

STATEMENTS = (
    """
CREATE TABLE appointments (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    patient_id UUID NOT NULL,
    visit_type_id UUID NOT NULL,
    practitioner_id UUID NOT NULL,
    location_id UUID NOT NULL,
    start TIMESTAMP WITH TIME ZONE NOT NULL,
    day TEXT COLLATE "C" NOT NULL,
    slot JSONB NOT NULL,
    modality TEXT NOT NULL,
    billable BOOLEAN NOT NULL,
    service_types JSONB NOT NULL,
    payment JSONB NOT NULL,
    walk_in BOOLEAN NOT NULL,
    outside_hours BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    roomed_in UUID,
    date_of_service DATE,
    reason TEXT,
    outside_hours_reason TEXT,
    cancelled_because TEXT,
    note TEXT,
    states JSONB NOT NULL,
    slots JSONB NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX appointments_by_day ON appointments (tenant, day, start, id)",
    "CREATE INDEX appointments_by_patient ON appointments (tenant, patient_id, start, id)",
    "CREATE INDEX appointments_by_stream ON appointments (tenant, stream)",
    """
CREATE TABLE availabilities (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    capacity INTEGER NOT NULL,
    windows JSONB NOT NULL,
    exceptions JSONB NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX availabilities_by_stream ON availabilities (tenant, stream)",
    """
CREATE TABLE coverage_states (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    coverage_id UUID NOT NULL,
    day DATE NOT NULL,
    status TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX coverage_states_by_coverage ON coverage_states (tenant, coverage_id, day)",
    "CREATE INDEX coverage_states_by_stream ON coverage_states (tenant, stream)",
    """
CREATE TABLE rooms (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    location_id UUID NOT NULL,
    name TEXT NOT NULL,
    sort_name TEXT COLLATE "C" NOT NULL,
    capacity INTEGER NOT NULL,
    active BOOLEAN NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX rooms_by_name ON rooms (tenant, sort_name, id)",
    "CREATE INDEX rooms_by_stream ON rooms (tenant, stream)",
    """
CREATE TABLE visit_types (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    sort_name TEXT COLLATE "C" NOT NULL,
    minutes INTEGER NOT NULL,
    modality TEXT NOT NULL,
    billable BOOLEAN NOT NULL,
    service_types JSONB NOT NULL,
    active BOOLEAN NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX visit_types_by_name ON visit_types (tenant, sort_name, id)",
    "CREATE INDEX visit_types_by_stream ON visit_types (tenant, stream)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in TABLES:
        protect(op.execute, table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
