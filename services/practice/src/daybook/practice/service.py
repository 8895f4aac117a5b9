"""Practice, composed."""

from pathlib import Path

from daybook.practice.api import router
from daybook.practice.projections import Locations, Organizations, Payers, Plans, Practitioners
from daybook.runtime.service import Service

SERVICE = Service(
    name="practice",
    summary="The practice itself: organizations, locations, practitioners, payers, plans.",
    router=router,
    projections=(Organizations(), Locations(), Practitioners(), Payers(), Plans()),
    topics=(
        "practice.organization",
        "practice.location",
        "practice.practitioner",
        "practice.payer",
        "practice.plan",
    ),
    migrations=Path(__file__).resolve().parents[3] / "migrations" / "versions",
)
