"""What a step says of a resource."""

from daybook.fhir.resource import Rejected, Resource
from daybook.runtime.importing import Kind, Outcome
from daybook.runtime.writing import Refused


def rejected(part: Resource, found: Rejected) -> Outcome:
    """Rejected as it was read."""
    return Outcome(Kind.REJECTED, part.type, found.where, found.what)


def refused(part: Resource, refusal: Refused) -> Outcome:
    """Rejected by the rules that hold for people at the desk too."""
    at = refusal.pointer.rpartition("/")[2]
    where = f"{part.where}.{at}" if at else part.where
    return Outcome(Kind.REJECTED, part.type, where, refusal.detail)


def missing(part: Resource, element: str) -> Outcome:
    """Rejected, as it names a patient nobody knows."""
    what = "names a patient who was neither imported with this file nor before it"
    return Outcome(Kind.REJECTED, part.type, f"{part.where}.{element}", what)


def nameless(part: Resource) -> Outcome:
    """Rejected, as nothing would tell it from others when the file comes again."""
    what = "has no id, full URL or identifier, so a second import would double it; give it an id"
    return Outcome(Kind.REJECTED, part.type, part.where, what)
