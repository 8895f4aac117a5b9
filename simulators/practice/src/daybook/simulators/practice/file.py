"""A population as a file, for whoever plays its payers: people, coverages, payers, plans.

One JSON object. `people` are everybody a coverage names, each with an id of the file's own; a
coverage names its member and its subscriber by that id, its payer by the identifier of 270 and
837P transactions, its plan by name. Dates are ISO 8601.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from daybook.simulators.practice.population import SINCE, Body, Patient, Payer, Practice

FORMAT = "daybook-population"
VERSION = 1


def document(practice: Practice, seed: int) -> Mapping[str, Any]:
    """The population of a practice as JSON has it."""
    members = [_member(n, one, practice) for n, one in enumerate(practice.patients)]
    return {
        "format": FORMAT,
        "version": VERSION,
        "seed": seed,
        "payers": [_payer(one) for one in practice.payers],
        "people": [person for people, _ in members for person in people],
        "coverages": [coverage for _, coverages in members for coverage in coverages],
    }


def write(practice: Practice, seed: int, path: Path) -> None:
    """Writes it; the same seed gives the same bytes."""
    path.write_text(json.dumps(document(practice, seed), indent=1) + "\n", "utf-8")


def _payer(payer: Payer) -> Mapping[str, Any]:
    return {
        "name": payer.body["name"],
        "identifiers": _identifiers(payer),
        "filing_days": payer.body["filing_days"],
        "plans": [{"name": plan["name"], "kind": plan["kind"]} for plan in payer.plans],
    }


def _identifiers(payer: Payer) -> Mapping[str, str]:
    return {one["transaction"]: one["payer_identifier"] for one in payer.body["addresses"]}


def _member(n: int, patient: Patient, practice: Practice) -> tuple[list[Body], list[Body]]:
    """The people one patient brings in, and their coverages."""
    own, beside = f"patient-{n}", f"related-{n}"
    demographics = patient.body["demographics"]
    people = [_person(own, {**demographics, "name": demographics["names"][0]})]
    if patient.related is not None:
        people.append(_person(beside, patient.related["details"]))
    return people, list(_coverages(patient, practice, own, beside))


def _coverages(patient: Patient, practice: Practice, own: str, beside: str) -> Iterator[Body]:
    for coverage in patient.coverages:
        payer = practice.payers[coverage.payer]
        yield {
            "member": own,
            "subscriber": beside if coverage.subscriber else own,
            "relationship": coverage.relationship,
            "payer": _identifiers(payer),
            "plan": payer.plans[coverage.plan]["name"],
            "member_id": coverage.membership["member_id"],
            "group_number": coverage.membership["group_number"],
            "start": SINCE,
            "end": None,
        }


def _person(id: str, said: Body) -> Body:
    home = said.get("addresses", [said.get("address")])[0]
    return {
        "id": id,
        "given": said["name"]["given"],
        "family": said["name"]["family"],
        "birth_date": said["birth_date"],
        "sex": said["administrative_sex"],
        "address": home,
    }
