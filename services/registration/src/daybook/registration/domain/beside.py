"""Who stands beside a patient, who answers for the account, and which coverage is asked first."""

from datetime import date
from uuid import UUID

from daybook.events.registration import (
    CoverageOrderSet,
    GuarantorAssigned,
    RelatedPersonLinked,
)
from daybook.registration.domain.dates import check_not_future
from daybook.registration.domain.patient import (
    AssignGuarantor,
    LinkRelatedPerson,
    Patient,
    RelatedPerson,
    SetCoverageOrder,
    editable,
    known,
)
from daybook.runtime.writing import Decision, NotFound, Refused


def link(
    patient: Patient | None, person_id: UUID, command: LinkRelatedPerson, today: date
) -> Decision:
    """Links a person under an id made here, or says again who that is."""
    patient, _ = editable(patient)
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


def correct_person(
    patient: Patient | None, person_id: UUID, command: LinkRelatedPerson, today: date
) -> Decision:
    """Says again who a linked person is; an id that was not made here links nobody."""
    if person_id not in known(patient).related:
        raise NotFound("person-not-found", "no person beside this patient has this id")
    return link(patient, person_id, command, today)


def assign_guarantor(patient: Patient | None, command: AssignGuarantor) -> Decision:
    """Assigns the guarantor: the patient, or a person linked to the patient."""
    patient = known(patient)
    if command.person_id is not None and command.person_id not in patient.related:
        raise Refused("unknown-person", "link this person to the patient first", "/person_id")
    event = GuarantorAssigned(
        patient_id=patient.id, person_id=command.person_id, effective_from=command.effective_from
    )
    # What was said last for a day holds, so only that makes it no news.
    said = [one for one in patient.guarantors if one.effective_from == event.effective_from]
    return Decision(() if said[-1:] == [event] else (event,))


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
    said = [order for order in patient.orders if order.effective_from == event.effective_from]
    return Decision(() if said[-1:] == [event] else (event,))
