"""Encounters, as answered, with what is missing for their release."""

from datetime import date
from uuid import UUID

from pydantic import Field
from sqlalchemy import RowMapping

from daybook.ehr.answers import notes
from daybook.ehr.answers.notes import NoteSummary
from daybook.ehr.answers.shapes import Answer, Instant, PatientSummary, patient
from daybook.ehr.domain.encounter import Note, NoteStatus, Status
from daybook.ehr.domain.release import missing
from daybook.ehr.domain.setting import Around, completed
from daybook.ehr.queries.encounters import Whole
from daybook.events.clinical import Coding, Vital
from daybook.events.ehr import Setting


class VitalsAnswer(Answer):
    """Measurements taken together; null: erased."""

    id: UUID
    taken_at: Instant
    vitals: tuple[Vital, ...] | None


class MissingAnswer(Answer):
    """One thing that stands between an encounter and its release, and what to do."""

    code: str = Field(examples=["note-unsigned"])
    detail: str = Field(examples=["sign the draft or discard it"])
    note_id: UUID | None
    cosigner_id: UUID | None


class EncounterSummary(Answer):
    """An encounter in a list."""

    id: UUID
    patient_id: UUID
    appointment_id: UUID | None
    status: Status
    date_of_service: date
    location_id: UUID
    rendering_id: UUID
    opened_at: Instant
    started_at: Instant | None
    ended_at: Instant | None


class EncounterAnswer(EncounterSummary):
    """An encounter with all that is in it."""

    version: int = Field(description="As in the ETag")
    setting: Setting
    coding: Coding | None
    vitals: tuple[VitalsAnswer, ...]
    notes: tuple[NoteSummary, ...]
    missing: tuple[MissingAnswer, ...] = Field(description="Before it can be released")


class ReleaseAnswer(Answer):
    """How far an encounter is from its release; nothing clinical."""

    id: UUID
    version: int
    patient_id: UUID
    status: Status
    date_of_service: date
    released_at: Instant | None
    missing: tuple[MissingAnswer, ...]


class WaitingEncounter(Answer):
    """An encounter that is not finished."""

    encounter: EncounterSummary
    patient: PatientSummary


def summary(row: RowMapping) -> EncounterSummary:
    return EncounterSummary.model_validate(dict(row))


def vitals(row: RowMapping) -> VitalsAnswer:
    return VitalsAnswer.model_validate(dict(row))


def waiting(row: RowMapping) -> WaitingEncounter:
    return WaitingEncounter(encounter=summary(row), patient=patient(row))


def encounter(whole: Whole, around: Around) -> EncounterAnswer:
    row = whole.encounter
    return EncounterAnswer.model_validate(
        {
            **row,
            "version": row["stream_version"],
            "vitals": [vitals(one) for one in whole.vitals],
            "notes": [notes.summary(one) for one in whole.notes],
            "missing": _missing(whole, around),
        }
    )


def release(whole: Whole, around: Around) -> ReleaseAnswer:
    row = whole.encounter
    released = row["status"] == Status.RELEASED
    return ReleaseAnswer(
        id=row["id"],
        version=row["stream_version"],
        patient_id=row["patient_id"],
        status=row["status"],
        date_of_service=row["date_of_service"],
        released_at=row["ended_at"] if released else None,
        missing=_missing(whole, around),
    )


def _missing(whole: Whole, around: Around) -> tuple[MissingAnswer, ...]:
    row = whole.encounter
    status = Status(row["status"])
    if status in (Status.UNSEEN, Status.RELEASED):
        return ()
    setting = completed(Setting.model_validate(row["setting"]), around)
    found = missing(status, setting, row["coded"], map(_note, whole.notes), around)
    return tuple(
        MissingAnswer(
            code=one.code, detail=one.detail, note_id=one.note_id, cosigner_id=one.cosigner_id
        )
        for one in found
    )


def _note(row: RowMapping) -> Note:
    return Note(
        row["id"],
        row["template"],
        NoteStatus(row["status"]),
        signer_id=row["signer_id"],
        cosigner_id=row["cosigner_id"],
        cosigned=row["cosigned_at"] is not None,
    )
