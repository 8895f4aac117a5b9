"""The visit of the demonstration: booked, verified, seen, signed, coded, released, claimed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from daybook.runtime.clock import World
from daybook.simulators.practice import offers
from daybook.simulators.practice.asking import Refusal
from daybook.simulators.practice.booking import Case, Desk
from daybook.simulators.practice.correcting import because
from daybook.simulators.practice.floor import Clock, Floor
from daybook.simulators.practice.opening import Making, Opened, Opening
from daybook.simulators.practice.outcome import Outcome
from daybook.simulators.practice.plan import REASONS, Turn, Visit
from daybook.simulators.practice.population import SINCE, Patient, Practice, practice
from daybook.simulators.practice.seeding import Registered
from daybook.simulators.practice.staff import Staff
from daybook.simulators.practice.visiting import Visiting

SEED = 7
"""Of the practice that the first start seeds; what of it is not there is made."""
FOLLOWS = "→"


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody did, or what followed of itself (`who` is then an arrow), and how long it
    took."""

    who: str
    what: str
    milliseconds: float


@dataclass(slots=True)
class Visited:
    """The visit as it went, its claim, and the field of the claim that a correction changed."""

    appointment_id: str
    encounter_id: str
    note_id: str
    claim: Mapping[str, Any]
    steps: list[Done] = field(default_factory=list)
    lineage: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class House:
    """The practice of the demonstration, who works there, and with whom the visit is."""

    floor: Floor
    provider: str
    provider_name: str
    zone: ZoneInfo
    payers: Mapping[str, str]


async def open_house(staff: Staff, world: World, provider: str | None) -> House:
    """Opens what of the seeded practice is not there; `provider` is whom a given token names."""
    made = practice(SEED, 0)
    making = Making(staff.manager, f"seed-{SEED}", lambda: None)
    opened = await Opening(making, made).run()
    if provider is not None and provider not in opened.practitioners:
        await _join(making, opened, provider)
    clock = Clock(0, world.sleep, world.monotonic, world.now)
    prefix = f"demo-{world.new_id()}"
    floor = Floor(staff, opened, Outcome(world.monotonic), clock, prefix, patience=0.02)
    who = provider or await _first_free(staff, opened)
    shown = await staff.manager.ask("GET", f"/practice/practitioners/{who}")
    name = shown.json()["name"]
    said = " ".join([*name["given"], name["family"]])
    zone = ZoneInfo(made.locations[0]["time_zone"])
    return House(floor, who, said, zone, _payers(made, opened))


async def _first_free(staff: Staff, opened: Opened) -> str:
    """Who has the first free time at the first location."""
    asked = f"location_id={opened.locations[0]}&limit=1"
    times = (await staff.desk.ask("GET", f"/scheduling/free-times?{asked}")).json()["items"]
    return str(times[0]["practitioner_id"] if times else opened.practitioners[0])


async def _join(making: Making, opened: Opened, provider: str) -> None:
    """Lets somebody who is no one of the seeded practice work there, and be booked."""
    location = (await making.apis.ask("GET", f"/practice/locations/{opened.locations[0]}")).json()
    role = {
        "role": "physician",
        "organization_id": location["organization_id"],
        "location_id": location["id"],
        "period": {"start": SINCE},
    }
    await making.made(f"/practice/practitioners/{provider}/roles", role, f"role-{provider}")
    path = f"/scheduling/practitioners/{provider}/availability"
    try:
        await making.apis.ask("GET", path)
    except Refusal as refusal:
        if refusal.status != 404:
            raise
        hours = {"windows": offers.windows(offers.ROUND_THE_CLOCK, location["id"])}
        await making.sent("PUT", path, hours, f"hours-{provider}")


def _payers(made: Practice, opened: Opened) -> Mapping[str, str]:
    names = [payer.body["name"] for payer in made.payers]
    return {id: name for (id, _), name in zip(opened.payers, names, strict=True)}


async def attend(house: House, who: Registered) -> Visited:
    """Takes a patient through the visit. Raises Refusal, Away, StillNot."""
    floor = house.floor
    planned = Visit(0, 0, 0, 0, Turn.AS_BOOKED, REASONS[0])
    nobody = Patient({}, None, guaranteed=False, coverages=())  # registered already
    case = Case(planned, nobody, house.provider)
    case.who = who
    desk = Desk(floor, house.zone, floor.clock.now() + timedelta(minutes=1))
    await desk.book(case)
    await desk.verified(case, "active")
    visiting = Visiting(floor, case)
    await visiting.arrive()
    await visiting.chart_opens()
    await visiting.room()
    await visiting.status("started")
    await visiting.measure()
    await visiting.join()
    await visiting.note()
    await visiting.code()
    await visiting.finish()
    await visiting.release()
    account = await visiting.billed()
    claim = next(one for one in account["claims"] if case.encounter in one["encounter_ids"])
    booked = (await floor.staff.desk.ask("GET", case.path)).json()
    visited = Visited(case.appointment, case.encounter, case.note, claim)
    visited.steps = _steps(house, booked, claim)
    return visited


async def trace(house: House, visited: Visited, family: str) -> None:
    """Waits until the drafted claim shows a corrected name, and keeps where it says it is from."""
    path = f"/billing/claims/{visited.claim['id']}/lineage"
    biller = house.floor.staff.biller
    lineage = await house.floor.seen(
        "claim follows", biller, path, lambda shown: bool(because(shown, family))
    )
    visited.lineage = because(lineage, family)[0]


def _steps(house: House, booked: Mapping[str, Any], claim: Mapping[str, Any]) -> list[Done]:
    took = house.floor.outcome.took
    reason = REASONS[0]
    diagnoses, codes = ", ".join(reason.diagnoses), ", ".join(code for code, *_ in reason.lines)
    at = booked["slot"]["local_start"].replace("T", " ")
    dollars = claim["total"]["cents"] / 100
    return [
        Done(who, what, round(took[step][0] * 1000, 1))
        for who, step, what in (
            ("desk", "book", f"books {at} with {house.provider_name}"),
            (FOLLOWS, "coverage verified", "the payer was asked: the coverage is active"),
            ("desk", "arrive", "the patient is there"),
            (FOLLOWS, "chart open", "an encounter is open, the chart beside it"),
            ("nurse", "room", f"takes them to {booked['roomed_in']['name']}"),
            (FOLLOWS, "encounter started", "the encounter runs"),
            ("nurse", "vitals", "blood pressure, heart rate"),
            ("clinician", "provider joins", "comes in"),
            ("clinician", "note", "writes a note"),
            ("clinician", "sign", "signs it; from now on it never changes"),
            ("clinician", "code", f"codes {diagnoses}: {codes}"),
            ("clinician", "co-sign", "co-signs, as their supervisor"),
            ("desk", "done", "the patient leaves"),
            ("clinician", "release", "releases the visit to billing"),
            (FOLLOWS, "claim drafted", f"a claim of {dollars:.2f} USD to {claim['payer_name']}"),
        )
        if step in took
    ]
