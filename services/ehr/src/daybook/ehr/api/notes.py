"""Notes: drafted and saved, signed, co-signed, added to."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from daybook.ehr.answers import notes as answers
from daybook.ehr.api.parts import NOTE, SIGNERS, Signer, located, made
from daybook.ehr.commands.notes import Notes
from daybook.ehr.domain.notes import AddAddendum, DiscardDraft, DraftNote, SaveDraft, SignNote
from daybook.ehr.queries.encounters import Encounters
from daybook.runtime.clock import World
from daybook.runtime.edge.auth import allow
from daybook.runtime.edge.paging import Page
from daybook.runtime.edge.reading import at_least, etag
from daybook.runtime.edge.tokens import Caller
from daybook.runtime.edge.writing import WrittenAnswer, answered, origin
from daybook.runtime.writing import NotFound, Origin

READERS = ("nurse", "clinician")
WRITERS = ("nurse", "clinician")

Begins = Annotated[Origin, Depends(origin(*WRITERS, changes=NOTE, status=201))]
Writes = Annotated[Origin, Depends(origin(*WRITERS, changes=NOTE))]
Signs = Annotated[Origin, Depends(origin(*SIGNERS, changes=NOTE))]
Adds = Annotated[Origin, Depends(origin(*SIGNERS, changes=NOTE, status=201))]
Reader = Annotated[Caller, Depends(allow(*READERS))]
Writer = Annotated[Caller, Depends(allow(*WRITERS))]


def add_notes(routes: APIRouter, commands: Notes, encounters: Encounters, world: World) -> None:
    """The routes of drafts, and of reading."""

    @routes.get("/note-templates", tags=["notes"])
    async def list_note_templates(_: Reader) -> Page[answers.TemplateAnswer]:
        """The kinds of notes, with their sections in order."""
        return Page(items=answers.TEMPLATES)

    @routes.get(
        "/encounters/{encounter_id}/notes/{note_id}",
        tags=["notes"],
        dependencies=[Depends(at_least("notes"))],
    )
    async def get_note(
        encounter_id: UUID, note_id: UUID, caller: Reader, response: Response
    ) -> answers.NoteAnswer:
        """A note: the draft as last saved, or what was signed with what was added. The ETag is the
        encounter's version."""
        row = await encounters.note(caller.tenant, encounter_id, note_id)
        if row is None:
            raise NotFound("note-not-found", "no note of this encounter has this id")
        response.headers["ETag"] = etag(row["stream_version"])
        return answers.note(row)

    @routes.post("/encounters/{encounter_id}/notes", status_code=201, tags=["notes"])
    async def draft_note(
        encounter_id: UUID, body: DraftNote, by: Begins, caller: Writer, response: Response
    ) -> WrittenAnswer:
        """Begins a note from a template. The answer names the encounter's new version; Location
        holds the note's id."""
        id = world.new_id()
        location = NOTE.format(encounter_id=encounter_id, note_id=id)
        written = await commands.draft_note(
            located(by, location), encounter_id, id, body, caller.practitioner
        )
        return made(response, written, location)

    @routes.put("/encounters/{encounter_id}/notes/{note_id}", tags=["notes"])
    async def save_draft(
        encounter_id: UUID,
        note_id: UUID,
        body: SaveDraft,
        by: Writes,
        caller: Writer,
        response: Response,
    ) -> WrittenAnswer:
        """Saves a draft over the revision you looked at. Where somebody saved another meanwhile,
        409 `draft-changed-meanwhile` names it: load it and merge, or post yours beside it."""
        written = await commands.save_draft(by, encounter_id, note_id, body, caller.practitioner)
        return answered(response, written, NOTE)

    @routes.post("/encounters/{encounter_id}/notes/{note_id}/discard", tags=["notes"])
    async def discard_draft(
        encounter_id: UUID, note_id: UUID, body: DiscardDraft, by: Writes, response: Response
    ) -> WrittenAnswer:
        """Discards a draft that nobody will sign; the record keeps what it said."""
        written = await commands.discard_draft(by, encounter_id, note_id, body)
        return answered(response, written, NOTE)


def add_signing(routes: APIRouter, commands: Notes, world: World) -> None:
    """The routes of signatures, and of what follows them."""

    @routes.post("/encounters/{encounter_id}/notes/{note_id}/signature", tags=["signing"])
    async def sign_note(
        encounter_id: UUID,
        note_id: UUID,
        body: SignNote,
        by: Signs,
        signer: Signer,
        response: Response,
    ) -> WrittenAnswer:
        """Signs the draft you looked at, for good, as the practitioner your token names."""
        written = await commands.sign_note(by, encounter_id, note_id, body, signer)
        return answered(response, written, NOTE)

    @routes.post("/encounters/{encounter_id}/notes/{note_id}/cosignature", tags=["signing"])
    async def cosign_note(
        encounter_id: UUID, note_id: UUID, by: Signs, signer: Signer, response: Response
    ) -> WrittenAnswer:
        """Co-signs a note as the supervisor of who signed it: the one of the day of service, or
        whom the practice has named since."""
        written = await commands.cosign_note(by, encounter_id, note_id, signer)
        return answered(response, written, NOTE)

    @routes.post(
        "/encounters/{encounter_id}/notes/{note_id}/addenda", status_code=201, tags=["signing"]
    )
    async def add_addendum(
        encounter_id: UUID,
        note_id: UUID,
        body: AddAddendum,
        by: Adds,
        signer: Signer,
        response: Response,
    ) -> WrittenAnswer:
        """Adds to a signed note, which itself stays as it was; Location is the note."""
        location = NOTE.format(encounter_id=encounter_id, note_id=note_id)
        written = await commands.add_addendum(
            by, encounter_id, note_id, world.new_id(), body, signer
        )
        return made(response, written, location)
