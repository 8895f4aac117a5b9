"""Who pays, as a Coverage names them: shared, so that every service arrives at the same keys."""

from dataclasses import dataclass

from daybook.fhir.elements import child, children, codes, text
from daybook.fhir.references import contained, identifier_key, name_key, target
from daybook.fhir.resource import Body, Fault, Ignored, Resource

# Ways of saying that nobody but the patient pays. NO_INSURANCE is Synthea's.
_NOBODY = frozenset({"no insurance", "self pay", "selfpay", "uninsured", "none", "private pay"})


@dataclass(frozen=True, slots=True)
class PayerName:
    """A payer as a coverage names it: keys, strongest first, and what it is called."""

    keys: tuple[str, ...]
    display: str


def read_payor(resource: Resource, beneficiary: str) -> PayerName | Ignored:
    """The first payor of a Coverage: referred to, contained, or only called by name.

    Ignored where it is the patient or nobody. Raises Fault where it is missing.
    """
    where = f"{resource.where}.payor"
    if "pay" in codes(resource.body.get("type")):  # FHIR coverage-selfpay
        return Ignored(f"{resource.where}.type", "is self-pay: the patient pays")
    payor = child(resource.body, "payor")
    key = target(payor, resource, "Organization")
    held = contained(payor, resource)
    of_type = held.get("resourceType") if held else text(payor.get("type"))
    if key == beneficiary or of_type in ("Patient", "RelatedPerson") or _is_person(key):
        return Ignored(where, "is a person: the patient's side pays")
    name = (text(held.get("name")) if held else None) or text(payor.get("display"))
    if name and " ".join(name.casefold().replace("_", " ").replace("-", " ").split()) in _NOBODY:
        return Ignored(where, "is nobody: the patient pays")
    found = payer_keys(key, held or {}, name)
    if not found:
        raise Fault(where, "names no payer: give a reference or a display")
    return PayerName(found, name or "")


def payer_keys(key: str | None, body: Body, name: str | None) -> tuple[str, ...]:
    """Its identifiers and its place; the name where nothing stronger is known.

    A place inside another resource (`…#id`) tells nothing: the same payer lies in each coverage.
    """
    numbered = [identifier_key("Organization", item) for _, item in children(body, "identifier")]
    placed = key if key and "#" not in key else None
    found = tuple(dict.fromkeys(each for each in (placed, *numbered) if each))
    return found or ((name_key("Organization", name),) if name else ())


def _is_person(key: str | None) -> bool:
    path = (key or "").partition("?")[0].split("/")
    return "Patient" in path or "RelatedPerson" in path
