"""The read tables of eligibility: what an inquiry (X12 270) says, and no more; and its answers.

Of a patient and of the related persons, one of whom may hold the policy: name, birth date and sex,
by which a payer finds its member. No address, no phone, no MRN: a 270 needs none.
"""

from sqlalchemy import Boolean, Column, Date, DateTime, Index, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from daybook.runtime.reading.projection import read_table

METADATA = MetaData()

patients = read_table(
    "patients",
    METADATA,
    Column("id", Uuid, primary_key=True),
    # Null where the person was erased, as all that follows from what was said of them.
    Column("name", JSONB),
    Column("birth_date", Text),
    Column("administrative_sex", Text),
    # A coverage is not worth asking about once the patient has died; when is no matter here.
    Column("deceased", Boolean, nullable=False),
    Column("related", JSONB, nullable=False),
    Column("orders", JSONB, nullable=False),
)

coverages = read_table(
    "coverages",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("patient_id", Uuid, nullable=False),
    Column("payer_id", Uuid, nullable=False),
    Column("plan_id", Uuid),
    Column("relationship", Text, nullable=False),
    Column("subscriber_id", Uuid),
    Column("member_id", Text),
    Column("subscriber_number", Text),
    Column("group_number", Text),
    Column("name_at_payer", JSONB),
    Column("starts", Date),
    Column("last_day", Date),
)
Index("coverages_by_patient", coverages.c.tenant, coverages.c.patient_id)

payers = read_table(
    "payers",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    # Only those for transaction 270: how the payer is called where it is asked.
    Column("inquiry_addresses", JSONB, nullable=False),
)

plans = read_table(
    "plans",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
)

# The zones in which "today" is judged.
locations = read_table(
    "locations",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("time_zone", Text, nullable=False),
)

# The visits to come, as far as a payer is asked about them.
appointments = read_table(
    "appointments",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("patient_id", Uuid, nullable=False),
    # The location's local date, as the event spells it (ISO 8601).
    Column("day", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("coverage_ids", JSONB, nullable=False),
    Column("service_types", JSONB, nullable=False),
    # Cancelled, missed, left or done: nothing is asked for it any more.
    Column("over", Boolean, nullable=False),
)
Index("appointments_by_patient", appointments.c.tenant, appointments.c.patient_id)

inquiries = read_table(
    "inquiries",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("patient_id", Uuid, nullable=False),
    Column("coverage_id", Uuid, nullable=False),
    Column("payer_id", Uuid, nullable=False),
    Column("appointment_id", Uuid),
    Column("reason", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("service_types", JSONB, nullable=False),
    Column("trace", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    # Neither of them: nothing was heard yet. A late answer takes the failure's place.
    Column("status", Text),
    Column("failure", Text),
    # When the payer says that it answered, or when we noticed that it did not.
    Column("answered_at", DateTime(timezone=True)),
    Column("covered_from", Date),
    Column("covered_to", Date),
    # Null where the person was erased, too.
    Column("benefits", JSONB),
    Column("corrected", JSONB),
)
Index(
    "inquiries_by_coverage",
    inquiries.c.tenant,
    inquiries.c.coverage_id,
    inquiries.c.asked_at,
)
Index(
    "inquiries_open",
    inquiries.c.tenant,
    postgresql_where=inquiries.c.status.is_(None) & inquiries.c.failure.is_(None),
)
Index(
    "inquiries_incomplete",
    inquiries.c.tenant,
    postgresql_where=inquiries.c.failure == "incomplete",
)
