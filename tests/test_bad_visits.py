"""What cannot be in a visit is refused: what is wrong, where, and what to do, without an echo."""

import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import pytest
import pytest_asyncio

from daybook.runtime.testing import Databases

from .furnishing import Furnished, done, furnished, made, sent
from .platform import PATIENTS, Platform, platform
from .refusals import MRN, NAME, NOBODY, Logged, refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

SOAP = [{"heading": "assessment", "text": "Well."}, {"heading": "plan", "text": "Rest."}]
SCHEDULES, APPOINTMENTS = "/billing/fee-schedules", "/scheduling/appointments"
FEES = [{"code": "99213", "amount": {"cents": 12500}}]


@dataclass(frozen=True, slots=True)
class Scene:
    """A practice, a visit that was cancelled, one that is booked, and one being documented."""

    at: Furnished
    elsewhere: str
    theirs: str
    cancelled: str
    booked: str
    encounter: str
    signed: str

    def coded(self, line: dict[str, Any] | None = None, **diagnosis: str) -> "Asked":
        said = {"code": "99213", "pointers": [1], **(line or {})}
        found = {"code": "J02.9", **diagnosis}
        return Asked("PUT", f"{self.encounter}/coding", {"diagnoses": [found], "lines": [said]})

    def measured(self, **vital: str) -> "Asked":
        said = {"loinc": "8867-4", "value": "72", "unit": "/min", **vital}
        body = {"taken_at": datetime.now(UTC).isoformat(), "vitals": [said]}
        return Asked("POST", f"{self.encounter}/vitals", body)

    def opened(self, day: Any) -> "Asked":
        who = {"patient_id": self.at.patient, "rendering_id": self.at.assistant}
        body = {**who, "location_id": self.at.location, "date_of_service": day}
        return Asked("POST", "/ehr/encounters", body)

    def booking(self, **said: Any) -> "Asked":
        return Asked("POST", APPOINTMENTS, self.at.booking(**said))

    def hours(self, *windows: dict[str, str]) -> "Asked":
        usual = {"weekday": 1, "start": "09:00", "end": "12:00", "location_id": self.at.location}
        path = f"/scheduling/practitioners/{self.at.doctor}/availability"
        return Asked("PUT", path, {"windows": [{**usual, **said} for said in windows]})


class Asked(NamedTuple):
    """A request that is to be refused."""

    method: str
    path: str
    json: Any = None


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def practice(databases: Databases) -> AsyncIterator[Platform]:
    async with platform(databases) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(practice: Platform) -> Scene:
    at = await furnished(practice)
    other = await made(practice, PATIENTS, {"demographics": {"names": [{"family": NAME}]}})
    card = {"terms": {"payer_id": at.payer}, "membership": {"member_id": MRN}}
    place = {"name": "Elm", "time_zone": "America/Chicago", "place_of_service": "11"}
    place["organization_id"] = at.organization
    cancelled = await made(practice, APPOINTMENTS, at.booking())
    await done(practice, "POST", f"{APPOINTMENTS}/{cancelled}/cancellation", {"reason": "weather"})
    who = {"patient_id": at.patient, "location_id": at.location, "rendering_id": at.assistant}
    encounter = f"/ehr/encounters/{await made(practice, '/ehr/encounters', who)}"
    await done(practice, "PUT", f"{encounter}/start")
    body = {"template": "soap", "sections": SOAP}
    note = (await done(practice, "POST", f"{encounter}/notes", body)).headers["Location"]
    await done(practice, "POST", f"{note}/signature", {"revision": 1}, by=at.assistant)
    fees = {"name": "Fees", "period": {"start": "2026-01-01", "end": "2026-12-31"}, "fees": FEES}
    await done(practice, "POST", SCHEDULES, fees)
    return Scene(
        at=at,
        elsewhere=await made(practice, "/practice/locations", place),
        theirs=await made(practice, f"{PATIENTS}/{other}/coverages", card),
        cancelled=f"{APPOINTMENTS}/{cancelled}",
        booked=f"{APPOINTMENTS}/{await made(practice, APPOINTMENTS, at.booking())}",
        encounter=encounter,
        signed=note,
    )


def gap() -> str:
    """Half past two of the night in which the clocks of Chicago go forward, within three years."""
    march = date(datetime.now(UTC).year + 1, 3, 1)
    return f"{march + timedelta(days=(6 - march.weekday()) % 7 + 7)}T02:30"


def tomorrow() -> str:
    return f"{(datetime.now(UTC) + timedelta(days=2)).date()}"


Case = tuple[Callable[[Scene], Asked], int, str, str, str]
BOOKING: list[Case] = [
    (lambda s: s.booking(start=gap()), 422, "no-such-time", "/start", "nearest"),
    (lambda s: s.booking(start="2027-02-30T10:00"), 422, "no-such-date", "/start", "calendar"),
    (lambda s: s.booking(start="2020-01-06T10:00"), 422, "day-passed", "/start", "passed"),
    (lambda s: s.booking(later=True), 422, "not-twice", "/later", "leave `later` out"),
    (lambda s: s.booking(later=1), 422, "invalid", "/later", "true or false"),
    (lambda s: s.booking(minutes="20"), 422, "invalid", "/minutes", "whole number"),
    (lambda s: s.booking(patient_id=NOBODY), 422, "unknown-patient", "/patient_id", "register"),
    (lambda s: s.booking(payment={"coverage_ids": [s.theirs]}), 422, "unknown-coverage",
     "/payment/coverage_ids/0", "patient"),
    (lambda s: s.booking(visit_type_id=NOBODY), 422, "unknown-visit-type", "/visit_type_id", "id"),
    (lambda s: s.booking(reason=NAME), 409, "time-taken", "/start", "time"),
    (lambda s: Asked("POST", f"{s.cancelled}/arrival"), 409, "wrong-state", "", "cancelled"),
    (lambda s: Asked("POST", f"{s.booked}/arrival"), 409, "not-today", "", "day"),
    (lambda s: Asked("POST", f"{s.booked}/rooming", {}), 409, "wrong-state", "", "arrival"),
    (lambda s: Asked("POST", f"{s.booked}/no-show"), 409, "not-yet", "", "begun"),
    (lambda s: s.hours({}, {"start": "11:00", "end": "13:00", "location_id": s.elsewhere}), 422,
     "two-places-at-once", "/windows/1", "overlap"),
    (lambda s: s.hours({"start": "13:00"}), 422, "ends-before-start", "/windows/0/end", "end"),
    (lambda s: s.hours({"start": "25:00"}), 422, "invalid", "/windows/0/start", "pattern"),
    (lambda s: s.hours({"location_id": NOBODY}), 422, "unknown-location",
     "/windows/0/location_id", "location"),
]  # fmt: skip
DOCUMENTING: list[Case] = [
    (lambda s: s.opened(tomorrow()), 422, "date-of-service-future", "/date_of_service", "book it"),
    (lambda s: s.opened(0), 422, "invalid", "/date_of_service", "as in 2001-02-03"),
    (lambda s: s.opened("1741478400"), 422, "invalid", "/date_of_service", "as in 2001-02-03"),
    (lambda s: s.measured(value="900"), 422, "vital-impossible", "/vitals/0/value", "check"),
    (lambda s: s.measured(unit="mm[Hg]"), 422, "vital-unit", "/vitals/0/unit", "/min"),
    (lambda s: s.measured(loinc="9999-9"), 422, "unknown-vital", "/vitals/0/loinc", "8867-4"),
    (lambda s: s.coded(code="A99.9"), 422, "unknown-code", "/diagnoses/0/code", "look it up"),
    (lambda s: s.coded(code="J02"), 422, "code-not-billable", "/diagnoses/0/code", "specific"),
    (lambda s: s.coded(edition="2020"), 422, "another-edition", "/diagnoses/0/code", "leave"),
    (lambda s: s.coded({"code": "99A13"}), 422, "service-code", "/lines/0/code", "CPT"),
    (lambda s: s.coded({"modifiers": ["25", "59", "76", "77", "LT"]}), 422, "invalid",
     "/lines/0/modifiers", "at most 4"),
    (lambda s: s.coded({"modifiers": ["25", "25"]}), 422, "modifier-twice",
     "/lines/0/modifiers", "once"),
    (lambda s: s.coded({"pointers": [2]}), 422, "pointer-to-nothing",
     "/lines/0/pointers/0", "1 to 1"),
    (lambda s: s.coded({"pointers": []}), 422, "invalid", "/lines/0/pointers", "empty"),
    (lambda s: Asked("POST", f"{s.signed}/signature", {"revision": 1}), 409, "note-signed", "",
     "add an addendum"),
    (lambda s: Asked("PUT", s.signed, {"revision": 1, "sections": SOAP}), 409, "note-signed", "",
     "add an addendum"),
    (lambda s: Asked("POST", f"{s.signed}/cosignature"), 409, "cosigns-self", "", "supervisor"),
    (lambda s: Asked("POST", f"{s.encounter}/release"), 409, "release-not-ready", "", "co-sign"),
]  # fmt: skip
BILLING: list[Case] = [
    (lambda s: Asked("POST", SCHEDULES, {"name": "Again", "fees": FEES}), 409,
     "fee-schedules-overlap", "", "end that one first"),
    (lambda s: Asked("POST", SCHEDULES, {"name": "Twice", "fees": [*FEES, *FEES]}), 422,
     "fee-twice", "/fees/1", "earlier"),
    (lambda s: Asked("GET", "/billing/claims?due_by=0"), 422, "invalid", "?due_by", "date"),
    (lambda s: Asked("POST", f"/billing/claims/{NOBODY}/submit", {}), 404, "claim-not-found", "",
     "no claim"),
    (lambda s: Asked("GET", "/scheduling/days/0"), 422, "invalid", "{date}", "2001-02-03"),
    (lambda s: Asked("POST", f"/eligibility/coverages/{s.theirs}/inquiries", {"on": 0}), 422,
     "invalid", "/on", "2001-02-03"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "status", "code", "pointer", "remedy"), [*BOOKING, *DOCUMENTING, *BILLING]
)
async def test_what_cannot_be_in_a_visit_is_refused(
    practice: Platform,
    scene: Scene,
    caplog: Logged,
    said: Callable[[Scene], Asked],
    status: int,
    code: str,
    pointer: str,
    remedy: str,
) -> None:
    caplog.set_level(logging.INFO)
    answer = await sent(practice, *said(scene), by=scene.at.assistant)
    refused(answer, caplog, status, code, pointer)
    problem = answer.json()
    told = [problem["detail"], *(error["detail"] for error in problem.get("errors", ()))]
    assert any(remedy in one for one in told), told
