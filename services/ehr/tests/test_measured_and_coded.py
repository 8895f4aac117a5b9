"""Vitals, coding and the chart's lists: what cannot be is refused, and where."""

from datetime import date, timedelta
from typing import Any

import pytest

from daybook.ehr.adapters.icd10cm import load
from daybook.ehr.domain import coding, lists, vitals
from daybook.ehr.domain.coding import CodeEncounter
from daybook.ehr.domain.lists import (
    RecordAllergy,
    RecordImmunization,
    RecordMedication,
    RecordProblem,
)
from daybook.ehr.domain.vitals import MEASURES, RecordVitals
from daybook.events.ehr import EncounterCoded, EncounterReleased, VitalsRecorded
from daybook.runtime.writing import Conflict, NotFound

from .given import DAY, IDS, NOON, NOTE, OTHER, PATIENT, SETTING, TABLE, given, opened, refusal


def taken(*measured: tuple[str, str, str], late: int = 0) -> RecordVitals:
    said = [{"loinc": loinc, "value": value, "unit": unit} for loinc, value, unit in measured]
    return RecordVitals.model_validate({"taken_at": NOON + timedelta(seconds=late), "vitals": said})


GOOD = taken(
    ("8310-5", "37.2", "Cel"),
    ("8867-4", "72", "/min"),
    ("8480-6", "128", "mm[Hg]"),
    ("8462-4", "82", "mm[Hg]"),
    ("29463-7", "154.3", "[lb_av]"),
)


def test_vitals_are_recorded_and_said_again_under_their_id() -> None:
    (event,) = vitals.record(given(opened()), NOTE, GOOD, NOON).events
    assert isinstance(event, VitalsRecorded)
    assert (event.vitals_id, event.vitals) == (NOTE, GOOD.vitals)
    state = given(opened(), event)
    assert vitals.replace_vitals(state, NOTE, GOOD, NOON).events == ()
    mended = taken(("8310-5", "38.2", "Cel"))
    (again,) = vitals.replace_vitals(state, NOTE, mended, NOON).events
    assert isinstance(again, VitalsRecorded)
    assert again.vitals == mended.vitals
    with refusal("vitals-not-found", kind=NotFound):
        vitals.replace_vitals(state, OTHER, GOOD, NOON)


@pytest.mark.parametrize(
    ("measured", "code", "pointer"),
    [
        ([("8310-5", "98.6", "Cel")], "vital-impossible", "/vitals/0/value"),
        ([("8310-5", "37.2", "[degF]")], "vital-impossible", "/vitals/0/value"),
        ([("8867-4", "-1", "/min")], "vital-impossible", "/vitals/0/value"),
        ([("59408-5", "100.1", "%")], "vital-impossible", "/vitals/0/value"),
        ([("8310-5", "37", "K")], "vital-unit", "/vitals/0/unit"),
        ([("29463-7", "70", "lb")], "vital-unit", "/vitals/0/unit"),
        ([("8867-4", "70", "/min"), ("1-8", "1", "g")], "unknown-vital", "/vitals/1/loinc"),
        ([("8867-4", "70", "/min")] * 2, "vital-twice", "/vitals/1/loinc"),
        (
            [("8462-4", "128", "mm[Hg]"), ("8480-6", "82", "mm[Hg]")],
            "diastolic-above-systolic",
            "/vitals/0/value",
        ),
        (
            [("8480-6", "82", "mm[Hg]"), ("8462-4", "82.0", "mm[Hg]")],
            "diastolic-above-systolic",
            "/vitals/1/value",
        ),
    ],
)
def test_what_cannot_be_measured_is_refused(measured: Any, code: str, pointer: str) -> None:
    with refusal(code, pointer):
        vitals.record(given(opened()), NOTE, taken(*measured), NOON)


def test_what_is_measured_tomorrow_is_refused_and_every_bound_is_an_order() -> None:
    with refusal("taken-in-future", "/taken_at"):
        vitals.record(given(opened()), NOTE, taken(("8867-4", "70", "/min"), late=1), NOON)
    with refusal("taken-before-visit", "/taken_at"):
        old = taken(("8867-4", "70", "/min"), late=-33 * 86_400)
        vitals.record(given(opened()), NOTE, old, NOON)
    state = given(opened())
    for loinc, measure in MEASURES.items():
        for unit, bounds in measure.units.items():
            for bound in bounds:
                assert vitals.record(state, NOTE, taken((loinc, bound, unit)), NOON).events


def coding_of(diagnoses: list[Any], lines: list[Any] | None = None) -> CodeEncounter:
    usual = [{"code": "99213", "modifiers": ["25"], "pointers": [1]}]
    said = [one if isinstance(one, dict) else {"code": one} for one in diagnoses]
    return CodeEncounter.model_validate(
        {"diagnoses": said, "lines": usual if lines is None else lines}
    )


def test_a_coding_has_the_edition_of_its_day() -> None:
    (event,) = coding.code(given(opened()), coding_of(["J02.9", "I10"]), TABLE).events
    assert isinstance(event, EncounterCoded)
    assert event.coding is not None
    told = [(one.code, one.edition) for one in event.coding.diagnoses]
    assert told == [("J02.9", "2026"), ("I10", "2026")]
    assert coding.code(given(opened(), event), coding_of(["J02.9", "I10"]), TABLE).events == ()
    earlier = opened(SETTING.model_copy(update={"date_of_service": date(2025, 9, 30)}))
    with refusal("unknown-code", "/diagnoses/0/code"):
        coding.code(given(earlier), coding_of(["I10"]), TABLE)
    later = opened(SETTING.model_copy(update={"date_of_service": date(2027, 5, 1)}))
    (event,) = coding.code(given(later), coding_of(["I10"]), TABLE).events
    assert event.coding.diagnoses[0].edition == "2026"  # type: ignore[attr-defined]
    before = opened(SETTING.model_copy(update={"date_of_service": date(2024, 9, 30)}))
    with refusal("no-edition", "/diagnoses/0/code"):
        coding.code(given(before), coding_of(["E11.9"]), TABLE)


@pytest.mark.parametrize(
    ("diagnoses", "lines", "code", "pointer"),
    [
        (["I10", "J99.99"], None, "unknown-code", "/diagnoses/1/code"),
        (["i10"], None, "code-misspelled", "/diagnoses/0/code"),
        (["J029"], None, "code-misspelled", "/diagnoses/0/code"),
        (["J02"], None, "code-not-billable", "/diagnoses/0/code"),
        (["S52.521"], None, "code-not-billable", "/diagnoses/0/code"),
        ([{"code": "I10", "edition": "2025"}], None, "another-edition", "/diagnoses/0/code"),
        (["I10", "I10"], None, "diagnosis-twice", "/diagnoses/1/code"),
        (["I10"], [{"code": "ABCDE", "pointers": [1]}], "service-code", "/lines/0/code"),
        (
            ["I10"],
            [{"code": "99213", "pointers": [2]}],
            "pointer-to-nothing",
            "/lines/0/pointers/0",
        ),
        (["I10"], [{"code": "J3301", "pointers": [1, 1]}], "pointer-twice", "/lines/0/pointers/1"),
        (
            ["I10"],
            [{"code": "99213", "pointers": [1], "modifiers": ["25", "25"]}],
            "modifier-twice",
            "/lines/0/modifiers",
        ),
    ],
)
def test_a_wrong_coding_says_where(
    diagnoses: list[Any], lines: list[Any] | None, code: str, pointer: str
) -> None:
    with refusal(code, pointer):
        coding.code(given(opened()), coding_of(diagnoses, lines), TABLE)


def test_after_release_nothing_is_coded() -> None:
    released = EncounterReleased(**IDS, setting=SETTING)
    with refusal("encounter-released", kind=Conflict):
        coding.code(given(opened(), released), coding_of(["I10"]), TABLE)


def test_the_published_table_knows_headers_from_codes() -> None:
    table = load()
    newest = table.editions[-1]
    for code in ("I10", "E11.9", "J02.9", "S52.521A", "Z00.00", "C7A.00", "U07.1"):
        assert newest.has(code), code
        assert newest.billable(code), code
    for header in ("E11", "J02", "S52.521", "Z00.0", "C7A"):
        assert newest.has(header), header
        assert not newest.billable(header), header
    for none in ("A00-A09", "E11.99", "1", "", "E119.9", "Z99.9Ä"):
        assert not newest.billable(none), none


def test_an_entry_is_said_anew_under_its_id() -> None:
    said = RecordProblem.model_validate({"problem": {"code": "E11", "onset": "2019-04"}})
    event = lists.problem(NOTE, PATIENT, said, TABLE, DAY)
    assert event.problem is not None
    assert (event.problem.diagnosis.code, event.problem.diagnosis.edition) == ("E11", "2026")
    entry = lists.evolve(None, event)
    assert lists.record(entry, event).events == ()
    over = event.model_copy(update={"status": "resolved"})
    assert lists.record(entry, over).events == (over,)
    for wrong in (event.model_copy(update={"patient_id": OTHER}),):
        with refusal("entry-not-found", kind=NotFound):
            lists.record(entry, wrong)
    with refusal("entry-not-found", kind=NotFound):
        lists.record(None, event)


def test_entries_of_other_days_and_codes_are_refused() -> None:
    def problem(**said: str) -> None:
        command = RecordProblem.model_validate({"problem": {"code": "E11.9", **said}})
        lists.problem(NOTE, PATIENT, command, TABLE, DAY)

    with refusal("unknown-code", "/problem/code"):
        problem(code="E99.9")
    with refusal("in-the-future", "/problem/onset"):
        problem(onset="2026-04")
    with refusal("no-such-day", "/problem/onset"):
        problem(onset="2025-02-30")
    with refusal("ends-before-it-begins", "/problem/resolved"):
        problem(onset="2020", resolved="2019-12-31")
    problem(onset="2026", resolved="2026-03-09")
    given_late = {"immunization": {"cvx": "140", "given_on": "2026-03-10"}}
    with refusal("in-the-future", "/immunization/given_on"):
        lists.immunization(NOTE, PATIENT, RecordImmunization.model_validate(given_late), DAY)
    declined = {"immunization": {"cvx": "140", "given_on": "2026", "reason_not_done": "declined"}}
    with refusal("reason-but-done", "/immunization/reason_not_done"):
        lists.immunization(NOTE, PATIENT, RecordImmunization.model_validate(declined), DAY)
    never = {"medication": {"drug": "x", "stopped": "2026-02-30"}}
    with refusal("no-such-day", "/medication/stopped"):
        lists.medication(NOTE, PATIENT, RecordMedication.model_validate(never), DAY)
    ended = {"medication": {"drug": "x", "started": "2026-02", "stopped": "2026-01"}}
    with refusal("ends-before-it-begins", "/medication/stopped"):
        lists.medication(NOTE, PATIENT, RecordMedication.model_validate(ended), DAY)
    bare = {"allergy": {"substance": "Latex", "code": "111088007"}}
    with refusal("system-needed", "/allergy/system"):
        lists.allergy(NOTE, PATIENT, RecordAllergy.model_validate(bare))
