"""A patient's life: registered, corrected, linked to others, covered in an order, deceased."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from pydantic import Field

from daybook.events.event import Event, Value
from daybook.events.registration import (
    CoverageOrderSet,
    Demographics,
    EmergencyContact,
    GuarantorAssigned,
    PatientDeceased,
    PatientDemographicsCorrected,
    PatientRegistered,
    PersonDetails,
    RelatedPersonLinked,
)
from daybook.events.values import (
    Address,
    Code,
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


class RegisterPatient(Value):
    """Registers a patient; without an MRN the practice assigns one."""

    mrn: Code | None = Field(default=None, examples=["10023847"])
    demographics: Demographics


class DemographicsChange(Value):
    """The fields to correct: what is absent stays, what is null is cleared."""

    names: tuple[HumanName, ...] | None = Field(default=None, min_length=1, max_length=20)
    birth_date: PartialDate | None = None
    administrative_sex: Sex | None = None
    birth_sex: Sex | None = None
    gender_identity: Text | None = None
    pronouns: Text | None = None
    race: tuple[Code, ...] | None = None
    ethnicity: tuple[Code, ...] | None = None
    language: Code | None = None
    addresses: tuple[Address, ...] | None = Field(default=None, max_length=20)
    telecoms: tuple[Telecom, ...] | None = Field(default=None, max_length=20)
    identifiers: tuple[Identifier, ...] | None = Field(default=None, max_length=50)
    emergency_contacts: tuple[EmergencyContact, ...] | None = Field(default=None, max_length=10)


class CorrectDemographics(Value):
    """Corrects who a patient is."""

    mrn: Code | None = Field(default=None, description="A new MRN; absent, it stays")
    demographics: DemographicsChange = DemographicsChange()


class RecordDeath(Value):
    """Records that the patient has died."""

    deceased_on: PartialDate


@dataclass(frozen=True, slots=True)
class Death:
    """A death another system tells of, perhaps without its day."""

    deceased_on: str | None


class LinkRelatedPerson(Value):
    """Puts a person beside the patient, or says again who a linked person is."""

    relationship: Code = Field(
        examples=["MTH", "FTH", "SPS", "GUARD"], description="HL7 v3 RoleCode"
    )
    details: PersonDetails


class AssignGuarantor(Value):
    """Says who answers for the account from a day on; without a person, the patient does."""

    person_id: UUID | None = None
    effective_from: date


class SetCoverageOrder(Value):
    """Says which coverage is asked first from a day on."""

    effective_from: date
    coverage_ids: tuple[UUID, ...] = Field(min_length=1, max_length=20)


@dataclass(frozen=True, slots=True)
class RelatedPerson:
    """A person beside the patient; `details` is None once their key is destroyed."""

    relationship: str
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
    check(command.demographics, today)
    events: list[Event] = [
        PatientRegistered(patient_id=patient_id, mrn=mrn, demographics=command.demographics)
    ]
    if death is not None:
        if death.deceased_on:
            check_not_future(death.deceased_on, today, "/deceased_on", "death")
        events.append(PatientDeceased(patient_id=patient_id, deceased_on=death.deceased_on))
    external = tuple(Take(EXTERNAL, name, personal=True) for name in known_as)
    return Decision(tuple(events), takes=(take_mrn(mrn), *external))


def correct(patient: Patient | None, command: CorrectDemographics, today: date) -> Decision:
    """Corrects demographics or MRN; changes nothing where nothing differs."""
    patient = known(patient)
    if patient.demographics is None:
        raise Conflict("erased", "this patient's personal data was erased and cannot be corrected")
    change = command.demographics
    said = {name: getattr(change, name) for name in change.model_fields_set}
    cleared = {
        name: Demographics.model_fields[name].get_default() for name, v in said.items() if v is None
    }
    if "names" in cleared:
        raise Refused("name-needed", "a patient needs a name", "/demographics/names")
    after = Demographics.model_validate(patient.demographics.model_copy(update={**said, **cleared}))
    mrn = command.mrn or patient.mrn
    changed = tuple(
        name
        for name in Demographics.model_fields
        if getattr(after, name) != getattr(patient.demographics, name)
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
    """Records a death: not in the future, not before the birth; said twice alike, once."""
    patient = known(patient)
    if patient.deceased:
        if patient.deceased_on == command.deceased_on:
            return Decision(())
        raise Conflict("deceased-already", "this patient's death is recorded with another date")
    check_not_future(command.deceased_on, today, "/deceased_on", "death")
    born = patient.demographics.birth_date if patient.demographics else None
    if born and latest(command.deceased_on) < earliest(born):
        raise Refused("death-before-birth", "the death is before the birth", "/deceased_on")
    return Decision((PatientDeceased(patient_id=patient.id, deceased_on=command.deceased_on),))


def link(
    patient: Patient | None, person_id: UUID, command: LinkRelatedPerson, today: date
) -> Decision:
    """Links a person, or says again who a linked one is."""
    patient = known(patient)
    if command.details.birth_date:
        check_not_future(command.details.birth_date, today, "/details/birth_date", "birth")
    if patient.related.get(person_id) == RelatedPerson(command.relationship, command.details):
        return Decision(())
    event = RelatedPersonLinked(
        patient_id=patient.id,
        person_id=person_id,
        relationship=command.relationship,
        details=command.details,
    )
    return Decision((event,))


def assign_guarantor(patient: Patient | None, command: AssignGuarantor) -> Decision:
    """Assigns the guarantor: the patient, or a person linked to the patient."""
    patient = known(patient)
    if command.person_id is not None and command.person_id not in patient.related:
        raise Refused("unknown-person", "link this person to the patient first", "/person_id")
    event = GuarantorAssigned(
        patient_id=patient.id, person_id=command.person_id, effective_from=command.effective_from
    )
    return Decision(() if event in patient.guarantors else (event,))


def set_order(
    patient: Patient | None, command: SetCoverageOrder, of_patient: frozenset[UUID]
) -> Decision:
    """Orders coverages; `of_patient` are those that exist and are the patient's."""
    patient = known(patient)
    if len(set(command.coverage_ids)) != len(command.coverage_ids):
        raise Refused("coverage-twice", "name each coverage once", "/coverage_ids")
    for n, coverage_id in enumerate(command.coverage_ids):
        if coverage_id not in of_patient:
            raise Refused(
                "unknown-coverage", "this is no coverage of the patient", f"/coverage_ids/{n}"
            )
    event = CoverageOrderSet(
        patient_id=patient.id,
        effective_from=command.effective_from,
        coverage_ids=command.coverage_ids,
    )
    return Decision(() if event in patient.orders else (event,))


def known(patient: Patient | None) -> Patient:
    """The patient. Raises NotFound where nobody was registered under this id."""
    if patient is None:
        raise NotFound("patient-not-found", "no patient of this practice has this id")
    return patient


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
