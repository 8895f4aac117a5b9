"""The report of a day: what is counted, and what is wrong."""

import json

from daybook.simulators.practice.asking import Refusal
from daybook.simulators.practice.outcome import Outcome, spread


def test_spread_tells_half_and_nearly_all() -> None:
    told = spread([n / 1000 for n in range(1, 101)])
    assert told == {"count": 100, "p50": 51.0, "p99": 100.0, "most": 100.0}
    assert spread([0.25]) == {"count": 1, "p50": 250.0, "p99": 250.0, "most": 250.0}


def test_a_step_is_kept_where_it_came_to_its_end() -> None:
    ticks = iter([1.0, 1.5, 2.0])
    outcome = Outcome(lambda: next(ticks))
    with outcome.timed("book"):
        pass
    try:
        with outcome.timed("book"):
            raise TimeoutError
    except TimeoutError:
        pass
    assert outcome.took == {"book": [0.5]}


def test_what_is_wrong_is_told_and_what_was_refused_is_counted() -> None:
    outcome = Outcome(lambda: 0.0)
    taken = Refusal("scheduling", 409, {"code": "time-taken"})
    outcome.refuse("book", taken)
    outcome.refuse("book", taken)
    outcome.expect(True, "fine")
    assert outcome.document()["ok"]
    outcome.expect(False, "visit 3 (late): it has 2 claims")
    report = json.loads(json.dumps(outcome.document()))
    assert (report["ok"], report["wrong"]) == (False, ["visit 3 (late): it has 2 claims"])
    assert report["refused"] == [
        {"step": "book", "service": "scheduling", "code": "time-taken", "times": 2}
    ]
