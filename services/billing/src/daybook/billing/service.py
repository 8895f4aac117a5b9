"""Billing, composed."""

from pathlib import Path

from daybook.billing.api import router
from daybook.billing.projections import Accounts, Coverages, Locations, Payers, Plans
from daybook.runtime.service import Service

SERVICE = Service(
    name="billing",
    summary="The money: whose account, who answers for it, who is billed in which order.",
    router=router,
    projections=(Accounts(), Coverages(), Payers(), Plans(), Locations()),
    migrations=Path(__file__).resolve().parents[3] / "migrations" / "versions",
)
