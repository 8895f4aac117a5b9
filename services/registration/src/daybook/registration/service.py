"""Registration, composed."""

from pathlib import Path

from daybook.registration.api import router
from daybook.registration.projections import (
    Coverages,
    Locations,
    Patients,
    PatientTerms,
    Payers,
    Plans,
)
from daybook.runtime.service import Service

SERVICE = Service(
    name="registration",
    summary="Who the patients are, who stands beside them, how they are covered.",
    router=router,
    projections=(Patients(), PatientTerms(), Coverages(), Locations(), Payers(), Plans()),
    topics=("registration.patient", "registration.coverage"),
    migrations=Path(__file__).resolve().parents[3] / "migrations" / "versions",
)
