"""What can go wrong with the embedded PostgreSQL; each message is one sentence with a way out."""


class EmbeddedError(Exception):
    """The embedded PostgreSQL could not do what was asked."""


class DataInUse(EmbeddedError):
    """Another process owns this data directory."""


class DataUnwritable(EmbeddedError):
    """The directory cannot be written: permissions, another owner, a full or read-only disk."""


class DataForeign(EmbeddedError):
    """The directory holds something that is not Daybook's; nothing in it was touched."""


class DataDamaged(EmbeddedError):
    """The directory was Daybook's, and PostgreSQL cannot run on what is there now."""


class WrongVersion(EmbeddedError):
    """The data was written by another major version of PostgreSQL."""
