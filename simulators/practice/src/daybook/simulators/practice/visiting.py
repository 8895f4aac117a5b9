"""In the room: arrived, roomed, measured, seen, noted, signed, coded, released, charged."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import Any

from daybook.simulators.practice.asking import Apis, Refusal
from daybook.simulators.practice.booking import Case
from daybook.simulators.practice.floor import Floor
from daybook.simulators.practice.opening import made_as
from daybook.simulators.practice.plan import Turn

VITALS = (("8480-6", "126", "mm[Hg]"), ("8462-4", "78", "mm[Hg]"), ("8867-4", "72", "/min"))
"""Blood pressure and heart rate, by LOINC code and UCUM unit."""
NOTE = (
    ("subjective", "Comes as planned."),
    ("assessment", "As coded."),
    ("plan", "Goes on as before; back if it does not get better."),
)
COSIGNATURE = "cosignature-missing"


class Visiting:
    """What desk, nurse, clinician and biller do for one visit, from the arrival on."""

    def __init__(self, floor: Floor, case: Case) -> None:
        self._floor, self._case = floor, case
        self._staff = floor.staff

    async def arrive(self) -> None:
        """The patient is there, and the chart opens."""
        case, path = self._case, f"{self._case.path}/arrival"
        if case.visit.turn is Turn.DOUBLE_CLICK:
            await self._clicked_twice(path)
        else:
            await self._ask("arrive", self._staff.desk, "POST", path)

    async def chart_opens(self) -> None:
        """Waits for the encounter that the arrival opens."""
        path = f"/ehr/patients/{self._case.who.id}/encounters"
        shown = await self._floor.seen(
            "chart open", self._staff.nurse, path, lambda shown: bool(self._mine(shown))
        )
        self._case.encounter = self._mine(shown)[0]["id"]

    async def room(self) -> None:
        """The nurse takes the patient to a room: the encounter starts."""
        rooms = self._floor.opened.rooms
        body = {"room_id": rooms[self._case.visit.number % (len(rooms) - 1)]}
        await self._ask("room", self._staff.nurse, "POST", f"{self._case.path}/rooming", body)

    async def leave(self) -> None:
        """The patient leaves before anybody saw them."""
        path = f"{self._case.path}/leaving"
        self._case.seen(await self._ask("leave unseen", self._staff.desk, "POST", path))

    async def measure(self) -> None:
        """The nurse takes vitals."""
        taken = self._floor.clock.now().astimezone(UTC) - timedelta(seconds=5)
        said = [{"loinc": loinc, "value": value, "unit": unit} for loinc, value, unit in VITALS]
        body = {"taken_at": taken.isoformat(), "vitals": said}
        await self._ask("vitals", self._staff.nurse, "POST", f"{self._encounter}/vitals", body)

    async def join(self) -> None:
        """The provider comes in."""
        path = f"{self._case.path}/provider"
        await self._ask("provider joins", await self._provider(), "POST", path)

    async def note(self) -> None:
        """The provider writes a note and signs it; who supervises them co-signs."""
        provider = await self._provider()
        sections = [{"heading": heading, "text": text} for heading, text in NOTE]
        body = {"template": "soap", "sections": sections}
        answer = await self._ask("note", provider, "POST", f"{self._encounter}/notes", body)
        self._case.note = made_as(answer)
        path, seen = f"{self._noted}/signature", {"revision": 1}
        if self._case.visit.turn is Turn.LOST_CONNECTION:
            await self._floor.cut_off(provider, path, seen, self._key("sign"))
        await self._ask("sign", provider, "POST", path, seen)

    async def code(self) -> None:
        """The provider says what the visit was for, and what was done."""
        reason = self._case.visit.reason
        body = {
            "diagnoses": [{"code": code} for code in reason.diagnoses],
            "lines": [
                {"code": code, "units": units, "pointers": list(pointers)}
                for code, units, pointers in reason.lines
            ],
        }
        await self._ask("code", await self._provider(), "PUT", f"{self._encounter}/coding", body)

    async def release(self) -> None:
        """The provider lets the visit go to billing, once it shows nothing missing."""
        provider = await self._provider()
        shown = await self._floor.seen(
            "ready to release",
            provider,
            self._encounter,
            lambda shown: {one["code"] for one in shown["missing"]} <= {COSIGNATURE},
        )
        for one in shown["missing"]:
            supervisor = await self._staff.clinician(one["cosigner_id"])
            await self._ask("co-sign", supervisor, "POST", f"{self._noted}/cosignature")
        await self._ask("release", provider, "POST", f"{self._encounter}/release")

    async def finish(self) -> None:
        """The patient leaves, having been seen."""
        path = f"{self._case.path}/completion"
        self._case.seen(await self._ask("done", self._staff.desk, "POST", path))

    async def billed(self) -> Mapping[str, Any]:
        """Waits for the charge, and for the claim where a payer is asked; the account."""
        encounter = self._case.encounter

        def there(account: Mapping[str, Any]) -> bool:
            visit = next((v for v in account["visits"] if v["encounter_id"] == encounter), None)
            claimed = any(encounter in one["encounter_ids"] for one in account["claims"])
            return bool(visit and visit["charge"]) and claimed >= self._case.insured

        path = f"/billing/accounts/{self._case.who.id}"
        step = "claim drafted" if self._case.insured else "balance due"
        account: Mapping[str, Any] = await self._floor.seen(step, self._staff.biller, path, there)
        return account

    async def status(self, status: str) -> None:
        """Waits until the encounter is in this status."""
        await self._floor.seen(
            f"encounter {status}",
            self._staff.nurse,
            self._encounter,
            lambda shown: shown["status"] == status,
        )

    @property
    def _encounter(self) -> str:
        return f"/ehr/encounters/{self._case.encounter}"

    @property
    def _noted(self) -> str:
        return f"{self._encounter}/notes/{self._case.note}"

    def _mine(self, shown: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        wanted = self._case.appointment
        return [one for one in shown["items"] if one["appointment_id"] == wanted]

    async def _provider(self) -> Apis:
        return await self._staff.clinician(self._case.provider)

    def _key(self, step: str) -> str:
        return f"{step}-{self._case.visit.number}"

    async def _ask(
        self, step: str, apis: Apis, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> Any:
        return await self._floor.ask(step, apis, method, path, body, key=self._key(step))

    async def _clicked_twice(self, path: str) -> None:
        """Two requests without a key: one is taken, the other told that it was too late."""

        async def click() -> str:
            try:
                await self._floor.ask("arrive", self._staff.desk, "POST", path)
            except Refusal as refusal:
                self._floor.outcome.refuse("arrive", refusal)
                return str(refusal.code)
            return "taken"

        codes = sorted(await asyncio.gather(click(), click()))
        clear = codes in (["taken", "wrong-state"], ["changed-meanwhile", "taken"])
        what = f"visit {self._case.visit.number}: clicked twice, answered {' and '.join(codes)}"
        self._floor.outcome.expect(clear, what)
