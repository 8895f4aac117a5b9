"""A prefix as a range: under row-level security an index cannot serve LIKE, which may leak."""

from sqlalchemy import ColumnElement, and_

LAST = "\U0010ffff"
"""No character follows it, so a prefix with it sorts after all that begins with the prefix."""


def begins_with(column: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """Whether a text column of collation C begins with `prefix`."""
    return and_(column >= prefix, column < prefix + LAST)
