"""Eligibility, composed."""

from pathlib import Path

from daybook.eligibility.api import router
from daybook.eligibility.projections import Coverages, Locations, Patients, Payers, Plans
from daybook.runtime.service import Service

SERVICE = Service(
    name="eligibility",
    summary="What a coverage pays: which coverages there are to be verified.",
    router=router,
    projections=(Patients(), Coverages(), Payers(), Plans(), Locations()),
    migrations=Path(__file__).resolve().parents[3] / "migrations" / "versions",
)
