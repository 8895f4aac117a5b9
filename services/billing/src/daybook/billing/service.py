"""Billing, composed."""

from collections.abc import Sequence
from pathlib import Path

from daybook.billing import projections
from daybook.billing.api import router
from daybook.billing.commands import Commands
from daybook.billing.gathering import Gathering
from daybook.billing.processes import Claiming
from daybook.runtime.reacting.process import Process
from daybook.runtime.service import Machine, Service


def processes(machine: Machine) -> Sequence[Process]:
    """What billing does of itself."""
    gathering = Gathering(machine.database, machine.world)
    return (Claiming(Commands(machine.store, gathering, machine.world), gathering),)


SERVICE = Service(
    name="billing",
    summary="The money: whose account, what a visit costs, and the claim it becomes.",
    router=router,
    projections=(
        projections.Accounts(),
        projections.Coverages(),
        projections.Payers(),
        projections.Plans(),
        projections.Locations(),
        projections.Organizations(),
        projections.Practitioners(),
        projections.Visits(),
        projections.FeeSchedules(),
        projections.Charges(),
        projections.Claims(),
    ),
    topics=("billing.fee-schedule", "billing.charge", "billing.claim"),
    processes=processes,
    migrations=Path(__file__).resolve().parents[3] / "migrations" / "versions",
)
