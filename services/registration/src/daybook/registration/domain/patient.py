"""A patient's life: registered, corrected, linked to others, covered in an order, deceased."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from daybook.events.event import Event, Value
from daybook.events.registration import (
    CoverageOrderSet,
    Demographics,
    EmergencyContact,
    GuarantorAssigned,
    Occupation,
    PatientDeceased,
    PatientDemographicsCorrected,
    PatientRegistered,
    PersonDetails,
    RelatedPersonLinked,
)
from daybook.events.values import (
    Address,
    BirthSex,
    Code,
    Day,
    HumanName,
    Identifier,
    PartialDate,
    Sex,
    Telecom,
    Text,
)
from daybook.registration.domain.dates import check_not_future, earliest, latest
from daybook.runtime.writing import Conflict, Decision, NotFound, Refused, Take

MRN = "mrn"
EXTERNAL = "external-patient"

REGISTER: JsonDict = {
    "mrn": "10023847",
    "demographics": {
        "names": [
            {"use": "legal", "family": "O'Brien", "given": ["Ana", "María"], "suffix": "III"},
            {"use": "preferred", "given": ["Annie"]},
        ],
        "birth_date": "1984-03-09",
        "administrative_sex": "female",
        "birth_sex": "female",
        "race": ["2106-3"],
        "ethnicity": ["2135-2"],
        "language": "es-MX",
        "addresses": [
            {"lines": ["12 Main Street"], "city": "Boston", "state": "MA", "postal_code": "02108"}
        ],
        "telecoms": [
            {"kind": "phone", "value": "+16175550123", "use": "mobile", "may_contact": True}
        ],
        "emergency_contacts": [{"name": "Eva Ek", "relationship": "MTH"}],
    },
}
"""What the API's description shows."""


class RegisterPatient(Value):
    """Registers a patient; without an MRN the practice assigns one."""

    model_config = ConfigDict(json_schema_extra={"examples": [REGISTER]})

    mrn: Code | None = Field(default=None, description="Unique in the practice, whatever its case")
    demographics: Demographics


class DemographicsChange(Value):
    """The fields to correct: what is absent stays, what is null is cleared."""

    names: tuple[HumanName, ...] | None = Field(default=None, min_length=1, max_length=20)
    birth_date: PartialDate | None = None
    administrative_sex: Sex | None = None
    birth_sex: BirthSex | None = None
    gender_identity: Text | None = None
    sexual_orientation: Text | None = None
    pronouns: Text | None = None
    race: tuple[Code, ...] | None = Field(default=None, max_length=50)
    race_text: Text | None = None
    ethnicity: tuple[Code, ...] | None = Field(default=None, max_length=50)
    ethnicity_text: Text | None = None
    tribal_affiliations: tuple[Code, ...] | None = Field(default=None, max_length=20)
    language: Code | None = None
    occupations: tuple[Occupation, ...] | None = Field(default=None, max_length=20)
    addresses: tuple[Address, ...] | None = Field(default=None, max_length=20)
    telecoms: tuple[Telecom, ...] | None = Field(default=None, max_length=20)
    identifiers: tuple[Identifier, ...] | None = Field(default=None, max_length=50)
    emergency_contacts: tuple[EmergencyContact, ...] | None = Field(default=None, max_length=10)


class CorrectDemographics(Value):
    """Corrects who a patient is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"demographics": {"birth_date": "1984-03-10", "pronouns": None}}]
        }
    )

    mrn: Code | None = Field(default=None, description="A new MRN; absent, it stays")
    demographics: DemographicsChange = DemographicsChange()


class RecordDeath(Value):
    """Records that the patient has died."""

    deceased_on: PartialDate = Field(description="As far as known; not in the future")


@dataclass(frozen=True, slots=True)
class Death:
    """A death another system tells of, perhaps without its day."""

    deceased_on: str | None


class LinkRelatedPerson(Value):
    """Puts a person beside the patient, or says again who a linked person is."""

    relationship: Code = Field(
        examples=["MTH", "FTH", "SPS", "GUARD"], description="HL7 v3 RoleCode"
    )
    details: PersonDetails = Field(
        examples=[{"name": {"family": "O'Brien", "given": ["Maeve"]}, "birth_date": "1958"}]
    )


class AssignGuarantor(Value):
    """Says who answers for the account from a day on; without a person, the patient does."""

    person_id: UUID | None = None
    effective_from: Day


class SetCoverageOrder(Value):
    """Says which coverage is asked first from a day on."""

    effective_from: Day
    coverage_ids: tuple[UUID, ...] = Field(min_length=1, max_length=20)


@dataclass(frozen=True, slots=True)
class RelatedPerson:
    """A person beside the patient; both are None once their key is destroyed."""

    relationship: str | None
    details: PersonDetails | None


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient as the events tell."""

    id: UUID
    mrn: str | None
    demographics: Demographics | None
    deceased_on: str | None = None
    deceased: bool = False
    related: Mapping[UUID, RelatedPerson] = field(default_factory=dict)
    guarantors: tuple[GuarantorAssigned, ...] = ()
    orders: tuple[CoverageOrderSet, ...] = ()


def evolve(patient: Patient | None, event: Event) -> Patient:
    """The patient after an event."""
    if isinstance(event, PatientRegistered):
        return Patient(event.patient_id, event.mrn, event.demographics)
    if patient is None:
        raise ValueError(f"{event.wire.name} before the patient was registered")
    match event:
        case PatientDemographicsCorrected():
            return replace(patient, mrn=event.mrn, demographics=event.demographics)
        case PatientDeceased():
            return replace(patient, deceased=True, deceased_on=event.deceased_on)
        case RelatedPersonLinked():
            person = RelatedPerson(event.relationship, event.details)
            return replace(patient, related={**patient.related, event.person_id: person})
        case GuarantorAssigned():
            return replace(patient, guarantors=(*patient.guarantors, event))
        case CoverageOrderSet():
            return replace(patient, orders=(*patient.orders, event))
        case _:
            raise ValueError(f"{event.wire.name} does not belong to a patient")


def register(
    patient_id: UUID,
    command: RegisterPatient,
    mrn: str,
    today: date,
    known_as: Sequence[str] = (),
    death: Death | None = None,
) -> Decision:
    """Registers a patient under `mrn`; `known_as` are the names a foreign system has for them."""
    died = death.deceased_on if death else None
    if died:
        check_not_future(died, today, "/deceased_on", "death")
    check(command.demographics, today, died)
    events: list[Event] = [
        PatientRegistered(patient_id=patient_id, mrn=mrn, demographics=command.demographics)
    ]
    if death is not None:
        events.append(PatientDeceased(patient_id=patient_id, deceased_on=died))
    external = tuple(Take(EXTERNAL, name, personal=True) for name in known_as)
    return Decision(tuple(events), takes=(take_mrn(mrn), *external))


def correct(patient: Patient | None, command: CorrectDemographics, today: date) -> Decision:
    """Corrects demographics or MRN; changes nothing where nothing differs."""
    patient, before = editable(patient)
    change = command.demographics
    said = {name: getattr(change, name) for name in change.model_fields_set}
    cleared = {
        name: Demographics.model_fields[name].get_default() for name, v in said.items() if v is None
    }
    if "names" in cleared:
        raise Refused("name-needed", "a patient needs a name", "/demographics/names")
    after = before.model_copy(update={**said, **cleared})
    mrn = command.mrn or patient.mrn
    changed = tuple(
        name for name in Demographics.model_fields if getattr(after, name) != getattr(before, name)
    )
    takes: tuple[Take, ...] = ()
    releases: tuple[Take, ...] = ()
    if mrn != patient.mrn:
        changed = (*changed, "mrn")
        takes = (take_mrn(mrn),) if mrn else ()
        releases = (take_mrn(patient.mrn),) if patient.mrn else ()
    if not changed:
        return Decision(())
    check(after, today, died=patient.deceased_on)
    event = PatientDemographicsCorrected(
        patient_id=patient.id, mrn=mrn, demographics=after, changed=changed
    )
    return Decision((event,), takes=takes, releases=releases)


def record_death(patient: Patient | None, command: RecordDeath, today: date) -> Decision:
    """Records a death, or its date anew: not in the future, not before the birth."""
    patient, who = editable(patient)
    if patient.deceased and patient.deceased_on == command.deceased_on:
        return Decision(())
    check_not_future(command.deceased_on, today, "/deceased_on", "death")
    if who.birth_date and latest(command.deceased_on) < earliest(who.birth_date):
        raise Refused("death-before-birth", "the death is before the birth", "/deceased_on")
    return Decision((PatientDeceased(patient_id=patient.id, deceased_on=command.deceased_on),))


def known(patient: Patient | None) -> Patient:
    """The patient. Raises NotFound where nobody was registered under this id."""
    if patient is None:
        raise NotFound("patient-not-found", "no patient of this practice has this id")
    return patient


def editable(patient: Patient | None) -> tuple[Patient, Demographics]:
    """The patient, and who they are. Raises NotFound; Conflict once they are erased."""
    patient = known(patient)
    if patient.demographics is None:
        raise Conflict(
            "person-erased",
            "this patient's data was erased for good; register them anew if they come back",
        )
    return patient, patient.demographics


def take_mrn(mrn: str) -> Take:
    """MRNs that differ only in case are one."""
    return Take(MRN, mrn.upper(), personal=True)


def check(demographics: Demographics, today: date, died: str | None = None) -> None:
    """Raises Refused for a birth that has not been, or that follows the death."""
    born = demographics.birth_date
    if born:
        check_not_future(born, today, "/demographics/birth_date", "birth")
        if died and latest(died) < earliest(born):
            raise Refused(
                "death-before-birth", "the birth is after the death", "/demographics/birth_date"
            )
