"""HTTP <-> commands and queries of scheduling; no decisions."""

from fastapi import APIRouter

from daybook.runtime.service import Machine
from daybook.scheduling.api.appointments import add_appointments
from daybook.scheduling.api.offers import add_offers
from daybook.scheduling.api.people import add_people
from daybook.scheduling.api.times import add_times
from daybook.scheduling.api.visits import add_visits
from daybook.scheduling.commands import Commands
from daybook.scheduling.queries.appointments import AppointmentQueries
from daybook.scheduling.queries.booking import BookingQueries
from daybook.scheduling.queries.offers import OfferQueries
from daybook.scheduling.queries.people import PeopleQueries
from daybook.scheduling.queries.times import TimeQueries


def router(machine: Machine) -> APIRouter:
    """The routes of scheduling."""
    database, world = machine.database, machine.world
    offers, times = OfferQueries(database), TimeQueries(database)
    appointments = AppointmentQueries(database)
    people = PeopleQueries(database, world)
    commands = Commands(machine.store, BookingQueries(database), times, world)
    routes = APIRouter()
    add_people(routes, people)
    add_offers(routes, commands, offers)
    add_times(routes, times, offers, world)
    add_appointments(routes, commands, appointments, people, world)
    add_visits(routes, commands)
    return routes
