"""HTTP <-> commands and queries of billing; no decisions."""

from fastapi import APIRouter

from daybook.billing.api.accounts import add_accounts
from daybook.billing.api.claims import add_charges, add_claims
from daybook.billing.api.fees import add_fees
from daybook.billing.commands import Commands
from daybook.billing.gathering import Gathering
from daybook.billing.queries import Queries
from daybook.runtime.service import Machine


def router(machine: Machine) -> APIRouter:
    """The routes of billing."""
    queries = Queries(machine.database, machine.world)
    gathering = Gathering(machine.database, machine.world)
    commands = Commands(machine.store, gathering, machine.world)
    routes = APIRouter()
    add_accounts(routes, queries)
    add_claims(routes, commands, queries)
    add_charges(routes, queries)
    add_fees(routes, commands, queries)
    return routes
