"""The read tables of scheduling: what a desk needs to book a visit, and no more.

Of a patient: name, birth date and sex to tell two people apart, phones with their consent for
reminders, the language to speak. Of a coverage: whose payer pays when; the member id is no matter
of a booking.
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
