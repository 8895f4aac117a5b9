"""FHIR R4 / US Core 6.1.0 Patient."""

import re
from dataclasses import dataclass
from datetime import date

from daybook.events.registration import Demographics, EmergencyContact
from daybook.events.values import Sex
from daybook.fhir.datatypes import Number, addresses, contacts, names, numbers, region
from daybook.fhir.dates import later, partial
from daybook.fhir.elements import child, children, codes, extensions, label, text
from daybook.fhir.references import keys, target
from daybook.fhir.resource import Body, Fault, Rejected, Resource
from daybook.registration.adapters.fhir.values import (
    address,
    built,
    human_names,
    identifier,
    sex,
    telecoms,
)

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"
_HL7 = "http://hl7.org/fhir/StructureDefinition/"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_BIRTH_SEX = {"F": Sex.FEMALE, "M": Sex.MALE, "OTH": Sex.OTHER}
_ROLE_CODES = (
    "http://terminology.hl7.org/CodeSystem/v3-RoleCode",
    "http://terminology.hl7.org/CodeSystem/v2-0131",
)


@dataclass(frozen=True, slots=True)
class ImportedPatient:
    """A patient as an exporter knows them.

    `keys` as in daybook.fhir.references, `deceased` also where the day is not known (then
    `deceased_on` is None), `replaced_by` the key of the record that this one was merged into.
    """

    keys: tuple[str, ...]
    mrn: str | None
    demographics: Demographics
    deceased: bool
    deceased_on: str | None
    replaced_by: str | None


def read_patient(resource: Resource, today: date) -> ImportedPatient | Rejected:
    """The patient; `today` is the practice's, and decides what lies in the future."""
    try:
        return _patient(resource, today)
    except Fault as fault:
        return fault.rejected


def birth_date(body: Body, where: str, today: date) -> str | None:
    """The birth date as far as it is known. Raises Fault if it is no date or not yet come."""
    born = partial(body.get("birthDate"), f"{where}.birthDate")
    if born and later(born, today):
        raise Fault(f"{where}.birthDate", "lies in the future: correct it")
    return born


def _patient(resource: Resource, today: date) -> ImportedPatient:
    body, where = resource.body, resource.where
    found = numbers(body)
    record = _medical_record(found)
    if record and len(record.value) > 64:
        raise Fault(f"{where}.{record.where}.value", "is longer than the 64 an MRN may have")
    born = birth_date(body, where, today)
    deceased, deceased_on = _deceased(body, where, born, today)
    return ImportedPatient(
        keys=keys(resource),
        mrn=record.value if record else None,
        demographics=_demographics(body, where, born, [n for n in found if n is not record]),
        deceased=deceased,
        deceased_on=deceased_on,
        replaced_by=_replaced_by(resource),
    )


def _demographics(body: Body, where: str, born: str | None, others: list[Number]) -> Demographics:
    said = names(body)
    if not said:
        raise Fault(f"{where}.name", "is missing: a patient needs a family or a given name")
    return built(
        Demographics,
        where,
        names=human_names(said, where)[:20],
        birth_date=born,
        administrative_sex=sex(body),
        birth_sex=_birth_sex(body),
        gender_identity=_says(body, "genderIdentity", "individual-genderIdentity"),
        pronouns=_says(body, "pronouns", "individual-pronouns"),
        race=_cdc(body, "us-core-race"),
        ethnicity=_cdc(body, "us-core-ethnicity"),
        language=_language(body),
        addresses=tuple(address(item, where) for item in addresses(body)[:20]),
        telecoms=telecoms(contacts(body, region=region(body)), where)[:20],
        identifiers=tuple(identifier(number, where) for number in others[:50]),
        emergency_contacts=_emergency_contacts(body, where)[:10],
    )


def _medical_record(found: tuple[Number, ...]) -> Number | None:
    """The identifier of type MR: the usual one, else the first that has not run out or is old."""
    records = [number for number in found if number.type == "MR"]
    records.sort(key=lambda n: (n.use == "old" or n.period.end is not None, n.use != "usual"))
    return records[0] if records else None


def _deceased(body: Body, where: str, born: str | None, today: date) -> tuple[bool, str | None]:
    element = f"{where}.deceasedDateTime"
    day = partial(body.get("deceasedDateTime"), element)
    if day is None:
        return body.get("deceasedBoolean") is True, None
    if later(day, today):
        raise Fault(element, "lies in the future: correct it")
    known = min(len(day), len(born or ""))
    if born and day[:known] < born[:known]:
        raise Fault(element, "is before the birth date: correct one of them")
    return True, day


def _replaced_by(resource: Resource) -> str | None:
    replacing = (
        target(link.get("other"), resource, "Patient")
        for _, link in children(resource.body, "link")
        if text(link.get("type")) == "replaced-by"
    )
    return next(replacing, None)


def _birth_sex(body: Body) -> Sex | None:
    for extension in extensions(body, f"{US_CORE}us-core-birthsex"):
        if said := text(extension.get("valueCode")):
            return _BIRTH_SEX.get(said.upper(), Sex.UNKNOWN)
    return None


def _says(body: Body, us_core: str, individual: str) -> str | None:
    """What a US Core extension, its R4 forerunner or HL7's individual-… extension says in words."""
    urls = (f"{US_CORE}us-core-{us_core}", f"{_HL7}patient-{us_core}", f"{_HL7}{individual}")
    for extension in extensions(body, *urls):
        for holder in (extension, *extensions(extension, "value")):
            if said := label(holder.get("valueCodeableConcept")):
                return said
    return None


def _cdc(body: Body, name: str) -> tuple[str, ...]:
    """OMB category and detailed codes, in order; those without a code have no room here."""
    found: list[str] = []
    for extension in extensions(body, f"{US_CORE}{name}"):
        for part in extensions(extension, "ombCategory", "detailed"):
            found.extend(codes(part.get("valueCoding")))
        found.extend(codes(extension.get("valueCodeableConcept")))  # US Core before 2.0
    return tuple(dict.fromkeys(code for code in found if len(code) <= 64))


def _language(body: Body) -> str | None:
    """The preferred language, else the first, where it is a language tag."""
    said = sorted(
        (item for _, item in children(body, "communication")),
        key=lambda item: item.get("preferred") is not True,
    )
    tags = (code for item in said for code in codes(item.get("language")))
    return next((tag for tag in tags if _LANGUAGE.fullmatch(tag)), None)


def _emergency_contacts(body: Body, where: str) -> tuple[EmergencyContact, ...]:
    """Patient.contact; one without a name is nobody to ask for, and left out."""
    found = []
    for index, item in children(body, "contact"):
        said = names(item)
        name = said[0].words if said else text(child(item, "organization").get("display"))
        phones = (c.value for c in contacts(item, region=region(body)) if c.kind == "phone")
        if name:
            found.append(
                built(
                    EmergencyContact,
                    f"{where}.contact[{index}]",
                    name=name,
                    relationship=relationship(item),
                    phone=next(phones, None),
                )
            )
    return tuple(found)


def relationship(body: Body) -> str | None:
    """What a person is to the patient: a role code, else another code, else words if short."""
    said = [item for _, item in children(body, "relationship")]
    for system in (*_ROLE_CODES, None):
        if found := codes(said, *([system] if system else [])):
            return found[0][:64]
    words = next((label(item) for item in said), None)
    return words if words and len(words) <= 64 else None
