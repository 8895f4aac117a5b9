"""Made-up patients as FHIR R4 NDJSON, for measuring the import and breaking it off.

`fhir_people.py 10000 people.ndjson --coverages` writes patients of about 2 KB, with US Core's
extensions, each followed by a coverage. The same seed and number give the same file.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from daybook.simulators.practice import words

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition"
CDC = "urn:oid:2.16.840.1.113883.6.238"
V2 = "http://terminology.hl7.org/CodeSystem/v2-0203"
PAYERS = tuple(f"Payer {n}" for n in range(1, 9))
RACES = (("2106-3", "White"), ("2054-5", "Black or African American"), ("2028-9", "Asian"))
HOSPITAL = "http://hospital.example.org"

Resource = dict[str, Any]


def people(count: int, seed: int, *, coverages: bool) -> Iterator[Resource]:
    """Patients, each followed by their coverage if they are to have one."""
    random = Random(seed)  # noqa: S311
    for n in range(count):
        id = str(UUID(int=random.getrandbits(128), version=4))
        yield patient(random, id, f"{seed:04}-{n:07}")
        if coverages:
            yield coverage(random, id)


def patient(random: Random, id: str, mrn: str) -> Resource:
    """A US Core patient."""
    family, given = words.family(random), [words.given(random), words.given(random)]
    code, display = random.choice(RACES)
    race = {"system": CDC, "code": code, "display": display}
    born = f"{random.randint(1930, 2025)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
    return {
        "resourceType": "Patient",
        "id": id,
        "meta": {"profile": [f"{US_CORE}/us-core-patient"], "lastUpdated": "2026-01-01T00:00:00Z"},
        "text": {"status": "generated", "div": f"<div>{' '.join(given)} {family}</div>"},
        "extension": [
            {
                "url": f"{US_CORE}/us-core-race",
                "extension": [
                    {"url": "ombCategory", "valueCoding": race},
                    {"url": "text", "valueString": display},
                ],
            },
            {
                "url": f"{US_CORE}/us-core-ethnicity",
                "extension": [
                    {"url": "ombCategory", "valueCoding": {"system": CDC, "code": "2186-5"}},
                    {"url": "text", "valueString": "Not Hispanic or Latino"},
                ],
            },
            {"url": f"{US_CORE}/us-core-birthsex", "valueCode": random.choice("FM")},
        ],
        "identifier": [
            {"system": f"{HOSPITAL}/person", "value": id},
            {
                "type": {"coding": [{"system": V2, "code": "MR", "display": "Medical Record"}]},
                "system": HOSPITAL,
                "value": mrn,
            },
        ],
        "active": True,
        "name": [{"use": "official", "family": family, "given": given}],
        "telecom": [
            {"system": "phone", "value": words.phone(random, "617"), "use": "home"},
            {"system": "phone", "value": words.phone(random, "857"), "use": "mobile"},
        ],
        "gender": random.choice(("female", "male")),
        "birthDate": born,
        "address": [
            {
                "line": [words.street(random)],
                "city": "Boston",
                "state": "MA",
                "postalCode": f"02{random.randint(100, 299)}",
                "country": "US",
            }
        ],
        "maritalStatus": {"text": "Never Married"},
        "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "en"}]}}],
    }


def coverage(random: Random, of: str) -> Resource:
    """A coverage of their own by one of a few payers."""
    return {
        "resourceType": "Coverage",
        "id": str(UUID(int=random.getrandbits(128), version=4)),
        "status": "active",
        "subscriberId": words.digits(random, 9),
        "beneficiary": {"reference": f"Patient/{of}"},
        "relationship": {"coding": [{"code": "self"}]},
        "period": {"start": "2025-01-01"},
        "payor": [{"display": random.choice(PAYERS)}],
        "class": [{"type": {"coding": [{"code": "group"}]}, "value": words.digits(random, 6)}],
    }


def write(path: Path, count: int, seed: int, *, coverages: bool) -> int:
    """Writes the file; its size in bytes."""
    with path.open("w", encoding="utf-8") as file:
        for resource in people(count, seed, coverages=coverages):
            file.write(json.dumps(resource) + "\n")
    return path.stat().st_size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("patients", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--coverages", action="store_true")
    options = parser.parse_args()
    write(options.file, options.patients, options.seed, coverages=options.coverages)


if __name__ == "__main__":
    main()
