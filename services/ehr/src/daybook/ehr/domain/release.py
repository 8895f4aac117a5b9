"""Release: the visit goes to billing once nothing of it is missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from daybook.ehr.domain.encounter import Encounter, Note, NoteStatus, Status, known, unfinished
from daybook.ehr.domain.setting import Around, completed
from daybook.events.ehr import EncounterReleased, Setting
from daybook.runtime.writing import Conflict, Decision


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that stands between an encounter and its release, and what to do."""

    code: str
    detail: str
    note_id: UUID | None = None
    cosigner_id: UUID | None = None


def missing(
    status: Status, setting: Setting, coded: bool, notes: Iterable[Note], around: Around
) -> tuple[Missing, ...]:
    """What an encounter lacks for its release. A visit that is not billable needs no coding.

    `setting` is as completed by what is known around it.
    """
    notes = tuple(notes)
    found: list[Missing] = []
    if status is Status.OPEN:
        found.append(Missing("not-started", "the encounter has not started; room the patient"))
    if setting.billable and not coded:
        found.append(Missing("not-coded", "code the encounter"))
    if not any(note.status is NoteStatus.SIGNED for note in notes):
        found.append(Missing("no-signed-note", "sign at least one note"))
    for note in notes:
        awaited = note.awaits(setting)
        if note.status is NoteStatus.DRAFT:
            found.append(Missing("note-unsigned", "sign the draft or discard it", note.id))
        elif awaited is not None:
            detail = "the supervisor has to co-sign the note"
            found.append(Missing("cosignature-missing", detail, note.id, awaited))
    if around.location is None:
        detail = "the location has not arrived here; try again, or mend the appointment"
        found.append(Missing("unknown-location", detail))
    if around.roles is None:
        detail = "the rendering practitioner has not arrived here; try again, or name another"
        found.append(Missing("unknown-practitioner", detail))
    return tuple(found)


def release(encounter: Encounter | None, around: Around) -> Decision:
    """Releases an encounter to billing, once. Raises NotFound; Conflict, listing what is missing.

    The setting goes as it is known by now: a supervision that was heard of late is in it.
    """
    encounter = known(encounter)
    if encounter.status is Status.RELEASED:
        raise Conflict("encounter-released", "the encounter is released already")
    encounter = unfinished(encounter)
    setting, coded = completed(encounter.setting, around), encounter.coded
    lacking = missing(encounter.status, setting, coded, encounter.notes.values(), around)
    if lacking:
        raise Conflict(
            "release-not-ready",
            "before release: " + "; ".join(one.detail for one in lacking),
            missing=[_told(one) for one in lacking],
        )
    event = EncounterReleased(
        encounter_id=encounter.id,
        patient_id=encounter.patient_id,
        appointment_id=encounter.appointment_id,
        setting=setting,
        coding=encounter.coding,
    )
    return Decision((event,))


def _told(one: Missing) -> dict[str, str]:
    said = {"code": one.code, "detail": one.detail}
    if one.note_id:
        said["note_id"] = str(one.note_id)
    if one.cosigner_id:
        said["cosigner_id"] = str(one.cosigner_id)
    return said
