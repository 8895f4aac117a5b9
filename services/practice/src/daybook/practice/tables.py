"""The read tables of practice. Lists are sorted by `sort_name`, collation C, as cursors compare."""

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from daybook.runtime.reading.projection import read_table

METADATA = MetaData()

organizations = read_table(
    "organizations",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sort_name", Text(collation="C"), nullable=False),
    Column("tin", Text),
    Column("group_npi", Text),
    Column("taxonomy", Text),
    Column("street_address", JSONB),
    Column("pay_to", JSONB),
)

locations = read_table(
    "locations",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("organization_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("sort_name", Text(collation="C"), nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("place_of_service", Text, nullable=False),
    Column("facility_npi", Text),
    Column("clia", Text),
    Column("address", JSONB),
    Column("phone", Text),
)

practitioners = read_table(
    "practitioners",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("name", JSONB, nullable=False),
    Column("sort_name", Text(collation="C"), nullable=False),
    Column("npi", Text),
    Column("npi_doubtful", Boolean, nullable=False),
    Column("taxonomies", JSONB, nullable=False),
    Column("roles", JSONB, nullable=False),
)

payers = read_table(
    "payers",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sort_name", Text(collation="C"), nullable=False),
    Column("addresses", JSONB, nullable=False),
    Column("filing_days", Integer),
    Column("appeal_days", Integer),
)

plans = read_table(
    "plans",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("payer_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("sort_name", Text(collation="C"), nullable=False),
    Column("kind", Text),
)
Index("plans_by_payer", plans.c.tenant, plans.c.payer_id)

for _table in (organizations, locations, practitioners, payers, plans):
    Index(f"{_table.name}_by_name", _table.c.tenant, _table.c.sort_name, _table.c.id)
