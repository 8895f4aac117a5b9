"""The visit: encounters, vitals, notes and the lists of the chart; who treats, who was asked."""

from alembic import op

from daybook.runtime.protection import protect

revision = "ehr_0002"
down_revision = "ehr_0001"
branch_labels = None
depends_on = None

TABLES = (
    "chart_entries",
    "corrections",
    "encounters",
    "inquiries",
    "locations",
    "notes",
    "practitioners",
    "vitals",
)

STATEMENTS = (
    # Said again by locations@2, with more than the zone.
    "DROP TABLE locations",
    """
CREATE TABLE chart_entries (
    tenant UUID NOT NULL,
    kind TEXT NOT NULL,
    id UUID NOT NULL,
    patient_id UUID NOT NULL,
    encounter_id UUID,
    status TEXT NOT NULL,
    said JSONB,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, kind, id)
)
""",
    "CREATE INDEX chart_entries_by_patient ON chart_entries (tenant, patient_id)",
    "CREATE INDEX chart_entries_by_stream ON chart_entries (tenant, stream)",
    """
CREATE TABLE corrections (
    tenant UUID NOT NULL,
    patient_id UUID NOT NULL,
    version BIGINT NOT NULL,
    changed JSONB NOT NULL,
    corrected_at TIMESTAMP WITH TIME ZONE NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, patient_id, version)
)
""",
    "CREATE INDEX corrections_by_stream ON corrections (tenant, stream)",
    """
CREATE TABLE encounters (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    patient_id UUID NOT NULL,
    appointment_id UUID,
    status TEXT NOT NULL,
    location_id UUID NOT NULL,
    rendering_id UUID NOT NULL,
    cosigner_id UUID,
    date_of_service DATE NOT NULL,
    setting JSONB NOT NULL,
    coded BOOLEAN NOT NULL,
    coding JSONB,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX encounters_by_appointment ON encounters (tenant, appointment_id)",
    "CREATE INDEX encounters_by_day ON encounters (tenant, date_of_service)",
    "CREATE INDEX encounters_by_patient ON encounters (tenant, patient_id)",
    "CREATE INDEX encounters_by_rendering ON encounters (tenant, rendering_id)",
    "CREATE INDEX encounters_by_stream ON encounters (tenant, stream)",
    """
CREATE TABLE inquiries (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    patient_id UUID NOT NULL,
    coverage_id UUID NOT NULL,
    state TEXT NOT NULL,
    day DATE NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    failure TEXT,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX inquiries_by_patient ON inquiries (tenant, patient_id)",
    "CREATE INDEX inquiries_by_stream ON inquiries (tenant, stream)",
    """
CREATE TABLE locations (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    organization_id UUID NOT NULL,
    time_zone TEXT NOT NULL,
    place_of_service TEXT NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX locations_by_stream ON locations (tenant, stream)",
    """
CREATE TABLE notes (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    encounter_id UUID NOT NULL,
    patient_id UUID NOT NULL,
    status TEXT NOT NULL,
    revision INTEGER NOT NULL,
    template TEXT NOT NULL,
    sections JSONB,
    author_id UUID,
    saved_by TEXT NOT NULL,
    saved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    beside_id UUID,
    signer_id UUID,
    signed_at TIMESTAMP WITH TIME ZONE,
    cosigner_id UUID,
    cosigned_by UUID,
    cosigned_at TIMESTAMP WITH TIME ZONE,
    patient_version BIGINT,
    noted JSONB,
    addenda JSONB NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX notes_by_patient ON notes (tenant, patient_id)",
    "CREATE INDEX notes_by_status ON notes (tenant, status)",
    "CREATE INDEX notes_by_stream ON notes (tenant, stream)",
    """
CREATE TABLE practitioners (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    name JSONB NOT NULL,
    roles JSONB NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX practitioners_by_stream ON practitioners (tenant, stream)",
    """
CREATE TABLE vitals (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    encounter_id UUID NOT NULL,
    patient_id UUID NOT NULL,
    taken_at TIMESTAMP WITH TIME ZONE NOT NULL,
    vitals JSONB,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX vitals_by_patient ON vitals (tenant, patient_id, taken_at)",
    "CREATE INDEX vitals_by_stream ON vitals (tenant, stream)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in TABLES:
        protect(op.execute, table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
    op.execute(
        "CREATE TABLE locations (tenant UUID NOT NULL, id UUID NOT NULL, time_zone TEXT NOT NULL, "
        "stream TEXT NOT NULL, stream_version BIGINT NOT NULL, PRIMARY KEY (tenant, id))"
    )
    op.execute("CREATE INDEX locations_by_stream ON locations (tenant, stream)")
    protect(op.execute, "locations")
