"""What waits for a clinician: open encounters, notes to sign, notes to co-sign."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from daybook.ehr.answers import encounters as encounter_answers
from daybook.ehr.answers import notes as note_answers
from daybook.ehr.queries.encounters import Encounters
from daybook.events.values import Day
from daybook.runtime.edge.auth import allow
from daybook.runtime.edge.paging import CursorQuery, LimitQuery, Page, Pages, pages
from daybook.runtime.edge.reading import at_least
from daybook.runtime.edge.tokens import Caller

READERS = ("nurse", "clinician")

Reader = Annotated[Caller, Depends(allow(*READERS))]
Paged = Annotated[Pages, Depends(pages)]
Whose = Annotated[UUID | None, Query(description="Only what waits for this practitioner")]
On = Annotated[Day | None, Query(description="Only encounters with this date of service")]
After: Any = tuple[datetime, UUID]
SEEN = [Depends(at_least("encounters", "notes", "charts", "practitioners"))]


def add_worklist(routes: APIRouter, encounters: Encounters) -> None:
    """The routes of the worklist."""

    @routes.get("/worklist/encounters", tags=["worklist"], dependencies=SEEN)
    async def list_open_encounters(
        caller: Reader,
        paged: Paged,
        on: On = None,
        practitioner_id: Whose = None,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[encounter_answers.WaitingEncounter]:
        """Encounters that are neither released nor closed, the earliest opened first."""
        after = await paged.open(cursor, After, pointer="?cursor")
        rows = await encounters.unfinished(caller.tenant, on, practitioner_id, limit, after)
        return await paged.page(
            rows, limit, encounter_answers.waiting, lambda row: (row["opened_at"], row["id"])
        )

    @routes.get("/worklist/to-sign", tags=["worklist"], dependencies=SEEN)
    async def list_notes_to_sign(
        caller: Reader,
        paged: Paged,
        practitioner_id: Whose = None,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[note_answers.WaitingNote]:
        """Drafts that wait for a signature, the longest untouched first."""
        after = await paged.open(cursor, After, pointer="?cursor")
        rows = await encounters.to_sign(caller.tenant, practitioner_id, limit, after)
        return await paged.page(
            rows, limit, note_answers.waiting, lambda row: (row["saved_at"], row["id"])
        )

    @routes.get("/worklist/to-cosign", tags=["worklist"], dependencies=SEEN)
    async def list_notes_to_cosign(
        caller: Reader,
        paged: Paged,
        practitioner_id: Whose = None,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[note_answers.WaitingNote]:
        """Signed notes that wait for a supervisor's name, the earliest signed first; with a
        practitioner, those they are to co-sign or may in the supervisor's place."""
        after = await paged.open(cursor, After, pointer="?cursor")
        rows = await encounters.to_cosign(caller.tenant, practitioner_id, limit, after)
        return await paged.page(
            rows, limit, note_answers.waiting, lambda row: (row["saved_at"], row["id"])
        )
