"""The population as a file: whoever reads it finds everybody it names."""

from pathlib import Path

from daybook.simulators.practice.file import document, write
from daybook.simulators.practice.population import practice

MANY = practice(11, patients=120)


def test_every_coverage_names_people_a_payer_and_a_plan_of_the_file() -> None:
    said = document(MANY, 11)
    people = {one["id"] for one in said["people"]}
    plans = {
        (tuple(payer["identifiers"].items()), plan["name"])
        for payer in said["payers"]
        for plan in payer["plans"]
    }
    assert len(people) == len(said["people"]) > 120
    for one in said["coverages"]:
        assert {one["member"], one["subscriber"]} <= people
        assert (tuple(one["payer"].items()), one["plan"]) in plans
        assert (one["relationship"] == "self") == (one["member"] == one["subscriber"])


def test_the_same_seed_gives_the_same_bytes_and_another_others(tmp_path: Path) -> None:
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        write(practice(seed, patients=30), seed, tmp_path / name)
    a, b, c = ((tmp_path / name).read_bytes() for name in "abc")
    assert a == b != c


def test_more_patients_leave_the_first_ones_as_they_are() -> None:
    assert MANY.patients[:40] == practice(11).patients
