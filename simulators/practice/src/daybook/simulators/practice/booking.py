"""At the desk: a patient is registered, a time is found and booked, the coverage is verified."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import httpx

from daybook.simulators.practice.asking import Refusal
from daybook.simulators.practice.floor import Floor
from daybook.simulators.practice.offers import VISIT
from daybook.simulators.practice.opening import Making, made_as
from daybook.simulators.practice.plan import VISIT_MINUTES, Turn, Visit
from daybook.simulators.practice.population import Patient
from daybook.simulators.practice.seeding import Registered, register

APPOINTMENTS = "/scheduling/appointments"
BASES = {Turn.SELF_PAY: "self-pay", Turn.RESTRICTED: "restricted"}
MISTYPED = "NOBODY"
"""How a member id begins that no payer knows."""
TRIES = 20
TIMES = 60
LATER = 8
"""By how many times a rescheduled appointment moves."""


@dataclass(slots=True)
class Case:
    """One visit as it comes about."""

    visit: Visit
    patient: Patient
    provider: str
    who: Registered = field(init=False)
    appointment: str = ""
    shown_at: str = ""
    encounter: str = ""
    note: str = ""

    @property
    def path(self) -> str:
        return f"{APPOINTMENTS}/{self.appointment}"

    def seen(self, answer: httpx.Response) -> None:
        """The appointment is at the version of a command's answer, and is read so from now on."""
        self.shown_at = answer.json()["at"]

    @property
    def insured(self) -> bool:
        return self.visit.turn not in BASES


class Desk:
    """What the front desk does for one visit."""

    def __init__(self, floor: Floor, zone: ZoneInfo, opens: datetime) -> None:
        self._floor, self._zone, self._opens = floor, zone, opens
        self._apis = floor.staff.desk

    async def register(self, case: Case, prefix: str) -> None:
        """Registers the patient, unless an earlier day of this seed has."""
        patient = case.patient
        body = {name: said for name, said in patient.body.items() if name != "mrn"}
        if case.visit.turn is Turn.WRONG_COVERAGE:
            patient = _mistyped(patient)
        with self._floor.outcome.timed("register"):
            making = Making(self._apis, prefix, lambda: None)
            item = f"{case.visit.patient}-{case.visit.turn is Turn.WRONG_COVERAGE}"
            case.who = await register(making, replace(patient, body=body), self._floor.opened, item)

    async def book(self, case: Case) -> None:
        """Finds a time and books it, in the way of the visit's turn."""
        wanted = self._opens + timedelta(minutes=case.visit.minute)
        start = await self._free(case, wanted)
        for _ in range(TRIES):
            body = self._wish(case) | {"start": start}
            try:
                answer = await self._booked(case, body)
            except Refusal as refusal:
                if refusal.code != "time-taken":
                    raise
                self._floor.outcome.refuse("book", refusal)
                start = await self._free(case, wanted)
                continue
            case.appointment, case.shown_at = answer["id"], answer["at"]
            return
        raise TimeoutError(f"no time could be booked in {TRIES} tries")

    async def miss(self, case: Case) -> None:
        """Books for now, and says that the patient did not come: the platform's clock is real, so
        it is this minute that passes without them, or where that is taken a quarter before."""
        back = 0
        for _ in range(TRIES):
            now = self._floor.clock.now().astimezone(self._zone)
            start = _spelled(now - timedelta(minutes=back * VISIT_MINUTES))
            try:
                answer = await self._booked(case, self._wish(case) | {"start": start}, start)
            except Refusal as refusal:
                if refusal.code not in ("time-taken", "day-passed"):
                    raise
                back = 0 if refusal.code == "day-passed" else back + 1
                continue
            case.appointment, case.shown_at = answer["id"], answer["at"]
            path = f"{case.path}/no-show"
            key = f"miss-{case.visit.number}"
            case.seen(await self._floor.ask("no-show", self._apis, "POST", path, key=key))
            return
        raise TimeoutError(f"nothing could be missed in {TRIES} tries")

    async def walk_in(self, case: Case) -> None:
        """Takes in a patient who is there without an appointment."""
        body = self._wish(case) | {"squeeze_in": True}
        key, at = f"walk-in-{case.visit.number}", case.who.at
        answer = await self._floor.ask(
            "walk in", self._apis, "POST", "/scheduling/walk-ins", body, key=key, at=at
        )
        case.appointment, case.shown_at = made_as(answer), answer.json()["at"]

    async def verified(self, case: Case, status: str) -> None:
        """Waits until the appointment shows what the payer said."""
        await self._floor.seen(
            "coverage verified",
            self._apis,
            case.path,
            lambda shown: shown["coverage_state"] == status,
            at=[case.shown_at],
        )

    async def mistyped(self, case: Case) -> bool:
        """Whether the member id is still the wrong one; a day of this seed may have been before."""
        path = f"/registration/coverages/{case.who.coverages[0]}"
        shown = await self._floor.ask("look at card", self._apis, "GET", path, at=case.who.at)
        return str(shown.json()["membership"]["member_id"]).startswith(MISTYPED)

    async def correct_coverage(self, case: Case) -> None:
        """Types the member id again, as it stands on the card."""
        path = f"/registration/coverages/{case.who.coverages[0]}"
        body = {"membership": case.patient.coverages[0].membership}
        key = f"card-{case.visit.number}"
        await self._floor.ask("correct coverage", self._apis, "PATCH", path, body, key=key)

    async def cancel(self, case: Case) -> None:
        """The patient asked."""
        body, key = {"reason": "patient-asked"}, f"cancel-{case.visit.number}"
        path = f"{case.path}/cancellation"
        case.seen(await self._floor.ask("cancel", self._apis, "POST", path, body, key=key))

    async def reschedule(self, case: Case) -> None:
        """Moves the appointment to a later time of the same provider."""
        later = self._opens + timedelta(minutes=case.visit.minute + LATER * VISIT_MINUTES)
        for tried in range(TRIES):
            body = {"start": await self._free(case, later)}
            key = f"move-{case.visit.number}-{tried}"
            try:
                answer = await self._floor.ask(
                    "reschedule", self._apis, "PUT", f"{case.path}/slot", body, key=key
                )
            except Refusal as refusal:
                if refusal.code != "time-taken":
                    raise
                self._floor.outcome.refuse("reschedule", refusal)
                continue
            case.seen(answer)
            return
        raise TimeoutError(f"nothing could be moved in {TRIES} tries")

    async def _free(self, case: Case, wanted: datetime) -> str:
        """The first free time from then on, by the clock on the wall."""
        first = self._floor.clock.now().astimezone(self._zone).date()
        wish = self._wish(case)
        asked = {name: wish[f"{name}_id"] for name in ("practitioner", "location", "visit_type")}
        query = urlencode(
            {f"{name}_id": id for name, id in asked.items()}
            | {"from": first.isoformat(), "days": 2, "limit": TIMES, "step": VISIT_MINUTES}
        )
        path = f"/scheduling/free-times?{query}"
        answer = await self._floor.ask("find a time", self._apis, "GET", path)
        times: Sequence[Mapping[str, Any]] = answer.json()["items"]
        if not times:
            raise TimeoutError("no time is free")
        late = (one for one in times if datetime.fromisoformat(one["start"]) >= wanted)
        return str(next(late, times[-1])["local_start"])

    def _wish(self, case: Case) -> dict[str, Any]:
        basis = BASES.get(case.visit.turn)
        return {
            "patient_id": case.who.id,
            "visit_type_id": self._floor.opened.visit_types[VISIT],
            "practitioner_id": case.provider,
            "location_id": self._floor.opened.locations[0],
            **({"payment": {"basis": basis}} if basis else {}),
        }

    async def _booked(
        self, case: Case, body: Mapping[str, Any], again: str = ""
    ) -> Mapping[str, Any]:
        """Books, once: also where the button is clicked twice, or no answer comes back."""
        floor, turn = self._floor, case.visit.turn
        key = f"book-{case.visit.number}-{again or body['start']}"
        if turn is Turn.LOST_CONNECTION:
            await floor.cut_off(self._apis, APPOINTMENTS, body, key, at=case.who.at)

        async def once() -> Mapping[str, Any]:
            answer = await floor.ask(
                "book", self._apis, "POST", APPOINTMENTS, body, key=key, at=case.who.at
            )
            return {"id": made_as(answer), "at": answer.json()["at"]}

        if turn is not Turn.DOUBLE_CLICK:
            return await once()
        answers = await asyncio.gather(once(), once())
        same = answers[0]["id"] == answers[1]["id"]
        floor.outcome.expect(same, f"visit {case.visit.number}: a double click booked twice")
        return answers[0]


def _mistyped(patient: Patient) -> Patient:
    """With a member id that no payer knows."""
    first, *others = patient.coverages
    card = {**first.membership, "member_id": MISTYPED + first.membership["member_id"]}
    return replace(patient, coverages=(replace(first, membership=card), *others))


def _spelled(local: datetime) -> str:
    return local.strftime("%Y-%m-%dT%H:%M")
