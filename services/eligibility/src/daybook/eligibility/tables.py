"""The read tables of eligibility: what an inquiry (X12 270) says, and no more.

Of a patient and of the related persons, one of whom may hold the policy: name, birth date and sex,
by which a payer finds its member. No address, no phone, no MRN: a 270 needs none.
"""

from sqlalchemy import Boolean, Column, Date, Index, MetaData, Text, Uuid
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
