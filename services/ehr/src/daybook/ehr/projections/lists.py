"""The lists of a chart: problems, allergies, medications, immunizations."""

from daybook.ehr import tables
from daybook.ehr.projections.shapes import plain
from daybook.events.ehr import (
    AllergyRecorded,
    ImmunizationRecorded,
    MedicationRecorded,
    ProblemRecorded,
)
from daybook.events.envelope import Recorded
from daybook.runtime.reading.projection import Projection, Row, Rows


class ChartEntries(Projection):
    """Each entry as it was last recorded."""

    name = "chart_entries"
    topics = ("ehr.problem", "ehr.allergy", "ehr.medication", "ehr.immunization")
    table = tables.chart_entries

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case ProblemRecorded() as event:
                return (_entry(tables.PROBLEM, event, recorded),)
            case AllergyRecorded() as event:
                return (_entry(tables.ALLERGY, event, recorded),)
            case MedicationRecorded() as event:
                return (_entry(tables.MEDICATION, event, recorded),)
            case ImmunizationRecorded() as event:
                return (_entry(tables.IMMUNIZATION, event, recorded),)
            case _:
                return rows


def _entry(
    kind: str,
    event: ProblemRecorded | AllergyRecorded | MedicationRecorded | ImmunizationRecorded,
    recorded: Recorded,
) -> Row:
    return {
        "kind": kind,
        "id": getattr(event, f"{kind}_id"),
        "patient_id": event.patient_id,
        "encounter_id": event.encounter_id,
        "status": event.status,
        "said": plain(getattr(event, kind)),
        "recorded_at": recorded.envelope.occurred_at,
    }
