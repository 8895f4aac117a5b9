"""A name is corrected at the desk, and everybody who shows it shows the new one."""

import asyncio
from collections.abc import Mapping
from typing import Any

from daybook.simulators.practice.booking import Case
from daybook.simulators.practice.floor import Floor

CORRECTED = "registration.patient-demographics-corrected"


class Correcting:
    """Corrects a patient's name, and looks where it is shown."""

    def __init__(self, floor: Floor, case: Case) -> None:
        self._floor, self._case = floor, case
        self._new = dict(case.patient.body["demographics"]["names"][0])

    async def correct(self) -> None:
        """Corrects it, and waits for the five services."""
        floor, id, desk = self._floor, self._case.who.id, self._floor.staff.desk
        path = f"/registration/patients/{id}"
        told = (await floor.ask("look again", desk, "GET", path)).json()["demographics"]
        if told["names"][0]["family"] == self._new["family"]:
            # Else an earlier day of this seed changed it, and it is changed back.
            self._new["family"] += "-Reed"
        body = {"demographics": {"names": [self._new]}}
        key = f"{floor.prefix}-name-{self._case.visit.number}"
        with floor.outcome.timed("name seen in all five"):
            answer = await floor.ask("correct name", desk, "PATCH", path, body, key=key)
            at = [answer.json()["at"]]
            await asyncio.gather(
                *(
                    floor.seen(f"name in {service}", apis, path, self._shown, at=at)
                    for service, apis, path in (
                        ("registration", desk, path),
                        ("scheduling", desk, self._case.path),
                        ("eligibility", desk, f"/eligibility/patients/{id}/coverages"),
                        ("ehr", floor.staff.nurse, f"/ehr/patients/{id}"),
                        ("billing", floor.staff.biller, f"/billing/accounts/{id}"),
                    )
                )
            )

    async def followed(self, claim_id: str) -> None:
        """Waits until the draft shows the new name and names why, and the signed note is listed."""
        floor, path = self._floor, f"/billing/claims/{claim_id}/lineage"
        family = self._new["family"]
        step, biller = "claim follows name", floor.staff.biller
        await floor.seen(step, biller, path, lambda shown: bool(because(shown, family)))
        path = f"/ehr/patients/{self._case.who.id}/touched"
        note = self._case.note
        await floor.seen(
            "note listed as touched",
            floor.staff.nurse,
            path,
            lambda shown: any(one["note"]["id"] == note for one in shown["items"]),
        )

    def _shown(self, shown: Any) -> bool:
        return self._new["family"] in str(shown)


def because(lineage: Mapping[str, Any], family: str) -> list[Mapping[str, Any]]:
    """The fields of a claim that show the family name because it was corrected."""
    return [
        one
        for one in lineage["fields"]
        if one["at"].startswith("/patient/name")
        and family in str(one["value"])
        and one["source"]["type"] == CORRECTED
    ]
