"""Notes and their templates, as answered."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import Field
from sqlalchemy import RowMapping

from daybook.ehr.answers.shapes import Answer, Instant, PatientSummary, patient
from daybook.ehr.domain.encounter import NoteStatus
from daybook.ehr.domain.templates import ALL
from daybook.events.clinical import NotedPatient, NoteSection


class SectionAnswer(Answer):
    """A part of a note; `needed` before it is signed."""

    heading: str = Field(examples=["subjective"])
    title: str = Field(examples=["Subjective"])
    needed: bool


class TemplateAnswer(Answer):
    """A kind of note."""

    name: str = Field(examples=["soap"])
    title: str = Field(examples=["SOAP note"])
    sections: tuple[SectionAnswer, ...]


class NoteSummary(Answer):
    """A note in a list."""

    id: UUID
    encounter_id: UUID
    patient_id: UUID
    template: str = Field(examples=["soap"])
    status: NoteStatus
    revision: int
    author_id: UUID | None = Field(description="The practitioner who last wrote it, if one did")
    saved_by: str = Field(description="The user who saved or signed it last", examples=["dr-quill"])
    saved_at: Instant
    beside_id: UUID | None = Field(description="The note whose draft was changed meanwhile")
    signer_id: UUID | None
    signed_at: Instant | None
    cosigned_by: UUID | None
    cosigned_at: Instant | None


class AddendumAnswer(Answer):
    """What was added later; null text: erased."""

    id: UUID
    author_id: UUID
    at: Instant
    text: str | None = Field(examples=["Culture came back negative."])


class NoteAnswer(NoteSummary):
    """A note: the draft as last saved, or what was signed. Null sections: erased."""

    version: int = Field(description="Of the encounter, as in the ETag")
    sections: tuple[NoteSection, ...] | None
    noted: NotedPatient | None = Field(description="Whom the chart named when it was signed")
    addenda: tuple[AddendumAnswer, ...]


class WaitingNote(Answer):
    """A note that waits for a signature or a co-signature."""

    note: NoteSummary
    patient: PatientSummary
    date_of_service: date
    cosigner_id: UUID | None = Field(description="Whose co-signature is missing")


class CorrectionAnswer(Answer):
    """Which of the identifying fields of a patient were corrected, and when."""

    changed: tuple[str, ...] = Field(examples=[["names"]])
    corrected_at: Instant
    patient_version: int


class TouchedNote(Answer):
    """A signed note whose patient was corrected afterwards; the note stays as it was."""

    note: NoteSummary
    noted: NotedPatient | None = Field(description="Whom it names; null once erased")
    corrections: tuple[CorrectionAnswer, ...]


def summary(row: RowMapping) -> NoteSummary:
    return NoteSummary.model_validate(dict(row))


def note(row: RowMapping) -> NoteAnswer:
    return NoteAnswer.model_validate({**row, "version": row["stream_version"]})


def waiting(row: RowMapping) -> WaitingNote:
    return WaitingNote(
        note=summary(row),
        patient=patient(row),
        date_of_service=row["date_of_service"],
        cosigner_id=row["awaited"],
    )


def touched(row: RowMapping, corrections: Sequence[RowMapping]) -> TouchedNote:
    seen = row["patient_version"] or 0
    later = [one for one in corrections if one["version"] > seen]
    return TouchedNote(
        note=summary(row),
        noted=row["noted"],
        corrections=tuple(
            CorrectionAnswer(
                changed=one["changed"],
                corrected_at=one["corrected_at"],
                patient_version=one["version"],
            )
            for one in later
        ),
    )


TEMPLATES = tuple(
    TemplateAnswer(
        name=template.name,
        title=template.title,
        sections=tuple(
            SectionAnswer(heading=one.heading, title=one.title, needed=one.needed)
            for one in template.sections
        ),
    )
    for template in ALL
)
