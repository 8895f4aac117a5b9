"""The read tables of scheduling: what a desk needs to book a visit, and no more.

Of a patient: name, birth date and sex to tell two people apart, phones with their consent for
reminders, the language to speak. Of a coverage: whose payer pays when; the member id is no matter
of a booking. Of an inquiry into eligibility: what came of it; what a plan pays is no matter of it.
"""

from sqlalchemy import Boolean, Column, Date, DateTime, Index, Integer, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from daybook.runtime.reading.projection import read_table

METADATA = MetaData()

patients = read_table(
    "patients",
    METADATA,
    Column("id", Uuid, primary_key=True),
    # Null where the person was erased, as all that follows from what was said of them.
    Column("name", JSONB),
    # Folded "family given", by which lists are sorted; collation C, as the cursor compares bytes.
    Column("sort_name", Text(collation="C"), nullable=False),
    Column("birth_date", Text),
    Column("administrative_sex", Text),
    Column("phones", JSONB, nullable=False),
    Column("language", Text),
    # That a patient died is why nothing is booked; when is no matter of a booking.
    Column("deceased", Boolean, nullable=False),
    Column("orders", JSONB, nullable=False),
)
Index("patients_by_name", patients.c.tenant, patients.c.sort_name, patients.c.id)

# One row a word of any name, also a previous one: people are called by it at the desk. Collation C
# makes a prefix a range, which an index serves under row-level security.
patient_words = read_table(
    "patient_words",
    METADATA,
    Column("patient_id", Uuid, primary_key=True),
    Column("word", Text(collation="C"), primary_key=True),
)
Index("patient_words_by_word", patient_words.c.tenant, patient_words.c.word)

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

practitioners = read_table(
    "practitioners",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("name", JSONB, nullable=False),
    Column("sort_name", Text(collation="C"), nullable=False),
    Column("roles", JSONB, nullable=False),
)
Index("practitioners_by_name", practitioners.c.tenant, practitioners.c.sort_name)

locations = read_table(
    "locations",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sort_name", Text(collation="C"), nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("place_of_service", Text, nullable=False),
)
Index("locations_by_name", locations.c.tenant, locations.c.sort_name)

visit_types = read_table(
    "visit_types",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sort_name", Text(collation="C"), nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("modality", Text, nullable=False),
    Column("billable", Boolean, nullable=False),
    Column("service_types", JSONB, nullable=False),
    Column("active", Boolean, nullable=False),
)
Index("visit_types_by_name", visit_types.c.tenant, visit_types.c.sort_name, visit_types.c.id)

rooms = read_table(
    "rooms",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("location_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("sort_name", Text(collation="C"), nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
)
Index("rooms_by_name", rooms.c.tenant, rooms.c.sort_name, rooms.c.id)

# The id is the provider's.
availabilities = read_table(
    "availabilities",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("capacity", Integer, nullable=False),
    Column("windows", JSONB, nullable=False),
    Column("exceptions", JSONB, nullable=False),
)

appointments = read_table(
    "appointments",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("patient_id", Uuid, nullable=False),
    Column("visit_type_id", Uuid, nullable=False),
    Column("practitioner_id", Uuid, nullable=False),
    Column("location_id", Uuid, nullable=False),
    Column("start", DateTime(timezone=True), nullable=False),
    # The date on the location's wall, as text: it is compared and shown, never reckoned with.
    Column("day", Text(collation="C"), nullable=False),
    Column("slot", JSONB, nullable=False),
    Column("modality", Text, nullable=False),
    Column("billable", Boolean, nullable=False),
    Column("service_types", JSONB, nullable=False),
    Column("payment", JSONB, nullable=False),
    Column("walk_in", Boolean, nullable=False),
    Column("outside_hours", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("roomed_in", Uuid),
    Column("date_of_service", Date),
    # What people wrote; null where nobody did, or where the person was erased.
    Column("reason", Text),
    Column("outside_hours_reason", Text),
    Column("cancelled_because", Text),
    Column("note", Text),
    # [{state, at, by}], oldest first: each state the appointment came to.
    Column("states", JSONB, nullable=False),
    # [{slot, since, by, because}], oldest first: where it lay, and lies now.
    Column("slots", JSONB, nullable=False),
)
Index(
    "appointments_by_day",
    appointments.c.tenant,
    appointments.c.day,
    appointments.c.start,
    appointments.c.id,
)
Index(
    "appointments_by_patient",
    appointments.c.tenant,
    appointments.c.patient_id,
    appointments.c.start,
    appointments.c.id,
)

# One row an inquiry. Which is the latest of a coverage on a day is for the query to say.
coverage_states = read_table(
    "coverage_states",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("coverage_id", Uuid, nullable=False),
    Column("day", Date, nullable=False),
    Column("status", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("answered_at", DateTime(timezone=True)),
)
Index(
    "coverage_states_by_coverage",
    coverage_states.c.tenant,
    coverage_states.c.coverage_id,
    coverage_states.c.day,
)
