"""HumanName, Address, ContactPoint and Identifier, read the way exporters write them.

Plain values: what they become in Daybook, and which limits hold there, is for the adapters.
"""

import re
from dataclasses import dataclass
from typing import Literal

import phonenumbers

from daybook.fhir.dates import Days, days_if_sound
from daybook.fhir.elements import child, children, codes, text, texts
from daybook.fhir.places import UNKNOWN, country_code, state_code
from daybook.fhir.resource import Body


@dataclass(frozen=True, slots=True)
class Name:
    """`use` as FHIR says it; `given` in order; `where` below the resource."""

    use: str | None
    family: str | None
    given: tuple[str, ...]
    prefix: str | None
    suffix: str | None
    period: Days
    where: str

    @property
    def words(self) -> str:
        parts = (self.prefix, *self.given, self.family, self.suffix)
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class PostalAddress:
    use: str | None
    lines: tuple[str, ...]
    city: str | None
    state: str | None
    postal_code: str | None
    country: str
    period: Days
    where: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A phone (E.164 where it could be read as one) or an email."""

    kind: Literal["phone", "email"]
    value: str
    use: str
    where: str


@dataclass(frozen=True, slots=True)
class Number:
    """An identifier; `type` is a code of HL7 v2-0203."""

    system: str | None
    value: str
    type: str | None
    use: str | None
    period: Days
    where: str


# Most phones of the export of a practice here; read by phonenumbers they take most of the time.
_PLAIN = re.compile(
    r"(?:\+?1[-. ]?)?\(?([2-9][0-9]{2})\)?[-. ]{0,2}([2-9][0-9]{2})[-. ]?([0-9]{4})"
)
_TYPE_OF_SYSTEM = {
    "http://hl7.org/fhir/sid/us-ssn": "SS",
    "urn:oid:2.16.840.1.113883.4.1": "SS",
    "http://hl7.org/fhir/sid/us-npi": "NPI",
    "urn:oid:2.16.840.1.113883.4.6": "NPI",
    "urn:oid:2.16.840.1.113883.4.4": "TAX",
    "urn:oid:2.16.840.1.113883.4.7": "CLIA",
}


def names(body: Body, element: str = "name") -> tuple[Name, ...]:
    """The names that say something. One given only as text is split: "Family, Given" or last word.

    An HL7 data-absent-reason in place of a name leaves nothing to read, hence no name.
    """
    found = (_name(item, f"{element}[{index}]") for index, item in children(body, element))
    return tuple(name for name in found if name.family or name.given)


def addresses(body: Body, element: str = "address") -> tuple[PostalAddress, ...]:
    """The addresses that say something; one given only as text keeps it as its lines."""
    found = (_address(item, f"{element}[{index}]") for index, item in children(body, element))
    return tuple(address for address in found if address)


def contacts(body: Body, element: str = "telecom", region: str = "US") -> tuple[Contact, ...]:
    """Phones and emails; fax, pager and addresses of web pages are no way to reach a patient.

    `region` is where a phone without a country code is taken to be.
    """
    found = []
    for index, item in children(body, element):
        value, where = text(item.get("value")), f"{element}[{index}]"
        use = text(item.get("use")) or "home"
        match text(item.get("system")):
            case "phone" | "sms" if value:
                found.append(Contact("phone", phone(value, region), use, where))
            case "email" if value:
                found.append(Contact("email", value.removeprefix("mailto:"), use, where))
    return tuple(found)


def numbers(body: Body) -> tuple[Number, ...]:
    """The identifiers that have a value; the type is known from well-known systems too."""
    found = []
    for index, item in children(body, "identifier"):
        system, value = text(item.get("system")), text(item.get("value"))
        if value:
            typed = codes(item.get("type"))
            kind = typed[0] if typed else _TYPE_OF_SYSTEM.get(system or "")
            period = days_if_sound(item, "period")
            use = text(item.get("use"))
            found.append(Number(system, value, kind, use, period, f"identifier[{index}]"))
    return tuple(found)


def phone(said: str, region: str = "US") -> str:
    """E.164 if it can be read as a phone number of the region, else as it was given.

    A number with an extension stays as given: E.164 has no room for it.
    """
    said = said.removeprefix("tel:").strip()
    if region in ("US", "CA") and (plain := _PLAIN.fullmatch(said)):
        return f"+1{''.join(plain.groups())}"
    return _parsed(said, region)


def _parsed(said: str, region: str) -> str:
    try:
        number = phonenumbers.parse(said, None if region == UNKNOWN else region)
    except phonenumbers.NumberParseException:
        return said
    # "Possible", not "valid": 555 numbers and new area codes are what real exports contain.
    if number.extension or not phonenumbers.is_possible_number(number):
        return said
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _name(item: Body, where: str) -> Name:
    family, given = text(item.get("family")), texts(item.get("given"))
    if not family and not given:
        family, given = _split(text(item.get("text")) or "")
    return Name(
        use=text(item.get("use")),
        family=family,
        given=given,
        prefix=" ".join(texts(item.get("prefix"))) or None,
        suffix=" ".join(texts(item.get("suffix"))) or None,
        period=days_if_sound(item, "period"),
        where=where,
    )


def _split(words: str) -> tuple[str | None, tuple[str, ...]]:
    family, comma, given = words.partition(",")
    if not comma:
        given, _, family = words.rpartition(" ")
    return family.strip() or None, tuple(given.split())


def _address(item: Body, where: str) -> PostalAddress | None:
    lines = texts(item.get("line"))
    city, state, code, country = (
        text(item.get(name)) for name in ("city", "state", "postalCode", "country")
    )
    if not (lines or city or state or code):
        lines = tuple(texts((text(item.get("text")) or "").splitlines()))
        if not lines:
            return None
    known = country_code(country)
    if known == UNKNOWN and country:
        lines = (*lines, country)
    return PostalAddress(
        use=text(item.get("use")),
        lines=lines,
        city=city,
        state=state_code(state) if state and known == "US" else state,
        postal_code=code,
        country=known,
        period=days_if_sound(item, "period"),
        where=where,
    )


def region(body: Body) -> str:
    """The country a resource's phones are taken to be in: that of its first address."""
    return country_code(text(child(body, "address").get("country")))
