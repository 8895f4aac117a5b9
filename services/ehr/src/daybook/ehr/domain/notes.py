"""Notes: drafted, saved, signed, co-signed, added to. What is signed never changes."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue, StringConstraints

from daybook.ehr.domain.encounter import Encounter, Note, NoteStatus, Status, known
from daybook.ehr.domain.templates import TEMPLATES
from daybook.events.clinical import NotedPatient, NoteSection, Prose
from daybook.events.ehr import AddendumAdded, NoteCosigned, NoteDiscarded, NoteDrafted, NoteSigned
from daybook.events.event import Event, Value
from daybook.events.values import Whole
from daybook.runtime.writing import Conflict, Decision, NotFound, Refused

SECTIONS: list[JsonValue] = [
    {"heading": "subjective", "text": "Sore throat for three days."},
    {"heading": "assessment", "text": "Viral pharyngitis."},
    {"heading": "plan", "text": "Fluids, rest; back in a week if no better."},
]
Sections = Annotated[tuple[NoteSection, ...], Field(max_length=30)]
Revision = Annotated[Whole, Field(ge=1, le=2**31 - 2, description="Of the draft you looked at")]


class DraftNote(Value):
    """Begins a note. `beside_id` names the note whose draft somebody else has changed meanwhile."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"template": "soap", "sections": SECTIONS}]}
    )

    template: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
    sections: Sections = ()
    beside_id: UUID | None = None


class SaveDraft(Value):
    """Says the draft anew, in full, over the revision one has looked at."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"revision": 1, "sections": SECTIONS}]}
    )

    revision: Revision
    sections: Sections


class SignNote(Value):
    """Signs the draft one has looked at."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"revision": 2}]})

    revision: Revision


class DiscardDraft(Value):
    """Discards the draft one has looked at."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"revision": 2}]})

    revision: Revision


class AddAddendum(Value):
    """Something said later about a signed note."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "Culture came back negative."}]}
    )

    text: Prose


class DraftChanged(Conflict):
    """Somebody else saved this draft meanwhile."""

    def __init__(self, note: Note) -> None:
        super().__init__(
            "draft-changed-meanwhile",
            f"the draft is at revision {note.revision} by now; load it and merge yours into it, "
            "or save yours as a draft of its own beside it",
            "/revision",
            revision=note.revision,
        )

    def tell(self, revision: int, by: str, at: datetime) -> None:
        """Says whose revision it is and when it was saved, and how to do either thing."""
        self.extra = {
            "revision": revision,
            "saved_by": by,
            "saved_at": at.isoformat(),
            "choices": ["load-and-merge", "save-beside"],
        }


def draft(
    encounter: Encounter | None, note_id: UUID, command: DraftNote, author_id: UUID | None
) -> Decision:
    """Begins a note of an encounter that is not released. Raises NotFound, Conflict, Refused."""
    encounter = known(encounter)
    if encounter.status is Status.RELEASED:
        raise Conflict(
            "encounter-released",
            "the encounter is released, and its notes are complete; add an addendum to one of them",
        )
    if command.template not in TEMPLATES:
        names = ", ".join(TEMPLATES)
        raise Refused("unknown-template", f"must be one of {names}", "/template")
    if command.beside_id is not None and command.beside_id not in encounter.notes:
        raise Refused("unknown-note", "no note of this encounter has this id", "/beside_id")
    check_sections(command.template, command.sections)
    event = NoteDrafted(
        encounter_id=encounter.id,
        patient_id=encounter.patient_id,
        note_id=note_id,
        revision=1,
        template=command.template,
        author_id=author_id,
        beside_id=command.beside_id,
        sections=command.sections,
    )
    return Decision((event,))


def save(
    encounter: Encounter | None, note_id: UUID, command: SaveDraft, author_id: UUID | None
) -> Decision:
    """Saves a draft over the revision that was looked at; what it says already changes nothing.

    Raises NotFound, Refused; Conflict for a signed or discarded note; DraftChanged.
    """
    encounter, note = drafted(encounter, note_id)
    check_sections(note.template, command.sections)
    if note.sections == command.sections:
        return Decision(())
    if note.revision != command.revision:
        raise DraftChanged(note)
    event = NoteDrafted(
        encounter_id=encounter.id,
        patient_id=encounter.patient_id,
        note_id=note_id,
        revision=note.revision + 1,
        template=note.template,
        author_id=author_id,
        sections=command.sections,
    )
    return Decision((event,))


def discard(encounter: Encounter | None, note_id: UUID, command: DiscardDraft) -> Decision:
    """Discards a draft one has looked at. Raises NotFound, Conflict, DraftChanged."""
    encounter, note = drafted(encounter, note_id)
    if note.revision != command.revision:
        raise DraftChanged(note)
    return _one(NoteDiscarded(**_of(encounter, note_id)))


def sign(
    encounter: Encounter | None,
    note_id: UUID,
    command: SignNote,
    signer_id: UUID,
    supervisor_id: UUID | None,
    patient: tuple[int | None, NotedPatient | None],
) -> Decision:
    """Signs a draft; under supervision it waits for the supervisor's name.

    `patient` is the version of the chart's header and who it named. Raises NotFound, Refused;
    Conflict for what was signed or discarded before; DraftChanged.
    """
    encounter, note = drafted(encounter, note_id)
    if note.revision != command.revision:
        raise DraftChanged(note)
    said = {section.heading for section in note.sections or ()}
    wanting = [s.heading for s in TEMPLATES[note.template].sections if s.needed]
    missing = [heading for heading in wanting if heading not in said]
    if missing:
        raise Conflict(
            "sections-missing",
            f"before it is signed the note needs {', '.join(missing)}",
            sections=missing,
        )
    version, noted = patient
    event = NoteSigned(
        **_of(encounter, note_id),
        signer_id=signer_id,
        cosigner_id=supervisor_id,
        template=note.template,
        patient_version=version,
        patient=noted,
        sections=note.sections,
    )
    return _one(event)


def cosign(
    encounter: Encounter | None, note_id: UUID, cosigner_id: UUID, by_now: Collection[UUID] = ()
) -> Decision:
    """Puts the supervisor's name under a signed note. Raises NotFound, Conflict.

    `by_now` are those who supervise the signer today: where a supervisor is away or has left, the
    practice names another, who then co-signs what still waits.
    """
    encounter, note = signed(encounter, note_id)
    if note.cosigned:
        raise Conflict("note-cosigned", "the note is co-signed already, and stays so")
    awaited = note.awaits(encounter.setting)
    if cosigner_id == note.signer_id:
        raise Conflict("cosigns-self", "nobody co-signs their own note; the supervisor does")
    if awaited is None:
        raise Conflict("no-cosignature-needed", "this note needs no co-signature")
    if cosigner_id != awaited and cosigner_id not in by_now:
        raise Conflict(
            "another-cosigner",
            "this note waits for its signer's supervisor; another can, once a role of the "
            "signer names them as supervisor",
            cosigner_id=str(awaited),
        )
    return _one(NoteCosigned(**_of(encounter, note_id), cosigner_id=cosigner_id))


def add_addendum(
    encounter: Encounter | None,
    note_id: UUID,
    addendum_id: UUID,
    command: AddAddendum,
    author_id: UUID,
) -> Decision:
    """Adds to a signed note, also after release. Raises NotFound, Conflict."""
    encounter, _ = signed(encounter, note_id)
    event = AddendumAdded(
        **_of(encounter, note_id),
        addendum_id=addendum_id,
        author_id=author_id,
        text=command.text,
    )
    return _one(event)


def drafted(encounter: Encounter | None, note_id: UUID) -> tuple[Encounter, Note]:
    """The encounter and the draft. Raises NotFound, Conflict."""
    encounter = known(encounter)
    note = _note(encounter, note_id)
    match note.status:
        case NoteStatus.DRAFT:
            return encounter, note
        case NoteStatus.SIGNED:
            raise Conflict(
                "note-signed", "the note is signed, and never changes; add an addendum to it"
            )
        case NoteStatus.DISCARDED:
            raise Conflict("note-discarded", "the draft was discarded; begin another note")


def signed(encounter: Encounter | None, note_id: UUID) -> tuple[Encounter, Note]:
    """The encounter and the signed note. Raises NotFound, Conflict."""
    encounter = known(encounter)
    note = _note(encounter, note_id)
    if note.status is not NoteStatus.SIGNED:
        raise Conflict("note-not-signed", "the note is not signed; only what is signed has this")
    return encounter, note


def check_sections(template: str, sections: Sequence[NoteSection]) -> None:
    """Raises Refused for a section the template has not, or one said twice."""
    headings = [section.heading for section in TEMPLATES[template].sections]
    said: set[str] = set()
    for n, section in enumerate(sections):
        pointer = f"/sections/{n}/heading"
        if section.heading not in headings:
            detail = f"the template {template} has {', '.join(headings)}"
            raise Refused("unknown-section", detail, pointer)
        if section.heading in said:
            raise Refused("section-twice", "stands there already; join the two", pointer)
        said.add(section.heading)


def _note(encounter: Encounter, note_id: UUID) -> Note:
    if note_id not in encounter.notes:
        raise NotFound("note-not-found", "no note of this encounter has this id")
    return encounter.notes[note_id]


def _of(encounter: Encounter, note_id: UUID) -> dict[str, UUID]:
    return {
        "encounter_id": encounter.id,
        "patient_id": encounter.patient_id,
        "note_id": note_id,
    }


def _one(event: Event) -> Decision:
    return Decision((event,))
