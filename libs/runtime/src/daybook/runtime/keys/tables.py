"""The tables of the database daybook_keys; libs/runtime/migrations/keys makes them."""

from sqlalchemy import Column, DateTime, LargeBinary, MetaData, Table, Uuid, func

metadata = MetaData()

practice_keys = Table(
    "practice_keys",
    metadata,
    Column("tenant", Uuid, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

person_keys = Table(
    "person_keys",
    metadata,
    Column("tenant", Uuid, primary_key=True),
    Column("person", Uuid, primary_key=True),
    Column("wrapped", LargeBinary, comment="NULL once the key is destroyed"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("destroyed_at", DateTime(timezone=True)),
)
