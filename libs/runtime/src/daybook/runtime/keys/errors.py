"""What can be wrong with a key, or with what it sealed."""

from uuid import UUID

from daybook.events.codec import CodecError
from daybook.runtime.writing import Conflict


class KeyDestroyed(Conflict):
    """The person's key was destroyed, so nothing more can be recorded about them."""

    def __init__(self, tenant: UUID, person: UUID) -> None:
        super().__init__(
            "person-erased",
            "this person's data was erased for good; register them anew if they come back",
        )
        self.tenant, self.person = tenant, person


class KeyLost(CodecError):
    """A sealed event names a person for whom the key store has neither a working key nor a
    tombstone: it was restored from before the key was made, or is another installation's."""

    reason = "key-lost"

    def __init__(self, tenant: UUID, person: UUID) -> None:
        super().__init__(
            f"the key store has no working key for person {person} of practice {tenant}, and no "
            "note that it was destroyed; restore database daybook_keys, then redrive"
        )
        self.tenant, self.person = tenant, person


class Tampered(CodecError):
    """A sealed blob is not what was sealed for this event and person, or not under this key."""
