"""What the EHR says -> the visits, of which the released ones cost something."""

from daybook.billing import tables
from daybook.billing.projections.registration import plain
from daybook.billing.sourcing import sourced
from daybook.events.clinical import Coding
from daybook.events.ehr import (
    EncounterClosedUnseen,
    EncounterOpened,
    EncounterReleased,
    EncounterSettingChanged,
    EncounterStarted,
    Setting,
)
from daybook.events.envelope import Recorded
from daybook.runtime.reading.projection import Projection, Row, Rows

SETTING = (
    *("date_of_service", "place_of_service", "location_id", "organization_id", "billable"),
    *("rendering_id", "supervising_id", "referring_id", "ordering_id", "payment_basis"),
)
RELEASED = "released"


class Visits(Projection):
    """The encounters: where, when, by whom and on whose account, and once released what was done.

    The source of what a released visit says is its release, or what changed it afterwards.
    """

    name = "visits"
    topics = ("ehr.encounter",)
    table = tables.visits

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case EncounterOpened() as event:
                values = {**_setting(event.setting), **_coding(None)}
                row: Row = {
                    "encounter_id": event.encounter_id,
                    "patient_id": event.patient_id,
                    "status": "open",
                    **values,
                    "sources": sourced(None, values, recorded),
                }
                return (row,)
            case EncounterStarted():
                return ({**rows[0], "status": "started"},)
            case EncounterClosedUnseen():
                return ({**rows[0], "status": "unseen"},)
            case EncounterSettingChanged() as event:
                values = _setting(event.setting)
                sources = {**rows[0]["sources"], **sourced(rows[0], values, recorded)}
                return ({**rows[0], **values, "sources": sources},)
            case EncounterReleased() as event:
                values = {**_setting(event.setting), **_coding(event.coding)}
                again = rows[0] if rows and rows[0]["status"] == RELEASED else None
                row = {
                    "encounter_id": event.encounter_id,
                    "patient_id": event.patient_id,
                    "status": RELEASED,
                    **values,
                    "sources": sourced(again, values, recorded),
                }
                return (row,)
            case _:
                return rows


def _setting(setting: Setting) -> Row:
    values = setting.model_dump(include=set(SETTING))
    return {
        **values,
        "payment_basis": setting.payment_basis.value,
        "coverage_ids": [str(id) for id in setting.coverage_ids],
    }


def _coding(coding: Coding | None) -> Row:
    said = plain(coding) or {"diagnoses": None, "lines": None}
    return {"diagnoses": said["diagnoses"], "lines": said["lines"]}
