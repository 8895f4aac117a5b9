"""The visit: the read tables of charges and claims; those before them gain what a claim shows.

A read table can be thrown away: those that gain columns are emptied, and grow again from the log
under their projections' next version.
"""

from alembic import op

from daybook.runtime.protection import protect

revision = "billing_0002"
down_revision = "billing_0001"
branch_labels = None
depends_on = None

GAIN = {
    "accounts": ("sex TEXT", "sources JSONB NOT NULL"),
    "coverages": (
        "type TEXT",
        "relationship TEXT NOT NULL",
        "subscriber_id UUID",
        "assignment_of_benefits BOOLEAN NOT NULL",
        "release_of_information TEXT NOT NULL",
        "subscriber_number TEXT",
        "group_number TEXT",
        "group_name TEXT",
        "name_at_payer JSONB",
        "sources JSONB NOT NULL",
    ),
    "locations": (
        "organization_id UUID NOT NULL",
        "name TEXT NOT NULL",
        "npi TEXT",
        "clia TEXT",
        "address JSONB",
        "sources JSONB NOT NULL",
    ),
    "payers": ("identifier TEXT", "sources JSONB NOT NULL"),
    "plans": ("kind TEXT", "sources JSONB NOT NULL"),
}
NEW = ("charges", "claims", "fee_schedules", "organizations", "practitioners", "visits")

STATEMENTS = (
    "CREATE INDEX coverages_by_payer ON coverages (tenant, payer_id)",
    """
CREATE TABLE charges (
    tenant UUID NOT NULL,
    encounter_id UUID NOT NULL,
    patient_id UUID NOT NULL,
    date_of_service DATE NOT NULL,
    payment_basis TEXT NOT NULL,
    payer_id UUID,
    unpriced INTEGER NOT NULL,
    lines JSONB,
    total JSONB,
    captured JSONB NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, encounter_id)
)
""",
    "CREATE INDEX charges_by_patient ON charges (tenant, patient_id)",
    "CREATE INDEX charges_by_stream ON charges (tenant, stream)",
    """
CREATE TABLE claims (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    patient_id UUID NOT NULL,
    encounter_ids JSONB NOT NULL,
    state TEXT NOT NULL,
    payer_id UUID,
    date_of_service DATE,
    filing_deadline DATE,
    total JSONB,
    edits JSONB NOT NULL,
    codes JSONB NOT NULL,
    differs JSONB NOT NULL,
    claim JSONB,
    sources JSONB NOT NULL,
    begun JSONB NOT NULL,
    submitted JSONB,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX claims_by_patient ON claims (tenant, patient_id)",
    "CREATE INDEX claims_by_state ON claims (tenant, state)",
    "CREATE INDEX claims_by_stream ON claims (tenant, stream)",
    """
CREATE TABLE fee_schedules (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    payer_id UUID,
    starts DATE,
    last_day DATE,
    fees JSONB NOT NULL,
    source JSONB NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX fee_schedules_by_stream ON fee_schedules (tenant, stream)",
    """
CREATE TABLE organizations (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    tin TEXT,
    npi TEXT,
    taxonomy TEXT,
    street_address JSONB,
    pay_to JSONB,
    sources JSONB NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX organizations_by_stream ON organizations (tenant, stream)",
    """
CREATE TABLE practitioners (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    name JSONB NOT NULL,
    npi TEXT,
    npi_doubtful BOOLEAN NOT NULL,
    taxonomy TEXT,
    sources JSONB NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
)
""",
    "CREATE INDEX practitioners_by_stream ON practitioners (tenant, stream)",
    """
CREATE TABLE visits (
    tenant UUID NOT NULL,
    encounter_id UUID NOT NULL,
    patient_id UUID NOT NULL,
    status TEXT NOT NULL,
    date_of_service DATE NOT NULL,
    place_of_service TEXT NOT NULL,
    location_id UUID NOT NULL,
    organization_id UUID,
    billable BOOLEAN NOT NULL,
    rendering_id UUID NOT NULL,
    supervising_id UUID,
    referring_id UUID,
    ordering_id UUID,
    payment_basis TEXT NOT NULL,
    coverage_ids JSONB NOT NULL,
    diagnoses JSONB,
    lines JSONB,
    sources JSONB NOT NULL,
    stream TEXT NOT NULL,
    stream_version BIGINT NOT NULL,
    PRIMARY KEY (tenant, encounter_id)
)
""",
    "CREATE INDEX visits_by_day ON visits (tenant, date_of_service)",
    "CREATE INDEX visits_by_location ON visits (tenant, location_id)",
    "CREATE INDEX visits_by_patient ON visits (tenant, patient_id)",
    "CREATE INDEX visits_by_stream ON visits (tenant, stream)",
)


def upgrade() -> None:
    for table, columns in GAIN.items():
        op.execute(f"TRUNCATE {table}")
        op.execute(f"ALTER TABLE {table} {', '.join(f'ADD COLUMN {c}' for c in columns)}")
    for statement in STATEMENTS:
        op.execute(statement)
    for table in NEW:
        protect(op.execute, table)


def downgrade() -> None:
    for table in reversed(NEW):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP INDEX coverages_by_payer")
    for table, columns in GAIN.items():
        gone = ", ".join(f"DROP COLUMN {column.split()[0]}" for column in columns)
        op.execute(f"TRUNCATE {table}")
        op.execute(f"ALTER TABLE {table} {gone}")
