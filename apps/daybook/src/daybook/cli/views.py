"""How each service shows a patient, and which of what was said it may keep."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Answer = Mapping[str, Any]

UNTOLD = {"id", "version", "on", "next", "patient_id", "person_id", "payer_id", "plan_id", "since"}
"""Fields that say nothing of a patient by themselves."""
SPREAD = {"demographics", "terms", "membership", "details"}
"""Parts whose fields are told as if they were the whole's."""
PARTS = {"coverages", "items", "guarantor", "guarantors", "related_persons", "subscriber"}
"""Parts that are told with their fields."""
SAID = {"items": "coverages"}


@dataclass(frozen=True, slots=True)
class View:
    """A service, the paths of what it shows of a patient, and where the name and payers are."""

    service: str
    paths: Sequence[str]
    name: Callable[[Answer], Answer | None]
    payers: Callable[[Answer], Sequence[str]]


def _of_coverages(answer: Answer) -> list[str]:
    return [one["payer_id"] for one in answer["coverages"]]


VIEWS = (
    View(
        "registration",
        ("/registration/patients/{id}", "/registration/patients/{id}/coverages"),
        lambda answer: answer["demographics"]["names"][0],
        lambda answer: [one["terms"]["payer_id"] for one in answer["items"]],
    ),
    View(
        "scheduling",
        ("/scheduling/patients/{id}",),
        lambda answer: answer["name"],
        _of_coverages,
    ),
    View(
        "eligibility",
        ("/eligibility/patients/{id}/coverages",),
        lambda answer: answer["items"][0]["patient"]["name"] if answer["items"] else None,
        lambda answer: [one["payer"]["id"] for one in answer["items"]],
    ),
    View("ehr", ("/ehr/patients/{id}",), lambda answer: answer["names"][0], _of_coverages),
    View("billing", ("/billing/accounts/{id}",), lambda answer: answer["name"], _of_coverages),
)

KEEPERS: Mapping[str, frozenset[str]] = {
    "mrn": frozenset({"registration", "ehr"}),
    "birth date": frozenset({"registration", "scheduling", "eligibility", "ehr", "billing"}),
    "phone": frozenset({"registration", "scheduling"}),
    "email": frozenset({"registration"}),
    "street": frozenset({"registration", "billing"}),
    "member id": frozenset({"registration", "eligibility", "billing"}),
    "guarantor": frozenset({"registration", "ehr", "billing"}),
}
"""Who keeps what: a service has of a patient what its work needs, and no more (decision 19)."""


def told(answer: Answer) -> list[str]:
    """The fields an answer has something in, as one reads them aloud."""
    found: list[str] = []
    for key, value in answer.items():
        if key in UNTOLD or value in (None, [], {}, False):
            continue
        if key in SPREAD:
            found += told(value)
        elif key in PARTS:
            first = value[0] if isinstance(value, list) else value
            fields = ", ".join(told(first))
            said = SAID.get(key, key).replace("_", " ")
            found.append(f"{said} ({fields})" if fields else said)
        else:
            found.append(key.replace("_", " "))
    return found


def aloud(name: Answer | None) -> str:
    """A name as one reads it; empty where there is none."""
    return " ".join([*name["given"], name["family"]]) if name else ""
