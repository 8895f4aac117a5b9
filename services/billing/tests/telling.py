"""What a draft tells, for the tests of what billing decides."""

from typing import Any

from daybook.billing.domain.claim import document
from daybook.billing.domain.fields import at
from daybook.events.billing import ClaimDrafted

from .given import Books


def codes(of: Books) -> set[str]:
    return {edit.code.value for edit in drafted(of).edits}


def drafted(of: Books) -> ClaimDrafted:
    assert of.claim is not None
    return of.claim.draft


def told(of: Books, pointer: str) -> Any:
    return at(document(drafted(of)), pointer)


def source(of: Books, pointer: str) -> str:
    """The type of the event a field came from."""
    (found,) = [one for one in drafted(of).sources or () if pointer in one.fields]
    return found.type
