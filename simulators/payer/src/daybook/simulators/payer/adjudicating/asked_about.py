"""Whom a question is about, or the rejection (AAA) that says why nobody knows.

Sources: 005010X279A1 and 005010X217, AAA of each loop; CAQH CORE, eligibility data content: error
codes by what was not found, a year back and to the end of the current month.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from daybook.simulators.payer.adjudicating.npi import is_npi
from daybook.simulators.payer.asking import Rejection
from daybook.simulators.payer.members.roll import Membership, Missed
from daybook.simulators.payer.members.world import World
from daybook.simulators.payer.people import PersonTold

CORRECT, LATER = "C", "R"
"""Follow-up actions (AAA04): correct and send again; send again later."""
BUSY = "42"
_YEAR = timedelta(days=366)
_MISSED = {
    Missed.NO_ID: "72",
    Missed.BAD_ID: "72",
    Missed.UNKNOWN_ID: "75",
    Missed.NO_NAME: "73",
    Missed.OTHER_NAME: "73",
    Missed.OTHER_BIRTH_DATE: "71",
    Missed.NO_PATIENT: "67",
}


@dataclass(frozen=True, slots=True)
class Loops:
    """The loops of a transaction that name payer, provider, subscriber and dependant."""

    payer: str
    provider: str
    subscriber: str
    dependent: str


ELIGIBILITY = Loops("2100A", "2100B", "2100C", "2100D")
REVIEW = Loops("2010A", "2010B", "2010C", "2010D")


def end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def whom(
    world: World,
    loops: Loops,
    payer: str,
    npi: str,
    subscriber: PersonTold,
    dependent: PersonTold | None,
) -> Membership | Rejection:
    """The membership a question means."""
    known = world.payer(payer)
    if known is None:
        return Rejection(loops.payer, "79", CORRECT)
    if not is_npi(npi):
        return Rejection(loops.provider, "43", CORRECT)
    found = world.roll.find(known.name, subscriber, dependent)
    if isinstance(found, Membership):
        return found
    deep = found is Missed.NO_PATIENT
    return Rejection(loops.dependent if deep else loops.subscriber, _MISSED[found], CORRECT)


def out_of_time(on: date, asked_on: date, loop: str) -> Rejection | None:
    """Nothing is told beyond the end of the current month (63), nor from over a year ago (62)."""
    if on > end_of_month(asked_on):
        return Rejection(loop, "63", CORRECT)
    if on < asked_on - _YEAR:
        return Rejection(loop, "62", CORRECT)
    return None
