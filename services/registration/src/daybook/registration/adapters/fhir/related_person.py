"""FHIR R4 RelatedPerson: guardians, subscribers, guarantors, next of kin."""

from dataclasses import dataclass
from datetime import date

from daybook.events.registration import PersonDetails
from daybook.fhir.datatypes import addresses, contacts, names, region
from daybook.fhir.references import keys, target
from daybook.fhir.resource import Fault, Rejected, Resource
from daybook.registration.adapters.fhir.patient import birth_date, relationship
from daybook.registration.adapters.fhir.values import address, built, human_name, sex, telecoms

UNKNOWN_RELATIONSHIP = "UNK"
"""HL7 v3 NullFlavor, where the exporter does not say what the person is to the patient."""


@dataclass(frozen=True, slots=True)
class ImportedPerson:
    """A person beside the patient whose key is `patient`."""

    keys: tuple[str, ...]
    patient: str
    relationship: str
    details: PersonDetails


def read_related_person(resource: Resource, today: date) -> ImportedPerson | Rejected:
    """The person; Rejected where the patient or the name is missing, or a date cannot be."""
    try:
        return _person(resource, today)
    except Fault as fault:
        return fault.rejected


def _person(resource: Resource, today: date) -> ImportedPerson:
    body, where = resource.body, resource.where
    patient = target(body.get("patient"), resource, "Patient")
    if not patient:
        raise Fault(f"{where}.patient", "names no patient: refer to one by id or identifier")
    said = names(body)
    if not said:
        raise Fault(f"{where}.name", "is missing: a related person needs a name")
    home = next((address(item, where) for item in addresses(body)), None)
    return ImportedPerson(
        keys=keys(resource),
        patient=patient,
        relationship=relationship(body) or UNKNOWN_RELATIONSHIP,
        details=built(
            PersonDetails,
            where,
            name=human_name(
                next((name for name in said if name.use == "official"), said[0]), where
            ),
            birth_date=birth_date(body, where, today),
            administrative_sex=sex(body),
            address=home,
            telecoms=telecoms(contacts(body, region=region(body)), where)[:10],
        ),
    )
