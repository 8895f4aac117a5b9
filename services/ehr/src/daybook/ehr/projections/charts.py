"""What the header of a chart says, and what it is found by."""

from daybook.ehr import tables
from daybook.ehr.projections.shapes import plain
from daybook.events.envelope import Recorded
from daybook.events.registration import (
    CoverageOrderSet,
    Demographics,
    PatientDeceased,
    PatientDemographicsCorrected,
    PatientRegistered,
    PersonDetails,
    RelatedPersonLinked,
)
from daybook.events.spelling import name_words, sort_name
from daybook.events.values import TelecomKind
from daybook.runtime.reading.projection import Projection, Row, Rows


class Charts(Projection):
    """Whose charts there are, with the persons beside the patients."""

    name = "charts"
    topics = ("registration.patient",)
    table = tables.charts

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case PatientRegistered() as event:
                row: Row = {
                    "patient_id": event.patient_id,
                    **_identity(event.mrn, event.demographics),
                    "deceased": False,
                    "deceased_on": None,
                    "related": {},
                    "orders": [],
                }
                return (row,)
            case PatientDemographicsCorrected() as event:
                return ({**rows[0], **_identity(event.mrn, event.demographics)},)
            case PatientDeceased() as event:
                return ({**rows[0], "deceased": True, "deceased_on": event.deceased_on},)
            case RelatedPersonLinked() as event:
                person = {"relationship": event.relationship, **_beside(event.details)}
                related = {**rows[0]["related"], str(event.person_id): person}
                return ({**rows[0], "related": related},)
            case CoverageOrderSet() as event:
                said = event.model_dump(mode="json", include={"effective_from", "coverage_ids"})
                return ({**rows[0], "orders": [*rows[0]["orders"], said]},)
            case _:
                return rows


class ChartTerms(Projection):
    """What a search finds the charts by."""

    name = "chart_terms"
    topics = ("registration.patient",)
    table = tables.chart_terms

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case PatientRegistered() | PatientDemographicsCorrected() as event:
                names = event.demographics.names if event.demographics else ()
                terms = [(tables.NAME, word) for word in name_words(names)]
                if event.mrn:
                    terms.append((tables.MRN, event.mrn.casefold()))
                if event.demographics and event.demographics.birth_date:
                    terms.append((tables.BIRTH, event.demographics.birth_date))
                return tuple(
                    {"patient_id": event.patient_id, "kind": kind, "term": term}
                    for kind, term in terms
                )
            case _:
                return rows


class Corrections(Projection):
    """When who the patient is was corrected: what was signed before is touched by it."""

    name = "corrections"
    topics = ("registration.patient",)
    table = tables.corrections

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        event = recorded.event
        if not isinstance(event, PatientDemographicsCorrected):
            return rows
        changed = [name for name in event.changed if name in IDENTIFYING]
        if not changed:
            return rows
        row: Row = {
            "patient_id": event.patient_id,
            "version": recorded.version,
            "changed": changed,
            "corrected_at": recorded.envelope.occurred_at,
        }
        return (*rows, row)


IDENTIFYING = ("names", "birth_date", "mrn", "administrative_sex", "birth_sex")
SAID = ("pronouns", "gender_identity", "administrative_sex", "birth_sex", "birth_date", "language")


def _identity(mrn: str | None, said: Demographics | None) -> Row:
    """What is kept of who the patient is; nothing of an erased person."""
    if said is None:
        return {"mrn": mrn, **dict.fromkeys(SAID), **NOBODY}
    return {
        "mrn": mrn,
        **said.model_dump(mode="json", include=set(SAID)),
        "names": [plain(name) for name in said.names],
        "sort_name": sort_name(said.name),
        "emergency_contacts": [plain(contact) for contact in said.emergency_contacts],
    }


NOBODY: Row = {"names": [], "sort_name": "", "emergency_contacts": []}


def _beside(details: PersonDetails | None) -> Row:
    """What is kept of a person beside the patient: the name, and where to call them."""
    if details is None:
        return {"name": None, "phones": []}
    phones = [telecom for telecom in details.telecoms if telecom.kind == TelecomKind.PHONE]
    return {"name": plain(details.name), "phones": [phone.value for phone in phones]}
