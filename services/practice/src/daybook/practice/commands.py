"""Commands of practice: load -> decide -> append. The only caller of the store's writes."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from daybook.practice.domain import location as locations
from daybook.practice.domain import organization as organizations
from daybook.practice.domain import payer as payers
from daybook.practice.domain import plan as plans
from daybook.practice.domain import practitioner as practitioners
from daybook.practice.domain.again import known
from daybook.practice.domain.location import OpenLocation
from daybook.practice.domain.numbers import NPI
from daybook.practice.domain.organization import RegisterOrganization
from daybook.practice.domain.payer import ListPayer
from daybook.practice.domain.plan import ListPlan
from daybook.practice.domain.practitioner import AssignRole, RegisterPractitioner, Surroundings
from daybook.runtime.clock import World
from daybook.runtime.writing import Decision, Origin, Take, Taken, Written
from daybook.runtime.writing.store import Aggregate, Store

ORGANIZATION = Aggregate("organization", organizations.evolve)
LOCATION = Aggregate("location", locations.evolve)
PRACTITIONER = Aggregate("practitioner", practitioners.evolve)
PAYER = Aggregate("payer", payers.evolve)
PLAN = Aggregate("plan", plans.evolve)


class Commands:
    """What may be asked of practice. Raises Refused and its kin (daybook.runtime.writing).

    `known_as` are the names foreign systems have for what is made: an import gives them, so that
    running it twice makes nothing twice.
    """

    def __init__(self, store: Store, world: World) -> None:
        self._store, self._world = store, world

    async def register_organization(
        self, origin: Origin, command: RegisterOrganization, known_as: Sequence[str] = ()
    ) -> Written:
        """Registers a legal entity that bills."""
        id = self._world.new_id()
        decision = organizations.register(id, command, known_as)
        return await self._make(origin, ORGANIZATION.stream(id), decision, npi="/group_npi")

    async def open_location(
        self, origin: Origin, command: OpenLocation, known_as: Sequence[str] = ()
    ) -> Written:
        """Opens a place where patients are seen."""
        there = await self._is_there(origin.tenant, ORGANIZATION, command.organization_id)
        id = self._world.new_id()
        decision = locations.open_location(id, command, there, known_as)
        return await self._make(origin, LOCATION.stream(id), decision)

    async def register_practitioner(
        self,
        origin: Origin,
        command: RegisterPractitioner,
        known_as: Sequence[str] = (),
        *,
        imported: bool = False,
    ) -> Written:
        """Registers a person who treats patients; an imported one may have a doubtful NPI."""
        id = self._world.new_id()
        decision = practitioners.register(id, command, known_as, imported=imported)
        return await self._make(origin, PRACTITIONER.stream(id), decision)

    async def assign_role(
        self, origin: Origin, practitioner_id: UUID, role_id: UUID, command: AssignRole
    ) -> Written:
        """Assigns a role, or says an assigned one again."""
        tenant, supervisor = origin.tenant, command.supervisor_id
        around = Surroundings(
            organization=await self._is_there(tenant, ORGANIZATION, command.organization_id),
            location=await self._is_there(tenant, LOCATION, command.location_id),
            supervisor=supervisor is None or await self._is_there(tenant, PRACTITIONER, supervisor),
        )
        decide = partial(practitioners.assign_role, role_id=role_id, command=command, around=around)
        return await self._store.decide(origin, PRACTITIONER, practitioner_id, decide)

    async def assign_role_once(
        self, origin: Origin, practitioner_id: UUID, command: AssignRole
    ) -> bool:
        """Assigns a role unless the practitioner has this very one; whether it was new."""
        found = await self._store.load(origin.tenant, PRACTITIONER, practitioner_id)
        roles = known("practitioner", found.state).roles.values()
        if any(all(getattr(role, n) == v for n, v in command) for role in roles):
            return False
        await self.assign_role(origin, practitioner_id, self._world.new_id(), command)
        return True

    async def holders(self, tenant: UUID, takes: Collection[Take]) -> Mapping[Take, str]:
        """Which streams hold these values."""
        return await self._store.holders(tenant, takes)

    async def list_payer(
        self, origin: Origin, command: ListPayer, known_as: Sequence[str] = ()
    ) -> Written:
        """Lists somebody who pays for care."""
        id = self._world.new_id()
        decision = payers.list_payer(id, command, known_as)
        return await self._make(origin, PAYER.stream(id), decision)

    async def list_plan(
        self, origin: Origin, command: ListPlan, known_as: Sequence[str] = ()
    ) -> Written:
        """Lists one product of a payer."""
        there = await self._is_there(origin.tenant, PAYER, command.payer_id)
        id = self._world.new_id()
        decision = plans.list_plan(id, command, there, known_as)
        return await self._make(origin, PLAN.stream(id), decision)

    async def register_organization_again(
        self, origin: Origin, id: UUID, command: RegisterOrganization
    ) -> Written:
        """Says in full what an organization is."""
        decide = partial(organizations.register_again, command=command)
        return await self._say(origin, ORGANIZATION, id, decide, npi="/group_npi")

    async def open_location_again(self, origin: Origin, id: UUID, command: OpenLocation) -> Written:
        """Says in full what a location is."""
        there = await self._is_there(origin.tenant, ORGANIZATION, command.organization_id)
        decide = partial(locations.open_again, command=command, organization_known=there)
        return await self._say(origin, LOCATION, id, decide)

    async def register_practitioner_again(
        self, origin: Origin, id: UUID, command: RegisterPractitioner
    ) -> Written:
        """Says in full who a practitioner is."""
        decide = partial(practitioners.register_again, command=command)
        return await self._say(origin, PRACTITIONER, id, decide)

    async def list_payer_again(self, origin: Origin, id: UUID, command: ListPayer) -> Written:
        """Says in full what a payer is."""
        return await self._say(origin, PAYER, id, partial(payers.list_again, command=command))

    async def list_plan_again(self, origin: Origin, id: UUID, command: ListPlan) -> Written:
        """Says in full what a plan is."""
        return await self._say(origin, PLAN, id, partial(plans.list_again, command=command))

    async def _is_there(self, tenant: UUID, aggregate: Aggregate[Any], id: UUID) -> bool:
        return (await self._store.load(tenant, aggregate, id)).state is not None

    async def _make(
        self, origin: Origin, stream: str, decision: Decision, npi: str = "/npi"
    ) -> Written:
        try:
            return await self._store.append(origin, stream, 0, decision)
        except Taken as taken:
            raise pointed(taken, npi) from None

    async def _say(
        self,
        origin: Origin,
        aggregate: Aggregate[Any],
        id: UUID,
        decide: Callable[[Any], Decision],
        npi: str = "/npi",
    ) -> Written:
        try:
            return await self._store.decide(origin, aggregate, id, decide)
        except Taken as taken:
            raise pointed(taken, npi) from None


def pointed(taken: Taken, npi: str) -> Taken:
    """Says which field of the body was taken already; `npi` points at the NPI there."""
    if taken.code == f"{NPI}-taken":
        taken.detail = "another practitioner or organization of this practice has this NPI"
        taken.pointer = npi
    elif taken.code == f"{payers.NAME}-taken":
        taken.detail = "a payer of this name is listed already; use that one"
        taken.pointer = "/name"
    return taken
