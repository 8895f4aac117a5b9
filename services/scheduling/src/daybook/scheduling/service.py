"""Scheduling, composed."""

from pathlib import Path

from daybook.runtime.service import Service
from daybook.scheduling.api import router
from daybook.scheduling.projections import (
    Coverages,
    Locations,
    Patients,
    PatientWords,
    Practitioners,
)

SERVICE = Service(
    name="scheduling",
    summary="When whom is seen where: whom the desk may book, with whom, in which place.",
    router=router,
    projections=(Patients(), PatientWords(), Coverages(), Practitioners(), Locations()),
    migrations=Path(__file__).resolve().parents[3] / "migrations" / "versions",
)
