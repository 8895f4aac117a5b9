"""The small practice of the first start, written through the public APIs like everything else.

Each request carries an Idempotency-Key of its own. Whatever interrupts it, the next start sends
everything again, and what is there already is answered and not written twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from daybook.simulators.practice.asking import Apis
from daybook.simulators.practice.opening import Making, Opened, Opening, made_as, together
from daybook.simulators.practice.population import SINCE, Body, Coverage, Patient, Practice


@dataclass(frozen=True, slots=True)
class Registered:
    """A patient, their coverages in order, and what a reader must have seen to know of them."""

    id: str
    coverages: Sequence[str]
    at: Sequence[str]


class Seeding:
    """Writes a practice down; `step` is called after each request."""

    def __init__(self, apis: Apis, practice: Practice, seed: int, step: Callable[[], None]) -> None:
        self._making, self._practice = Making(apis, f"seed-{seed}", step), practice

    async def run(self) -> None:
        """All of it. Raises an ExceptionGroup of Refusal and Away."""
        opened = await Opening(self._making, self._practice).run()
        await together(
            register(self._making, one, opened, str(n))
            for n, one in enumerate(self._practice.patients)
        )


async def register(making: Making, one: Patient, opened: Opened, item: str) -> Registered:
    """Registers a patient with whoever is beside them, and how they are covered."""
    answer = await making.sent("POST", "/registration/patients", one.body, f"patient-{item}")
    id, at = made_as(answer), answer.json()["at"]
    path = f"/registration/patients/{id}"
    person = None
    if one.related is not None:
        persons = f"{path}/related-persons"
        answer = await making.sent("POST", persons, one.related, f"person-{item}")
        person, at = made_as(answer), answer.json()["at"]
    if one.guaranteed:
        guarantor = {"person_id": person, "effective_from": SINCE}
        answer = await making.sent("PUT", f"{path}/guarantor", guarantor, f"guarantor-{item}")
        at = answer.json()["at"]
    covered = []
    for m, coverage in enumerate(one.coverages):
        body = recorded(coverage, person, opened.payers)
        covered.append(await making.sent("POST", f"{path}/coverages", body, f"coverage-{item}-{m}"))
    seen = (at, *(answer.json()["at"] for answer in covered))
    return Registered(id, [made_as(answer) for answer in covered], seen)


def recorded(
    coverage: Coverage, person: str | None, payers: Sequence[tuple[str, Sequence[str]]]
) -> Body:
    """The body that records a coverage, once payers and persons have their ids."""
    payer_id, plans = payers[coverage.payer]
    terms = {
        "payer_id": payer_id,
        "plan_id": plans[coverage.plan],
        "relationship": coverage.relationship,
        "subscriber_id": person if coverage.subscriber else None,
        "period": {"start": SINCE},
    }
    return {"terms": terms, "membership": coverage.membership}
