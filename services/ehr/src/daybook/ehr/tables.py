"""The read tables of the EHR: a chart's header, its lists, the encounters and what is in them.

Of a patient it keeps what the header shows, and no more: a clinician addresses them as they wish
to be, knows whom to call and who may consent, and sees who pays. Addresses, identifiers, race and
ethnicity stay in registration until a clinical use asks for them.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    Text,
    Uuid,
)
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

# What was asked of payers: its state, no benefits.
ASKED, FAILED = "asked", "failed"
inquiries = read_table(
    "inquiries",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("patient_id", Uuid, nullable=False),
    Column("coverage_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("answered_at", DateTime(timezone=True)),
    Column("failure", Text),
)
Index("inquiries_by_patient", inquiries.c.tenant, inquiries.c.patient_id)

# The zones in which "today" is judged, and where an encounter takes place.
locations = read_table(
    "locations",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("organization_id", Uuid, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("place_of_service", Text, nullable=False),
)

practitioners = read_table(
    "practitioners",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("name", JSONB, nullable=False),
    Column("roles", JSONB, nullable=False),
)

# A row for each correction of who the patient is; `version` is that of the patient's stream.
corrections = read_table(
    "corrections",
    METADATA,
    Column("patient_id", Uuid, primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("changed", JSONB, nullable=False),
    Column("corrected_at", DateTime(timezone=True), nullable=False),
)

encounters = read_table(
    "encounters",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("patient_id", Uuid, nullable=False),
    Column("appointment_id", Uuid),
    Column("status", Text, nullable=False),
    # Of the setting, what lists are asked by.
    Column("location_id", Uuid, nullable=False),
    Column("rendering_id", Uuid, nullable=False),
    Column("cosigner_id", Uuid),
    Column("date_of_service", Date, nullable=False),
    Column("setting", JSONB, nullable=False),
    # Apart from the coding, which is gone once the patient is erased.
    Column("coded", Boolean, nullable=False),
    Column("coding", JSONB),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("started_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
)
Index("encounters_by_patient", encounters.c.tenant, encounters.c.patient_id)
Index("encounters_by_appointment", encounters.c.tenant, encounters.c.appointment_id)
Index("encounters_by_day", encounters.c.tenant, encounters.c.date_of_service)
Index("encounters_by_rendering", encounters.c.tenant, encounters.c.rendering_id)

vitals = read_table(
    "vitals",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("encounter_id", Uuid, nullable=False),
    Column("patient_id", Uuid, nullable=False),
    Column("taken_at", DateTime(timezone=True), nullable=False),
    Column("vitals", JSONB),
)
Index("vitals_by_patient", vitals.c.tenant, vitals.c.patient_id, vitals.c.taken_at)

notes = read_table(
    "notes",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("encounter_id", Uuid, nullable=False),
    Column("patient_id", Uuid, nullable=False),
    Column("status", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("template", Text, nullable=False),
    Column("sections", JSONB),
    Column("author_id", Uuid),
    Column("saved_by", Text, nullable=False),
    Column("saved_at", DateTime(timezone=True), nullable=False),
    Column("beside_id", Uuid),
    Column("signer_id", Uuid),
    Column("signed_at", DateTime(timezone=True)),
    Column("cosigner_id", Uuid),
    Column("cosigned_by", Uuid),
    Column("cosigned_at", DateTime(timezone=True)),
    # Of the patient's stream, as the signer's chart showed it, and whom it named.
    Column("patient_version", BigInteger),
    Column("noted", JSONB),
    Column("addenda", JSONB, nullable=False),
)
Index("notes_by_patient", notes.c.tenant, notes.c.patient_id)
Index("notes_by_status", notes.c.tenant, notes.c.status)

PROBLEM, ALLERGY, MEDICATION, IMMUNIZATION = "problem", "allergy", "medication", "immunization"
chart_entries = read_table(
    "chart_entries",
    METADATA,
    Column("kind", Text, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("patient_id", Uuid, nullable=False),
    Column("encounter_id", Uuid),
    Column("status", Text, nullable=False),
    Column("said", JSONB),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
)
Index("chart_entries_by_patient", chart_entries.c.tenant, chart_entries.c.patient_id)
