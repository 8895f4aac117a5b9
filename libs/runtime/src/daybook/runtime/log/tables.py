"""The tables of the embedded log, in a database of its own (SQLAlchemy Core).

Topics here are physical ones. `machine` alone has a right to them: they hold every practice's
records, and nobody reads the log on behalf of one practice.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    DateTime,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
)

METADATA = MetaData()

partitions = Table(
    "partitions",
    METADATA,
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("next", BigInteger, nullable=False, server_default="0"),
    Column("latest", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

# `headers` is a JSON array of [name, value], each byte of a value as the character of its number.
records = Table(
    "records",
    METADATA,
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("offset", BigInteger, primary_key=True, autoincrement=False),
    Column("key", LargeBinary, nullable=False),
    Column("headers", LargeBinary, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("appended_at", DateTime(timezone=True), nullable=False),
)

producers = Table(
    "producers",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("epoch", BigInteger, nullable=False),
)

# The generation counts the changes of who is in the group.
groups = Table(
    "groups",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("generation", BigInteger, nullable=False, server_default="0"),
)

members = Table(
    "members",
    METADATA,
    Column("group", Text, primary_key=True),
    Column("member", Text, primary_key=True),
    Column("session", Uuid, nullable=False, unique=True),
    Column("topics", ARRAY(Text), nullable=False),
    Column("lasts", Interval, nullable=False),
    Column("deadline", DateTime(timezone=True), nullable=False),
)
