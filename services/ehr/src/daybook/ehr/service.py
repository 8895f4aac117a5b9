"""The EHR, composed."""

from pathlib import Path

from daybook.ehr.api import router
from daybook.ehr.projections import Charts, ChartTerms, Coverages, Locations, Payers
from daybook.runtime.service import Service

SERVICE = Service(
    name="ehr",
    summary="The chart: whose it is, who stands beside them, who pays.",
    router=router,
    projections=(Charts(), ChartTerms(), Coverages(), Payers(), Locations()),
    migrations=Path(__file__).resolve().parents[3] / "migrations" / "versions",
)
