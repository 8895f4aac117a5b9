"""HTTP <-> commands that say again, in full, what the practice said of itself; no decisions."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from daybook.practice.commands import Commands
from daybook.practice.domain.location import OpenLocation
from daybook.practice.domain.organization import RegisterOrganization
from daybook.practice.domain.payer import ListPayer
from daybook.practice.domain.plan import ListPlan
from daybook.practice.domain.practitioner import RegisterPractitioner
from daybook.runtime.edge.writing import WrittenAnswer, answered, origin
from daybook.runtime.writing import Origin

WRITERS = ("manager",)

ORGANIZATION = "/practice/organizations/{id}"
LOCATION = "/practice/locations/{id}"
PRACTITIONER = "/practice/practitioners/{id}"
PAYER = "/practice/payers/{id}"
PLAN = "/practice/plans/{id}"

ChangesOrganization = Annotated[Origin, Depends(origin(*WRITERS, changes=ORGANIZATION))]
ChangesLocation = Annotated[Origin, Depends(origin(*WRITERS, changes=LOCATION))]
ChangesPractitioner = Annotated[Origin, Depends(origin(*WRITERS, changes=PRACTITIONER))]
ChangesPayer = Annotated[Origin, Depends(origin(*WRITERS, changes=PAYER))]
ChangesPlan = Annotated[Origin, Depends(origin(*WRITERS, changes=PLAN))]


def add_corrections(routes: APIRouter, commands: Commands) -> None:
    """The routes by which a mistake in the practice's own facts is mended; claims follow."""

    @routes.put("/organizations/{id}", tags=["organizations"])
    async def register_organization_again(
        id: UUID, body: RegisterOrganization, by: ChangesOrganization, response: Response
    ) -> WrittenAnswer:
        """Says an organization again, in full: what is left out it has no longer."""
        written = await commands.register_organization_again(by, id, body)
        return answered(response, written, ORGANIZATION)

    @routes.put("/locations/{id}", tags=["locations"])
    async def open_location_again(
        id: UUID, body: OpenLocation, by: ChangesLocation, response: Response
    ) -> WrittenAnswer:
        """Says a location again, in full."""
        return answered(response, await commands.open_location_again(by, id, body), LOCATION)

    @routes.put("/practitioners/{id}", tags=["practitioners"])
    async def register_practitioner_again(
        id: UUID, body: RegisterPractitioner, by: ChangesPractitioner, response: Response
    ) -> WrittenAnswer:
        """Says a practitioner again, in full; their roles stay as they are."""
        written = await commands.register_practitioner_again(by, id, body)
        return answered(response, written, PRACTITIONER)

    @routes.put("/payers/{id}", tags=["payers"])
    async def list_payer_again(
        id: UUID, body: ListPayer, by: ChangesPayer, response: Response
    ) -> WrittenAnswer:
        """Says a payer again, in full: with its id in one more transaction, other filing days."""
        return answered(response, await commands.list_payer_again(by, id, body), PAYER)

    @routes.put("/plans/{id}", tags=["plans"])
    async def list_plan_again(
        id: UUID, body: ListPlan, by: ChangesPlan, response: Response
    ) -> WrittenAnswer:
        """Says a plan again, in full; it stays its payer's."""
        return answered(response, await commands.list_plan_again(by, id, body), PLAN)
