"""The EHR, composed."""

from collections.abc import Sequence
from pathlib import Path

from daybook.ehr.adapters.icd10cm import Icd10Cm
from daybook.ehr.api import router
from daybook.ehr.commands.encounters import Encounters as EncounterCommands
from daybook.ehr.processes import Settings, Visits
from daybook.ehr.projections.charts import Charts, ChartTerms, Corrections
from daybook.ehr.projections.coverage import Coverages, Inquiries, Payers
from daybook.ehr.projections.encounters import Encounters, Notes, Vitals
from daybook.ehr.projections.lists import ChartEntries
from daybook.ehr.projections.practice import Locations, Practitioners
from daybook.ehr.queries.surroundings import Surroundings
from daybook.runtime.reacting.process import Process
from daybook.runtime.service import Machine, Service


def processes(machine: Machine) -> Sequence[Process]:
    """What the EHR does of itself."""
    surroundings = Surroundings(machine.database, machine.world)
    encounters = EncounterCommands(machine.store, surroundings, Icd10Cm(), machine.world)
    return (Visits(encounters), Settings(encounters, surroundings))


SERVICE = Service(
    name="ehr",
    summary="The chart, the encounter and its notes, up to the release to billing.",
    router=router,
    processes=processes,
    projections=(
        Charts(),
        ChartTerms(),
        Corrections(),
        Coverages(),
        Payers(),
        Inquiries(),
        Locations(),
        Practitioners(),
        Encounters(),
        Vitals(),
        Notes(),
        ChartEntries(),
    ),
    topics=("ehr.encounter", "ehr.problem", "ehr.allergy", "ehr.medication", "ehr.immunization"),
    migrations=Path(__file__).resolve().parents[3] / "migrations" / "versions",
)
