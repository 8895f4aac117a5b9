"""Encounters, their notes, and what waits for a clinician."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    Text,
    and_,
    case,
    cast,
    column,
    func,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB

from daybook.ehr.domain.encounter import NoteStatus
from daybook.ehr.queries.surroundings import UNFINISHED
from daybook.ehr.tables import charts, encounters, notes, practitioners, vitals
from daybook.runtime.db import Database

Rows = Sequence[RowMapping]
After = tuple[datetime, UUID] | None


@dataclass(frozen=True, slots=True)
class Whole:
    """An encounter with all that is in it."""

    encounter: RowMapping
    vitals: Rows
    notes: Rows


class Encounters:
    """What the EHR can be asked of encounters. Every question sees one practice only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def whole(self, tenant: UUID, encounter_id: UUID) -> Whole | None:
        """An encounter, its vitals and notes, the oldest first."""
        query = select(encounters).where(
            encounters.c.tenant == tenant, encounters.c.id == encounter_id
        )
        taken = select(vitals).where(
            vitals.c.tenant == tenant, vitals.c.encounter_id == encounter_id
        )
        wrote = select(notes).where(notes.c.tenant == tenant, notes.c.encounter_id == encounter_id)
        # The encounter first: its version, which is the ETag, is never newer than what is shown.
        async with self._database.reading(tenant) as connection:
            row = (await connection.execute(query)).mappings().first()
            if row is None:
                return None
            measured = await connection.execute(taken.order_by(vitals.c.taken_at, vitals.c.id))
            written = await connection.execute(wrote.order_by(notes.c.id))
            return Whole(row, measured.mappings().all(), written.mappings().all())

    async def note(self, tenant: UUID, encounter_id: UUID, note_id: UUID) -> RowMapping | None:
        """A note."""
        query = select(notes).where(
            notes.c.tenant == tenant, notes.c.id == note_id, notes.c.encounter_id == encounter_id
        )
        return await self._first(tenant, query)

    async def taken(self, tenant: UUID, encounter_id: UUID, vitals_id: UUID) -> RowMapping | None:
        """Vitals taken together."""
        query = select(vitals).where(
            vitals.c.tenant == tenant,
            vitals.c.id == vitals_id,
            vitals.c.encounter_id == encounter_id,
        )
        return await self._first(tenant, query)

    async def of_patient(
        self, tenant: UUID, patient_id: UUID, limit: int, after: tuple[date, UUID] | None
    ) -> Rows:
        """A patient's encounters, the newest first; one more than `limit` if there are more."""
        query = select(encounters).where(
            encounters.c.tenant == tenant, encounters.c.patient_id == patient_id
        )
        place = tuple_(encounters.c.date_of_service, encounters.c.id)
        if after is not None:
            query = query.where(place < after)
        order = (encounters.c.date_of_service.desc(), encounters.c.id.desc())
        return await self._all(tenant, query.order_by(*order).limit(limit + 1))

    async def of_appointment(self, tenant: UUID, appointment_id: UUID) -> Rows:
        """The encounter of an appointment, if it was opened."""
        query = select(encounters).where(
            encounters.c.tenant == tenant, encounters.c.appointment_id == appointment_id
        )
        return await self._all(tenant, query)

    async def notes_of(self, tenant: UUID, patient_id: UUID, limit: int, after: After) -> Rows:
        """A patient's notes, the last saved first; one more than `limit` if there are more."""
        query = select(notes).where(notes.c.tenant == tenant, notes.c.patient_id == patient_id)
        if after is not None:
            query = query.where(tuple_(notes.c.saved_at, notes.c.id) < after)
        order = (notes.c.saved_at.desc(), notes.c.id.desc())
        return await self._all(tenant, query.order_by(*order).limit(limit + 1))

    async def unfinished(
        self, tenant: UUID, day: date | None, rendering_id: UUID | None, limit: int, after: After
    ) -> Rows:
        """Encounters that are neither released nor closed, with their patients, oldest first."""
        query = _with_patient(select(encounters, *PATIENT), encounters).where(
            encounters.c.tenant == tenant, encounters.c.status.in_(UNFINISHED)
        )
        if day is not None:
            query = query.where(encounters.c.date_of_service == day)
        if rendering_id is not None:
            query = query.where(encounters.c.rendering_id == rendering_id)
        if after is not None:
            query = query.where(tuple_(encounters.c.opened_at, encounters.c.id) > after)
        order = (encounters.c.opened_at, encounters.c.id)
        return await self._all(tenant, query.order_by(*order).limit(limit + 1))

    async def to_sign(
        self, tenant: UUID, practitioner_id: UUID | None, limit: int, after: After
    ) -> Rows:
        """Drafts a practitioner wrote, or of encounters they render; else anybody's.

        The one that waits longest comes first.
        """
        query = _noted().where(notes.c.tenant == tenant, notes.c.status == NoteStatus.DRAFT)
        if practitioner_id is not None:
            own = or_(
                notes.c.author_id == practitioner_id,
                encounters.c.rendering_id == practitioner_id,
            )
            query = query.where(own)
        return await self._notes(tenant, query, limit, after)

    async def to_cosign(
        self, tenant: UUID, practitioner_id: UUID | None, limit: int, after: After
    ) -> Rows:
        """Signed notes that a practitioner is to co-sign, or may in the supervisor's place.

        Anybody's, if none is named.
        """
        query = _noted().where(
            notes.c.tenant == tenant,
            notes.c.status == NoteStatus.SIGNED,
            notes.c.cosigned_at.is_(None),
            AWAITED.is_not(None),
        )
        if practitioner_id is not None:
            query = query.where(or_(AWAITED.in_([practitioner_id]), _supervised(practitioner_id)))
        return await self._notes(tenant, query, limit, after)

    async def _notes(self, tenant: UUID, query: Select[Any], limit: int, after: After) -> Rows:
        if after is not None:
            query = query.where(tuple_(notes.c.saved_at, notes.c.id) > after)
        return await self._all(
            tenant, query.order_by(notes.c.saved_at, notes.c.id).limit(limit + 1)
        )

    async def _first(self, tenant: UUID, query: Select[Any]) -> RowMapping | None:
        async with self._database.reading(tenant) as connection:
            return (await connection.execute(query)).mappings().first()

    async def _all(self, tenant: UUID, query: Select[Any]) -> Rows:
        async with self._database.reading(tenant) as connection:
            return (await connection.execute(query)).mappings().all()


# As domain.encounter.Note.awaits has it.
AWAITED: ColumnElement[Any] = func.coalesce(
    notes.c.cosigner_id,
    case((notes.c.signer_id == encounters.c.rendering_id, encounters.c.cosigner_id)),
)
PATIENT = (charts.c.names, charts.c.birth_date, charts.c.mrn)


def _noted() -> Select[Any]:
    """Notes with their encounters and patients."""
    its = and_(encounters.c.tenant == notes.c.tenant, encounters.c.id == notes.c.encounter_id)
    date_of_service = encounters.c.date_of_service
    query = select(notes, AWAITED.label("awaited"), date_of_service, *PATIENT)
    return _with_patient(query.select_from(notes).join(encounters, its), notes)


def _supervised(practitioner_id: UUID) -> ColumnElement[bool]:
    """The signer of a note had a role there, that day or later, under the practitioner."""
    roles = func.jsonb_array_elements(practitioners.c.roles).table_valued(column("value", JSONB))
    role = roles.c.value
    until = role["period", "end"].astext
    return (
        select(practitioners.c.id)
        .select_from(practitioners.join(roles, true()))
        .where(
            practitioners.c.tenant == notes.c.tenant,
            practitioners.c.id == notes.c.signer_id,
            role["supervisor_id"].astext == str(practitioner_id),
            role["location_id"].astext == cast(encounters.c.location_id, Text),
            or_(until.is_(None), until >= cast(encounters.c.date_of_service, Text)),
        )
        .correlate(notes, encounters)
        .exists()
    )


def _with_patient(query: Select[Any], table: Any) -> Select[Any]:
    """A patient who has not arrived yet has no name."""
    whose = and_(charts.c.tenant == table.c.tenant, charts.c.patient_id == table.c.patient_id)
    return query.outerjoin(charts, whose)
