"""Scheduling, composed."""

from pathlib import Path

from daybook.runtime.service import Service
from daybook.scheduling.api import router
from daybook.scheduling.projections.appointments import Appointments, CoverageStates
from daybook.scheduling.projections.offers import Availabilities, Rooms, VisitTypes
from daybook.scheduling.projections.people import (
    Coverages,
    Locations,
    Patients,
    PatientWords,
    Practitioners,
)

SERVICE = Service(
    name="scheduling",
    summary="When whom is seen where: providers' hours, free times, appointments, the visit.",
    router=router,
    projections=(
        *(Patients(), PatientWords(), Coverages(), Practitioners(), Locations()),
        *(VisitTypes(), Rooms(), Availabilities(), Appointments(), CoverageStates()),
    ),
    topics=(
        "scheduling.visit-type",
        "scheduling.room",
        "scheduling.availability",
        "scheduling.appointment",
    ),
    migrations=Path(__file__).resolve().parents[3] / "migrations" / "versions",
)
