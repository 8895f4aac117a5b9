"""What a decision needs to know of the world around it: places, practitioners, coverages, days."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from daybook.ehr.domain.encounter import Status
from daybook.ehr.domain.setting import Around, Location, Role
from daybook.ehr.tables import charts, coverages, encounters, locations, practitioners
from daybook.events.clinical import NotedPatient
from daybook.events.covering import covering
from daybook.events.values import HumanName, NameUse, Period
from daybook.runtime.clock import World
from daybook.runtime.db import Database

UNFINISHED = (Status.OPEN, Status.STARTED)


class Surroundings:
    """What is known here of an encounter's surroundings; what has not arrived yet is None."""

    def __init__(self, database: Database, world: World) -> None:
        self._database, self._world = database, world

    async def around(self, tenant: UUID, location_id: UUID, practitioner_id: UUID) -> Around:
        """A location, and the roles of a practitioner."""
        where = select(locations).where(locations.c.tenant == tenant, locations.c.id == location_id)
        who = select(practitioners.c.roles).where(
            practitioners.c.tenant == tenant, practitioners.c.id == practitioner_id
        )
        async with self._database.reading(tenant) as connection:
            place = (await connection.execute(where)).mappings().first()
            roles = (await connection.execute(who)).scalars().first()
        location = None
        if place is not None:
            location = Location(
                place["organization_id"], place["place_of_service"], place["time_zone"]
            )
        return Around(location, None if roles is None else [_role(role) for role in roles])

    async def practitioners(self, tenant: UUID, ids: Collection[UUID]) -> Collection[UUID]:
        """Which of these practitioners are known here."""
        query = select(practitioners.c.id).where(
            practitioners.c.tenant == tenant, practitioners.c.id.in_(ids)
        )
        async with self._database.reading(tenant) as connection:
            return {UUID(int=id.int) for id in (await connection.execute(query)).scalars()}

    async def today(self, tenant: UUID, at: Location | None = None) -> date:
        """The date at a location; in the practice, where none is named."""
        if at is not None:
            return self._world.now().astimezone(ZoneInfo(at.time_zone)).date()
        async with self._database.reading(tenant) as connection:
            return await today(connection, tenant, self._world)

    async def is_patient(self, tenant: UUID, patient_id: UUID) -> bool:
        """Whether the chart of this patient has arrived."""
        query = select(charts.c.patient_id).where(
            charts.c.tenant == tenant, charts.c.patient_id == patient_id
        )
        async with self._database.reading(tenant) as connection:
            return (await connection.execute(query)).first() is not None

    async def noted(self, tenant: UUID, patient_id: UUID) -> tuple[int | None, NotedPatient | None]:
        """The version of the header and whom it names, for a note to be signed."""
        query = select(charts).where(charts.c.tenant == tenant, charts.c.patient_id == patient_id)
        async with self._database.reading(tenant) as connection:
            row = (await connection.execute(query)).mappings().first()
        if row is None:
            return None, None
        names = [HumanName.model_validate(name) for name in row["names"]]
        legal = next((one for one in names if one.use is NameUse.LEGAL), None)
        name = legal or (names[0] if names else None)
        noted = NotedPatient(name=name, birth_date=row["birth_date"], mrn=row["mrn"])
        return row["stream_version"], noted

    async def covered(
        self, tenant: UUID, patient_id: UUID, on: date
    ) -> tuple[Collection[UUID], Sequence[UUID]]:
        """All coverages of a patient, and those in force on a day, in the order they are asked."""
        query = select(coverages).where(
            coverages.c.tenant == tenant, coverages.c.patient_id == patient_id
        )
        ordered = select(charts.c.orders).where(
            charts.c.tenant == tenant, charts.c.patient_id == patient_id
        )
        async with self._database.reading(tenant) as connection:
            rows = (await connection.execute(query)).mappings().all()
            orders = (await connection.execute(ordered)).scalars().first()
        own = [UUID(int=row["id"].int) for row in rows]
        return own, [UUID(int=row["id"].int) for row in covering(rows, orders or (), on)]

    async def unfinished(
        self, tenant: UUID, *, location_id: UUID | None = None, rendering_id: UUID | None = None
    ) -> Sequence[UUID]:
        """Encounters at a location, or of a rendering practitioner, that may still change."""
        query = select(encounters.c.id).where(
            encounters.c.tenant == tenant, encounters.c.status.in_(UNFINISHED)
        )
        if location_id is not None:
            query = query.where(encounters.c.location_id == location_id)
        if rendering_id is not None:
            query = query.where(encounters.c.rendering_id == rendering_id)
        async with self._database.reading(tenant) as connection:
            return (await connection.execute(query.order_by(encounters.c.id))).scalars().all()


async def today(connection: AsyncConnection, tenant: UUID, world: World) -> date:
    """The date in the practice: where its locations lie in several zones, the later one."""
    query = select(locations.c.time_zone.distinct()).where(locations.c.tenant == tenant)
    zones = list((await connection.execute(query)).scalars())
    now = world.now()
    return max(now.astimezone(ZoneInfo(zone)).date() for zone in zones or ["UTC"])


def _role(said: dict[str, object]) -> Role:
    supervisor = said.get("supervisor_id")
    return Role(
        UUID(str(said["location_id"])),
        Period.model_validate(said["period"]),
        UUID(str(supervisor)) if supervisor else None,
    )
