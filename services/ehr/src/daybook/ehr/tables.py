"""The read tables of the EHR: what the header of a chart shows, and no more.

A clinician addresses the patient as they wish to be, knows whom to call and who may consent, and
sees who pays. Addresses, identifiers, race and ethnicity stay in registration until a clinical
use asks for them.
"""

from sqlalchemy import Boolean, Column, Date, Index, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from daybook.runtime.reading.projection import read_table

METADATA = MetaData()

charts = read_table(
    "charts",
    METADATA,
    Column("patient_id", Uuid, primary_key=True),
    Column("mrn", Text),
    # Legal, preferred and previous ones; empty where the person was erased.
    Column("names", JSONB, nullable=False),
    # Folded "family given", by which lists are sorted; collation C, as the cursor compares bytes.
    Column("sort_name", Text(collation="C"), nullable=False),
    Column("pronouns", Text),
    Column("gender_identity", Text),
    Column("administrative_sex", Text),
    # Apart from the administrative one: doses and reference ranges go by it.
    Column("birth_sex", Text),
    Column("birth_date", Text),
    Column("language", Text),
    Column("deceased", Boolean, nullable=False),
    Column("deceased_on", Text),
    Column("emergency_contacts", JSONB, nullable=False),
    Column("related", JSONB, nullable=False),
    Column("orders", JSONB, nullable=False),
)
Index("charts_by_name", charts.c.tenant, charts.c.sort_name, charts.c.patient_id)

# What a search finds a chart by: a row for each word of a name, the MRN, and the birth date.
# Collation C makes a prefix a range, which an index serves under row-level security.
NAME, MRN, BIRTH = "name", "mrn", "birth"
chart_terms = read_table(
    "chart_terms",
    METADATA,
    Column("patient_id", Uuid, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("term", Text(collation="C"), primary_key=True),
)
Index("chart_terms_by_prefix", chart_terms.c.tenant, chart_terms.c.kind, chart_terms.c.term)

# Who pays, and when: no member id, which is no clinical matter.
coverages = read_table(
    "coverages",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("patient_id", Uuid, nullable=False),
    Column("payer_id", Uuid, nullable=False),
    Column("starts", Date),
    Column("last_day", Date),
)
Index("coverages_by_patient", coverages.c.tenant, coverages.c.patient_id)

payers = read_table(
    "payers",
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
