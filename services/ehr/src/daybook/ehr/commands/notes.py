"""Notes: drafted, saved, signed, co-signed, added to."""

from functools import partial
from uuid import UUID

from daybook.ehr.commands.streams import ENCOUNTER, Decide
from daybook.ehr.domain import encounter, notes
from daybook.ehr.domain.notes import (
    AddAddendum,
    DiscardDraft,
    DraftChanged,
    DraftNote,
    SaveDraft,
    SignNote,
)
from daybook.ehr.queries.surroundings import Surroundings
from daybook.events.ehr import NoteDrafted
from daybook.runtime.writing import Conflict, Origin, Written
from daybook.runtime.writing.store import Store


class Notes:
    """What may be asked of notes. Raises Refused and its kin (daybook.runtime.writing)."""

    def __init__(self, store: Store, surroundings: Surroundings) -> None:
        self._store, self._known = store, surroundings

    async def draft_note(
        self,
        origin: Origin,
        encounter_id: UUID,
        note_id: UUID,
        command: DraftNote,
        author_id: UUID | None,
    ) -> Written:
        """Begins a note."""
        decide = partial(notes.draft, note_id=note_id, command=command, author_id=author_id)
        return await self._decide(origin, encounter_id, decide)

    async def save_draft(
        self,
        origin: Origin,
        encounter_id: UUID,
        note_id: UUID,
        command: SaveDraft,
        author_id: UUID | None,
    ) -> Written:
        """Saves a draft; a clash tells who saved what is there, when, and what can be done."""
        decide = partial(notes.save, note_id=note_id, command=command, author_id=author_id)
        return await self._told(origin, encounter_id, note_id, decide)

    async def discard_draft(
        self, origin: Origin, encounter_id: UUID, note_id: UUID, command: DiscardDraft
    ) -> Written:
        """Discards a draft."""
        decide = partial(notes.discard, note_id=note_id, command=command)
        return await self._told(origin, encounter_id, note_id, decide)

    async def sign_note(
        self, origin: Origin, encounter_id: UUID, note_id: UUID, command: SignNote, signer_id: UUID
    ) -> Written:
        """Signs a note as a practitioner known here."""
        loaded = await self._store.load(origin.tenant, ENCOUNTER, encounter_id)
        found = encounter.known(loaded.state)
        place, on = found.setting.location_id, found.setting.date_of_service
        await self._check_signer(origin.tenant, signer_id)
        around = await self._known.around(origin.tenant, place, signer_id)
        decide = partial(
            notes.sign,
            note_id=note_id,
            command=command,
            signer_id=signer_id,
            supervisor_id=around.supervisor(place, on),
            patient=await self._known.noted(origin.tenant, found.patient_id),
        )
        return await self._told(origin, encounter_id, note_id, decide)

    async def cosign_note(
        self, origin: Origin, encounter_id: UUID, note_id: UUID, cosigner_id: UUID
    ) -> Written:
        """Co-signs a note as the supervisor of its signer, on the day of service or today."""
        tenant = origin.tenant
        await self._check_signer(tenant, cosigner_id)
        loaded = await self._store.load(tenant, ENCOUNTER, encounter_id)
        found, note = notes.signed(loaded.state, note_id)
        place, signer = found.setting.location_id, note.signer_id or cosigner_id
        around = await self._known.around(tenant, place, signer)
        by_now = around.supervisors(place, await self._known.today(tenant, around.location))
        decide = partial(notes.cosign, note_id=note_id, cosigner_id=cosigner_id, by_now=by_now)
        return await self._decide(origin, encounter_id, decide)

    async def add_addendum(
        self,
        origin: Origin,
        encounter_id: UUID,
        note_id: UUID,
        addendum_id: UUID,
        command: AddAddendum,
        author_id: UUID,
    ) -> Written:
        """Adds to a signed note as a practitioner known here."""
        await self._check_signer(origin.tenant, author_id)
        decide = partial(
            notes.add_addendum,
            note_id=note_id,
            addendum_id=addendum_id,
            command=command,
            author_id=author_id,
        )
        return await self._decide(origin, encounter_id, decide)

    async def _decide(self, origin: Origin, encounter_id: UUID, decide: Decide) -> Written:
        return await self._store.decide(origin, ENCOUNTER, encounter_id, decide)

    async def _told(
        self, origin: Origin, encounter_id: UUID, note_id: UUID, decide: Decide
    ) -> Written:
        """Decides; where somebody else changed the draft, tells who, when, and the two choices."""
        try:
            return await self._decide(origin, encounter_id, decide)
        except DraftChanged as changed:
            history = await self._store.load(origin.tenant, ENCOUNTER, encounter_id)
            for recorded in reversed(history.recorded):
                event = recorded.event
                if isinstance(event, NoteDrafted) and event.note_id == note_id:
                    envelope = recorded.envelope
                    changed.tell(event.revision, envelope.actor, envelope.occurred_at)
                    break
            raise

    async def _check_signer(self, tenant: UUID, signer_id: UUID) -> None:
        if not await self._known.practitioners(tenant, [signer_id]):
            raise Conflict(
                "unknown-practitioner",
                "the practitioner your token names has not arrived in the EHR; try again if they "
                "are new, or get a token that names another",
            )
