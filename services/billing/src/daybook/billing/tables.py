"""The read tables of billing: what accounts and claims are made of, and no more.

A claim and a statement need names, birth dates, sex and addresses, of the patient and of whoever
holds the policy or answers for the account; no phone, no language, no gender identity. `sources`
holds, for each column a claim shows, the event its value came from (see sourcing).
"""

from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from daybook.runtime.reading.projection import read_table

METADATA = MetaData()

accounts = read_table(
    "accounts",
    METADATA,
    Column("patient_id", Uuid, primary_key=True),
    # Null where the person was erased, as all that follows from what was said of them.
    Column("name", JSONB),
    Column("birth_date", Text),
    Column("sex", Text),
    # All of them, with their periods: a statement goes to the address of its day.
    Column("addresses", JSONB, nullable=False),
    # Statements then go to the estate or the guarantor; when the patient died is no matter here.
    Column("deceased", Boolean, nullable=False),
    Column("related", JSONB, nullable=False),
    Column("guarantors", JSONB, nullable=False),
    Column("orders", JSONB, nullable=False),
    Column("sources", JSONB, nullable=False),
)

coverages = read_table(
    "coverages",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("patient_id", Uuid, nullable=False),
    Column("payer_id", Uuid, nullable=False),
    Column("plan_id", Uuid),
    Column("type", Text),
    Column("relationship", Text, nullable=False),
    Column("subscriber_id", Uuid),
    Column("assignment_of_benefits", Boolean, nullable=False),
    Column("release_of_information", Text, nullable=False),
    Column("member_id", Text),
    Column("subscriber_number", Text),
    Column("group_number", Text),
    Column("group_name", Text),
    Column("name_at_payer", JSONB),
    Column("starts", Date),
    Column("last_day", Date),
    Column("sources", JSONB, nullable=False),
)
Index("coverages_by_patient", coverages.c.tenant, coverages.c.patient_id)
Index("coverages_by_payer", coverages.c.tenant, coverages.c.payer_id)

payers = read_table(
    "payers",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    # Days from the date of service within which a claim must be there.
    Column("filing_days", Integer),
    # How the payer is called on an 837P.
    Column("identifier", Text),
    Column("sources", JSONB, nullable=False),
)

plans = read_table(
    "plans",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text),
    Column("sources", JSONB, nullable=False),
)

organizations = read_table(
    "organizations",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("tin", Text),
    Column("npi", Text),
    Column("taxonomy", Text),
    Column("street_address", JSONB),
    Column("pay_to", JSONB),
    Column("sources", JSONB, nullable=False),
)

locations = read_table(
    "locations",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("time_zone", Text, nullable=False),
    Column("organization_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("npi", Text),
    Column("clia", Text),
    Column("address", JSONB),
    Column("sources", JSONB, nullable=False),
)

practitioners = read_table(
    "practitioners",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("name", JSONB, nullable=False),
    Column("npi", Text),
    Column("npi_doubtful", Boolean, nullable=False),
    Column("taxonomy", Text),
    Column("sources", JSONB, nullable=False),
)

visits = read_table(
    "visits",
    METADATA,
    Column("encounter_id", Uuid, primary_key=True),
    Column("patient_id", Uuid, nullable=False),
    Column("status", Text, nullable=False),
    Column("date_of_service", Date, nullable=False),
    Column("place_of_service", Text, nullable=False),
    Column("location_id", Uuid, nullable=False),
    Column("organization_id", Uuid),
    Column("billable", Boolean, nullable=False),
    Column("rendering_id", Uuid, nullable=False),
    Column("supervising_id", Uuid),
    Column("referring_id", Uuid),
    Column("ordering_id", Uuid),
    Column("payment_basis", Text, nullable=False),
    Column("coverage_ids", JSONB, nullable=False),
    # Null until it is released, and once the patient is erased.
    Column("diagnoses", JSONB),
    Column("lines", JSONB),
    Column("sources", JSONB, nullable=False),
)
Index("visits_by_patient", visits.c.tenant, visits.c.patient_id)
Index("visits_by_day", visits.c.tenant, visits.c.date_of_service)
Index("visits_by_location", visits.c.tenant, visits.c.location_id)

fee_schedules = read_table(
    "fee_schedules",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("payer_id", Uuid),
    Column("starts", Date),
    Column("last_day", Date),
    Column("fees", JSONB, nullable=False),
    Column("source", JSONB, nullable=False),
)

charges = read_table(
    "charges",
    METADATA,
    Column("encounter_id", Uuid, primary_key=True),
    Column("patient_id", Uuid, nullable=False),
    Column("date_of_service", Date, nullable=False),
    Column("payment_basis", Text, nullable=False),
    Column("payer_id", Uuid),
    Column("unpriced", Integer, nullable=False),
    Column("lines", JSONB),
    Column("total", JSONB),
    Column("captured", JSONB, nullable=False),
)
Index("charges_by_patient", charges.c.tenant, charges.c.patient_id)

claims = read_table(
    "claims",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("patient_id", Uuid, nullable=False),
    Column("encounter_ids", JSONB, nullable=False),
    # waiting, to-fix, ready, submitted, withdrawn
    Column("state", Text, nullable=False),
    Column("payer_id", Uuid),
    Column("date_of_service", Date),
    Column("filing_deadline", Date),
    Column("total", JSONB),
    Column("edits", JSONB, nullable=False),
    Column("codes", JSONB, nullable=False),
    # Fields of a submitted claim that would be told otherwise today.
    Column("differs", JSONB, nullable=False),
    # The whole document; null once the patient is erased.
    Column("claim", JSONB),
    Column("sources", JSONB, nullable=False),
    # The events of the first draft and of the submission.
    Column("begun", JSONB, nullable=False),
    Column("submitted", JSONB),
)
Index("claims_by_patient", claims.c.tenant, claims.c.patient_id)
Index("claims_by_state", claims.c.tenant, claims.c.state)
