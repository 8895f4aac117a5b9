"""How a visit has to end, whatever happened in between: looked up at each service."""

from collections.abc import Mapping
from typing import Any

from daybook.simulators.practice.booking import Case
from daybook.simulators.practice.floor import Floor
from daybook.simulators.practice.plan import Turn

UNSEEN = {
    Turn.NO_SHOW: "no-show",
    Turn.CANCELLED: "cancelled",
    Turn.LEFT_UNSEEN: "left-unseen",
}
"""The states in which visits end that nobody was seen in; all others are done."""


async def check(floor: Floor, case: Case) -> None:
    """Notes in the outcome what is not as it should be."""
    staff, turn = floor.staff, case.visit.turn
    asked = f"/ehr/patients/{case.who.id}/encounters"
    at = [case.shown_at]
    appointment = (await floor.ask("look again", staff.desk, "GET", case.path, at=at)).json()
    opened = (await floor.ask("look again", staff.nurse, "GET", asked)).json()["items"]
    account = f"/billing/accounts/{case.who.id}"
    owed = (await floor.ask("look again", staff.biller, "GET", account)).json()
    encounters = [one for one in opened if one["appointment_id"] == case.appointment]
    claims = [one for one in owed["claims"] if case.encounter in one["encounter_ids"]]
    charges = [
        one for one in owed["visits"] if one["encounter_id"] == case.encounter and one["charge"]
    ]
    state = UNSEEN.get(turn, "done")
    floor.outcome.ended[appointment["state"]] += 1

    def expect(holds: bool, what: str) -> None:
        floor.outcome.expect(holds, f"visit {case.visit.number} ({turn}): {what}")

    expect(appointment["state"] == state, f"it is {appointment['state']}, and not {state}")
    if turn in UNSEEN:
        wanted = int(turn is Turn.LEFT_UNSEEN)
        expect(len(encounters) == wanted, f"it has {len(encounters)} encounters")
        expect(not claims and not charges, "somebody is to pay for it")
        return
    expect(len(encounters) == 1, f"it has {len(encounters)} encounters")
    expect(len(charges) == 1, f"it was charged {len(charges)} times")
    expect(len(claims) == case.insured, f"it has {len(claims)} claims")
    for claim in claims:
        _check_claim(claim, expect)


def _check_claim(claim: Mapping[str, Any], expect: Any) -> None:
    codes = ", ".join(one["code"] for one in claim["edits"])
    expect(claim["state"] == "ready", f"its claim is {claim['state']}: {codes}")
