"""Eligibility, composed."""

from collections.abc import Sequence
from pathlib import Path

from daybook.eligibility.adapters.rehearsal import RehearsalPayer
from daybook.eligibility.api import router
from daybook.eligibility.commands import Commands
from daybook.eligibility.processes import Bookings, Completions, CoverageChanges, Requests
from daybook.eligibility.projections import (
    Appointments,
    Coverages,
    Inquiries,
    Locations,
    Patients,
    Payers,
    Plans,
)
from daybook.eligibility.queries import Queries
from daybook.eligibility.sending import Sending
from daybook.runtime.reacting.process import Process
from daybook.runtime.service import Machine, Service


def processes(machine: Machine) -> Sequence[Process]:
    """What eligibility does of itself; whoever runs it also asks again what was left unanswered."""
    queries = Queries(machine.database, machine.world)
    commands = Commands(machine.store, queries, machine.world)
    sending = Sending(machine, commands, queries, RehearsalPayer(machine.world))
    sending.start()
    asking = (Bookings, CoverageChanges, Completions)
    return *(process(commands, queries) for process in asking), Requests(sending)


SERVICE = Service(
    name="eligibility",
    summary="What a coverage pays: asked of the payer at booking, on a change, and by the desk.",
    router=router,
    projections=(
        Patients(),
        Coverages(),
        Payers(),
        Plans(),
        Locations(),
        Appointments(),
        Inquiries(),
    ),
    topics=("eligibility.inquiry",),
    processes=processes,
    migrations=Path(__file__).resolve().parents[3] / "migrations" / "versions",
)
