"""The read tables of billing: what an account is made of, and no more.

A claim and a statement need names, birth date and addresses, of the patient and of whoever answers
for the account; no phone, no language, no gender identity.
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
    # All of them, with their periods: a statement goes to the address of its day.
    Column("addresses", JSONB, nullable=False),
    # Statements then go to the estate or the guarantor; when the patient died is no matter here.
    Column("deceased", Boolean, nullable=False),
    Column("related", JSONB, nullable=False),
    Column("guarantors", JSONB, nullable=False),
    Column("orders", JSONB, nullable=False),
)

coverages = read_table(
    "coverages",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("patient_id", Uuid, nullable=False),
    Column("payer_id", Uuid, nullable=False),
    Column("plan_id", Uuid),
    Column("member_id", Text),
    Column("starts", Date),
    Column("last_day", Date),
)
Index("coverages_by_patient", coverages.c.tenant, coverages.c.patient_id)

payers = read_table(
    "payers",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    # Days from the date of service within which a claim must be there.
    Column("filing_days", Integer),
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
