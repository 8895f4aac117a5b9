"""FHIR R4 organizations, practitioners, roles, locations and payers, as the practice records them.

Pure: a resource goes in, a frozen record or the reason why not comes out.
"""

import re
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError

from daybook.events.event import Value
from daybook.events.values import Address, HumanName, Period
from daybook.fhir.datatypes import Name, PostalAddress, addresses, contacts, names, numbers, region
from daybook.fhir.dates import Days, days
from daybook.fhir.elements import children, codes, text
from daybook.fhir.payers import payer_keys, read_payor
from daybook.fhir.references import keys, target
from daybook.fhir.resource import Body, Fault, Ignored, Rejected, Resource
from daybook.practice.npi import is_valid

V = TypeVar("V", bound=Value)

NUCC = "http://nucc.org/provider-taxonomy"
_NUCC_OID = "urn:oid:2.16.840.1.113883.6.101"
_POS = "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"
_TAXONOMY = re.compile(r"[0-9A-Z]{9}X")
_TEN_DIGITS, _NINE_DIGITS, _TWO_DIGITS = (re.compile(rf"[0-9]{{{n}}}") for n in (10, 9, 2))
_PROVIDERS = frozenset({"prov", "dept", "team", "govt", "other"})
_PAYERS = frozenset({"ins", "pay"})
_NOT_SITES = {"ro": "a room", "bd": "a bed", "ca": "a cabinet", "co": "a corridor"}
OFFICE = "11"
"""CMS place of service, where a location does not say what it is."""


@dataclass(frozen=True, slots=True)
class ImportedOrganization:
    """An organization that treats; `npi_doubtful` means a wrong check digit."""

    keys: tuple[str, ...]
    name: str
    tin: str | None
    group_npi: str | None
    npi_doubtful: bool
    taxonomy: str | None
    street_address: Address | None


@dataclass(frozen=True, slots=True)
class ImportedPayer:
    """Somebody who pays, from an Organization or named only by a Coverage."""

    keys: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class ImportedPractitioner:
    keys: tuple[str, ...]
    name: HumanName
    npi: str | None
    npi_doubtful: bool
    taxonomies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportedRole:
    """What a practitioner does for an organization; `locations` may be empty.

    `taxonomies` are said of the practitioner in this role. All but `role` are keys.
    """

    keys: tuple[str, ...]
    practitioner: str
    organization: str | None
    locations: tuple[str, ...]
    role: str
    taxonomies: tuple[str, ...]
    period: Period


@dataclass(frozen=True, slots=True)
class ImportedLocation:
    """A place where patients are seen; `organization` is a key."""

    keys: tuple[str, ...]
    name: str
    organization: str | None
    time_zone: str
    place_of_service: str
    facility_npi: str | None
    npi_doubtful: bool
    clia: str | None
    address: Address | None
    phone: str | None


def read_organization(
    resource: Resource,
) -> ImportedOrganization | ImportedPayer | Rejected | Ignored:
    """A provider or a payer, by its type; one contained in a Coverage is its payer.

    Ignored: employers, schools and the like, and those contained in anything else.
    """
    body, where = resource.body, resource.where
    name = text(body.get("name"))
    kinds = set(codes([item for _, item in children(body, "type")]))
    holder = resource.container.type if resource.container else None
    try:
        if kinds & _PAYERS or (holder == "Coverage" and not kinds & _PROVIDERS):
            placed = next(iter(keys(resource)), None)
            return ImportedPayer(payer_keys(placed, body, name), _needed(name, where))
        if holder or (kinds and not kinds & _PROVIDERS):
            return Ignored(where, "is neither a provider of the practice nor a payer")
        npi, doubtful = _npi(body)
        return ImportedOrganization(
            keys=keys(resource),
            name=_needed(name, where),
            tin=_tin(body),
            group_npi=npi,
            npi_doubtful=doubtful,
            taxonomy=next(iter(_taxonomies(body.get("type"))), None),
            street_address=_address(body, where),
        )
    except Fault as fault:
        return fault.rejected


def read_payer(coverage: Resource) -> ImportedPayer | Rejected | Ignored:
    """The payer that a Coverage names; one that is referred to without a name is Ignored.

    That one comes, with its name, as an Organization.
    """
    try:
        beneficiary = target(coverage.body.get("beneficiary"), coverage, "Patient")
        payer = read_payor(coverage, beneficiary or "")
        if isinstance(payer, Ignored):
            return payer
        if not payer.display:
            return Ignored(f"{coverage.where}.payor", "is only referred to: its name is elsewhere")
        return ImportedPayer(payer.keys, _needed(payer.display, f"{coverage.where}.payor"))
    except Fault as fault:
        return fault.rejected


def read_practitioner(resource: Resource) -> ImportedPractitioner | Rejected:
    """A person who treats. An NPI with a wrong check digit is kept, and doubtful."""
    body, where = resource.body, resource.where
    said = names(body)
    if not said:
        return Rejected(f"{where}.name", "is missing: a practitioner needs a name")
    official = next((name for name in said if name.use in ("official", "usual")), said[0])
    npi, doubtful = _npi(body)
    qualified = [item.get("code") for _, item in children(body, "qualification")]
    try:
        name = _human_name(official, where)
    except Fault as fault:
        return fault.rejected
    return ImportedPractitioner(keys(resource), name, npi, doubtful, _taxonomies(qualified))


def read_role(resource: Resource) -> ImportedRole | Rejected:
    """A PractitionerRole, dated if it says so."""
    body, where = resource.body, resource.where
    practitioner = target(body.get("practitioner"), resource, "Practitioner")
    if not practitioner:
        return Rejected(f"{where}.practitioner", "names no practitioner: refer to one")
    said = [code for code in codes(body.get("code")) if len(code) <= 64]
    roles = sorted(said, key=lambda code: bool(_TAXONOMY.fullmatch(code)))  # a taxonomy last
    places = (target(item, resource, "Location") for _, item in children(body, "location"))
    try:
        dated = days(body, "period", where)
    except Fault as fault:
        return fault.rejected
    specialties = [item for name in ("specialty", "code") for _, item in children(body, name)]
    return ImportedRole(
        keys=keys(resource),
        practitioner=practitioner,
        organization=target(body.get("organization"), resource, "Organization"),
        locations=tuple(dict.fromkeys(key for key in places if key)),
        role=roles[0] if roles else "practitioner",
        taxonomies=_taxonomies(specialties),
        period=Period(start=dated.start, end=dated.end),
    )


def read_location(resource: Resource, time_zone: str) -> ImportedLocation | Rejected | Ignored:
    """A place; FHIR R4 has no time zone for it, so the caller's default is taken.

    Rooms and beds, and descriptions of a kind of place, are no place of service of their own.
    """
    body, where = resource.body, resource.where
    if text(body.get("mode")) == "kind":
        return Ignored(f"{where}.mode", "describes a kind of place, not a place")
    for code in codes(body.get("physicalType")):
        if code in _NOT_SITES:
            return Ignored(f"{where}.physicalType", f"is {_NOT_SITES[code]}, part of a place")
    npi, doubtful = _npi(body)
    clia = (number.value for number in numbers(body) if number.type == "CLIA")
    reach = (c.value for c in contacts(body, region=region(body)) if c.kind == "phone")
    coded = (code for code in codes(body.get("type"), _POS) if _TWO_DIGITS.fullmatch(code))
    try:
        return ImportedLocation(
            keys=keys(resource),
            name=_needed(text(body.get("name")), where),
            organization=target(body.get("managingOrganization"), resource, "Organization"),
            time_zone=time_zone,
            place_of_service=next(coded, OFFICE),
            facility_npi=npi,
            npi_doubtful=doubtful,
            clia=next(clia, None),
            address=_address(body, where),
            phone=next(reach, None),
        )
    except Fault as fault:
        return fault.rejected


def _npi(body: Body) -> tuple[str | None, bool]:
    """The NPI, if it has ten digits, and whether its check digit is wrong."""
    said = (number.value for number in numbers(body) if number.type == "NPI")
    npi = next((value for value in said if _TEN_DIGITS.fullmatch(value)), None)
    return npi, npi is not None and not is_valid(npi)


def _tin(body: Body) -> str | None:
    said = (number.value for number in numbers(body) if number.type in ("TAX", "EN"))
    digits = (value.replace("-", "") for value in said)
    return next((tin for tin in digits if _NINE_DIGITS.fullmatch(tin)), None)


def _taxonomies(concepts: object) -> tuple[str, ...]:
    said = codes(concepts, NUCC, _NUCC_OID)
    return tuple(code for code in said if _TAXONOMY.fullmatch(code))


def _needed(name: str | None, where: str) -> str:
    if not name:
        raise Fault(f"{where}.name", "is missing: give it a name")
    if len(name) > 200:
        raise Fault(f"{where}.name", "is longer than the 200 characters there is room for")
    return name


def _address(body: Body, where: str) -> Address | None:
    """The first address; its lines beyond four are put into one."""
    found: PostalAddress | None = next(iter(addresses(body)), None)
    if found is None:
        return None
    lines = found.lines
    return _built(
        Address,
        f"{where}.{found.where}",
        use=found.use or "work",
        lines=(*lines[:3], ", ".join(lines[3:])) if len(lines) > 4 else lines,
        city=found.city,
        state=found.state,
        postal_code=found.postal_code,
        country=found.country,
        period=_period(found.period),
    )


def _human_name(name: Name, where: str) -> HumanName:
    return _built(
        HumanName,
        f"{where}.{name.where}",
        family=name.family,
        given=name.given,
        prefix=name.prefix,
        suffix=name.suffix,
        period=_period(name.period),
    )


def _period(found: Days) -> Period | None:
    return Period(start=found.start, end=found.end) if found.start or found.end else None


def _built(model: type[V], where: str, **parts: object) -> V:
    try:
        return model(**parts)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Fault(where, f"cannot be taken: {place} {first['msg'].lower()}".strip()) from None
