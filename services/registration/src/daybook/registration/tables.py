"""The read tables of registration."""

from sqlalchemy import Boolean, Column, Date, Index, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from daybook.runtime.reading.projection import read_table

METADATA = MetaData()

patients = read_table(
    "patients",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("mrn", Text),
    Column("demographics", JSONB),
    # Folded "family given", by which lists are sorted; collation C, as the cursor compares bytes.
    Column("sort_name", Text(collation="C"), nullable=False),
    Column("deceased", Boolean, nullable=False),
    Column("deceased_on", Text),
    Column("related", JSONB, nullable=False),
    Column("guarantors", JSONB, nullable=False),
    Column("orders", JSONB, nullable=False),
)
Index("patients_by_name", patients.c.tenant, patients.c.sort_name, patients.c.id)

# What a search finds a patient by: one row a word. Collation C makes a prefix a range, which is
# leakproof: under row-level security an index cannot serve LIKE.
patient_terms = read_table(
    "patient_terms",
    METADATA,
    Column("patient_id", Uuid, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("term", Text(collation="C"), primary_key=True),
)
_found_by = (patient_terms.c.kind, patient_terms.c.term, patient_terms.c.patient_id)
Index("terms_by_prefix", patient_terms.c.tenant, *_found_by)

coverages = read_table(
    "coverages",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("patient_id", Uuid, nullable=False),
    Column("terms", JSONB, nullable=False),
    Column("membership", JSONB),
    Column("last_day", Date),
)
Index("coverages_by_patient", coverages.c.tenant, coverages.c.patient_id)

locations = read_table(
    "locations",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("time_zone", Text, nullable=False),
)

payers = read_table(
    "payers",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("known_as", JSONB, nullable=False),
)

plans = read_table(
    "plans",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("payer_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
)
