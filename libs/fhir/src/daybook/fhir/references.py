"""Under which names a resource is known outside, and which name a reference means.

A *key* is one of these strings; two resources that share one are the same resource:

- `urn:uuid:<lower case>`: the entry's full URL, if it is one;
- `https://server/fhir/Patient/123`: the entry's full URL, if it is one; relative references from
  an entry of that server mean the same (FHIR R4, Bundle: resolving references);
- `Patient/123`: type and id, where no server is named (NDJSON, urn:uuid bundles);
- `Patient?identifier=system|value`: for each identifier that names one thing, so that conditional
  and logical references find it. Not for numbers that families share, that people mistype or that
  exporters fill with nines (member id, SSN, licence, passport, tax id, 0000000000), and not without
  a system: one of those in common must never make two patients one;
- `<holder's key>#id`: a contained resource;
- `Organization?name=...`: one known by nothing but its name.

Keys may hold personal values (an MRN): store them as HMACs under the practice's key.
"""

import re
from typing import Any
from urllib.parse import unquote

from daybook.fhir.elements import children, codes, text
from daybook.fhir.resource import Body, Resource

# HL7 v2-0203 types and well-known systems that do not tell one patient or organization apart.
_SHARED_TYPES = frozenset(
    {"MB", "SN", "MA", "MC", "SS", "SSN", "DL", "PPN", "TAX", "EN", "NIIP", "NI", "SB", "CZ"}
)
_SHARED_SYSTEMS = frozenset(
    {
        "http://hl7.org/fhir/sid/us-ssn",
        "http://hl7.org/fhir/sid/us-medicare",
        "http://hl7.org/fhir/sid/us-mbi",
        "urn:oid:2.16.840.1.113883.4.1",  # SSN
        "urn:oid:2.16.840.1.113883.4.4",  # EIN
    }
)
_SHARED_PREFIXES = (
    "http://hl7.org/fhir/sid/passport-",
    "urn:oid:2.16.840.1.113883.4.3.",  # driver's licences, by state
)
_FILLER = re.compile(r"(\d)(?:-?\1){3,}|none|null|unknown|n/?a|test", re.IGNORECASE)
_RESTFUL = re.compile(r"(?:(https?://.+)/)?([A-Z][A-Za-z]{2,63})/([A-Za-z0-9.\-]{1,64})")
_HISTORY = re.compile(r"/_history/[^/]*$")
_CONDITIONAL = re.compile(r"(?:https?://.+/)?([A-Z][A-Za-z]{2,63})\?(.+)", re.DOTALL)


def keys(resource: Resource) -> tuple[str, ...]:
    """All keys of a resource, strongest first; none if nothing tells it from others."""
    if resource.container is not None:
        holder = _holder(resource)
        first = [f"{holder}#{resource.id}"] if holder and resource.id else []
    else:
        first = _own(resource.type, resource.id, resource.full_url)
    named = (
        identifier_key(resource.type, item) for _, item in children(resource.body, "identifier")
    )
    return tuple(dict.fromkeys([*first, *(key for key in named if key)]))


def target(reference: Any, holder: Resource, type: str = "") -> str | None:
    """The key that a Reference (or its bare string) in `holder` means; None if it names nothing.

    `type` is what the element refers to, for a logical reference that does not say it itself.
    """
    body: Body = reference if isinstance(reference, dict) else {"reference": reference}
    said = text(body.get("reference"))
    if said:
        return _literal(said, holder)
    for _, identifier in children(body, "identifier"):
        return identifier_key(text(body.get("type")) or type, identifier)
    return None


def contained(reference: Any, holder: Resource) -> Body | None:
    """The contained resource that a `#id` reference in `holder` means."""
    said = text(reference.get("reference")) if isinstance(reference, dict) else text(reference)
    if not said or not said.startswith("#"):
        return None
    return next((item for item in holder.neighbours if item.get("id") == said[1:]), None)


def identifier_key(type: str, identifier: Body) -> str | None:
    """The key of an identifier; None where it may be shared or is incomplete."""
    system, value = text(identifier.get("system")), text(identifier.get("value"))
    if not type or not system or not value or _FILLER.fullmatch(value):
        return None
    if system in _SHARED_SYSTEMS or system.startswith(_SHARED_PREFIXES):
        return None
    if _SHARED_TYPES.intersection(codes(identifier.get("type"))):
        return None
    return f"{type}?identifier={system}|{value}"


def name_key(type: str, name: str) -> str:
    """The key of something known by its name alone; case and blanks make no difference."""
    return f"{type}?name={' '.join(name.casefold().split())}"


def _own(type: str, id: str | None, full_url: str | None) -> list[str]:
    url = _HISTORY.sub("", (full_url or "").strip())
    if url.lower().startswith("urn:"):
        return [url.lower(), *([f"{type}/{id}"] if id else [])]
    found = _RESTFUL.fullmatch(url)
    if found and found[1]:
        return [url]
    return [f"{type}/{id}"] if id else []


def _holder(resource: Resource) -> str | None:
    """The first key of the resource itself, or of the one that contains it."""
    if resource.container is None:
        own = _own(resource.type, resource.id, resource.full_url)
    else:
        own = _own(resource.container.type, resource.container.id, resource.full_url)
    return own[0] if own else None


def _literal(said: str, holder: Resource) -> str | None:
    if said.startswith("#"):
        key = _holder(holder)
        return key and (f"{key}{said}" if len(said) > 1 else key)
    if said.lower().startswith("urn:"):
        return said.lower()
    if found := _CONDITIONAL.fullmatch(said):
        return _conditional(found[1], found[2], holder)
    said = _HISTORY.sub("", said)
    found = _RESTFUL.fullmatch(said)
    if not found:
        return None
    base, type, id = found.groups()
    own = _RESTFUL.fullmatch(holder.full_url or "")
    own_base = own[1] if own else None
    if not own_base:
        # Nothing says which server the file is from: an absolute reference is taken for its own.
        return f"{type}/{id}"
    return f"{base or own_base}/{type}/{id}"


def _conditional(type: str, query: str, holder: Resource) -> str | None:
    """`identifier=system|value` or `_id=…`; other searches would have to be run, and name none."""
    parts = [part.partition("=") for part in query.split("&")]
    for name, _, raw in parts:
        value = unquote(raw).strip()
        if name == "_id" and value:
            return _literal(f"{type}/{value}", holder)
        if name == "identifier" and "|" in value:
            system, _, number = value.partition("|")
            return identifier_key(type, {"system": system, "value": number})
    return None
