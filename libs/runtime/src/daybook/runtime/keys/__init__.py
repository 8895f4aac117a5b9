"""Seal, open, destroy: personal data in events, each person's under a key of their own.

wrapping.py     the master key, and keys under keys
practices.py    the practices' keys
store.py        the people's keys: made once, kept minutes in memory, destroyed for good
sealing.py      the personal halves of events
"""

from daybook.runtime.keys.errors import KeyDestroyed, KeyLost, Tampered
from daybook.runtime.keys.sealing import open_, open_all, seal, seal_event
from daybook.runtime.keys.store import Found, Keys, Pair
from daybook.runtime.keys.wrapping import MasterKeyError, make_master_key

__all__ = [
    "Found",
    "KeyDestroyed",
    "KeyLost",
    "Keys",
    "MasterKeyError",
    "Pair",
    "Tampered",
    "make_master_key",
    "open_",
    "open_all",
    "seal",
    "seal_event",
]
