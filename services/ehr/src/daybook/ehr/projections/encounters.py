"""The encounters, what was measured in them and what was written."""

from uuid import UUID

from daybook.ehr import tables
from daybook.ehr.domain.encounter import NoteStatus, Status
from daybook.ehr.projections.shapes import plain, plains
from daybook.events.ehr import (
    AddendumAdded,
    EncounterClosedUnseen,
    EncounterCoded,
    EncounterOpened,
    EncounterReleased,
    EncounterSettingChanged,
    EncounterStarted,
    NoteCosigned,
    NoteDiscarded,
    NoteDrafted,
    NoteSigned,
    Setting,
    VitalsRecorded,
)
from daybook.events.envelope import Recorded
from daybook.runtime.reading.projection import Projection, Row, Rows

TOPICS = ("ehr.encounter",)


class Encounters(Projection):
    """Where each encounter stands, in which setting, and how it is coded."""

    name = "encounters"
    topics = TOPICS
    table = tables.encounters

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        event, at = recorded.event, recorded.envelope.occurred_at
        if isinstance(event, EncounterOpened):
            row: Row = {
                "id": event.encounter_id,
                "patient_id": event.patient_id,
                "appointment_id": event.appointment_id,
                "status": Status.OPEN,
                **_set(event.setting),
                "coded": False,
                "coding": None,
                "opened_at": at,
                "started_at": None,
                "ended_at": None,
            }
            return (row,)
        (row,) = rows
        match event:
            case EncounterStarted():
                return ({**row, "status": Status.STARTED, "started_at": at},)
            case EncounterSettingChanged():
                return ({**row, **_set(event.setting)},)
            case EncounterCoded():
                return ({**row, "coded": True, "coding": plain(event.coding)},)
            case EncounterClosedUnseen():
                return ({**row, "status": Status.UNSEEN, "ended_at": at},)
            case EncounterReleased():
                return ({**row, "status": Status.RELEASED, "ended_at": at},)
            case _:
                return rows


class Vitals(Projection):
    """What was measured, a row for what was taken together."""

    name = "vitals"
    topics = TOPICS
    table = tables.vitals

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case VitalsRecorded() as event:
                row: Row = {
                    "id": event.vitals_id,
                    "encounter_id": event.encounter_id,
                    "patient_id": event.patient_id,
                    "taken_at": event.taken_at,
                    "vitals": plains(event.vitals),
                }
                return (*_others(rows, event.vitals_id), row)
            case _:
                return rows


class Notes(Projection):
    """The notes: the draft as it was last saved, or what was signed and what was added to it."""

    name = "notes"
    topics = TOPICS
    table = tables.notes

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case NoteDrafted() | NoteSigned() as event:
                after = {**_note(rows, event), **_written(event, recorded)}
                return (*_others(rows, event.note_id), after)
            case NoteDiscarded() | NoteCosigned() | AddendumAdded() as event:
                found = [row for row in rows if row["id"] == event.note_id]
                after_all = [{**row, **_followed(row, event, recorded)} for row in found]
                return (*_others(rows, event.note_id), *after_all)
            case _:
                return rows


def _set(setting: Setting) -> Row:
    return {
        "location_id": setting.location_id,
        "rendering_id": setting.rendering_id,
        "cosigner_id": setting.cosigner_id,
        "date_of_service": setting.date_of_service,
        "setting": plain(setting),
    }


def _others(rows: Rows, id: UUID) -> Rows:
    return tuple(row for row in rows if row["id"] != id)


def _note(rows: Rows, event: NoteDrafted | NoteSigned) -> Row:
    """The note before an event."""
    for row in rows:
        if row["id"] == event.note_id:
            return row
    return {
        "id": event.note_id,
        "encounter_id": event.encounter_id,
        "patient_id": event.patient_id,
        "revision": 1,
        "author_id": None,
        "beside_id": None,
        **dict.fromkeys(("signer_id", "signed_at", "cosigner_id", "cosigned_at", "cosigned_by")),
        "patient_version": None,
        "noted": None,
        "addenda": [],
    }


def _written(event: NoteDrafted | NoteSigned, recorded: Recorded) -> Row:
    said: Row = {"template": event.template, "sections": plains(event.sections)}
    by = {"saved_by": recorded.envelope.actor, "saved_at": recorded.envelope.occurred_at}
    match event:
        case NoteDrafted():
            drafted = {**said, **by, "revision": event.revision, "status": NoteStatus.DRAFT}
            # A nurse who adds to a draft leaves it with the practitioner who wrote it.
            if event.author_id is not None:
                drafted["author_id"] = event.author_id
            if event.revision == 1:
                drafted["beside_id"] = event.beside_id
            return drafted
        case NoteSigned():
            return {
                **said,
                **by,
                "status": NoteStatus.SIGNED,
                "signer_id": event.signer_id,
                "signed_at": recorded.envelope.occurred_at,
                "cosigner_id": event.cosigner_id,
                "patient_version": event.patient_version,
                "noted": plain(event.patient),
            }


def _followed(
    row: Row, event: NoteDiscarded | NoteCosigned | AddendumAdded, recorded: Recorded
) -> Row:
    at = recorded.envelope.occurred_at
    match event:
        case NoteDiscarded():
            return {"status": NoteStatus.DISCARDED}
        case NoteCosigned():
            return {"cosigned_at": at, "cosigned_by": event.cosigner_id}
        case AddendumAdded():
            added = {
                "id": str(event.addendum_id),
                "author_id": str(event.author_id),
                "at": at.isoformat(),
                "text": event.text,
            }
            return {"addenda": [*row["addenda"], added]}
