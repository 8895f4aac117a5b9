"""HTTP <-> commands and queries of the EHR; no decisions. One file per resource."""

from fastapi import APIRouter

from daybook.ehr.adapters.icd10cm import Icd10Cm
from daybook.ehr.api.charts import add_charts
from daybook.ehr.api.encounters import add_encounters
from daybook.ehr.api.lists import add_allergies, add_immunizations, add_medications, add_problems
from daybook.ehr.api.notes import add_notes, add_signing
from daybook.ehr.api.worklist import add_worklist
from daybook.ehr.commands.encounters import Encounters as EncounterCommands
from daybook.ehr.commands.lists import Lists
from daybook.ehr.commands.notes import Notes
from daybook.ehr.queries.charts import Charts
from daybook.ehr.queries.encounters import Encounters
from daybook.ehr.queries.surroundings import Surroundings
from daybook.runtime.service import Machine


def router(machine: Machine) -> APIRouter:
    """The routes of the EHR."""
    world, store, codes = machine.world, machine.store, Icd10Cm()
    surroundings = Surroundings(machine.database, world)
    charts = Charts(machine.database, world)
    encounters = Encounters(machine.database)
    lists = Lists(store, surroundings, codes, world)
    notes = Notes(store, surroundings)
    routes = APIRouter()
    add_charts(routes, charts, encounters)
    add_problems(routes, lists, charts)
    add_allergies(routes, lists, charts)
    add_medications(routes, lists, charts)
    add_immunizations(routes, lists, charts)
    commands = EncounterCommands(store, surroundings, codes, world)
    add_encounters(routes, commands, encounters, surroundings, world)
    add_notes(routes, notes, encounters, world)
    add_signing(routes, notes, world)
    add_worklist(routes, encounters)
    return routes
