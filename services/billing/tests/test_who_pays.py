"""Which of a patient's coverages a visit's claim asks, in which order, and in whose name."""

from datetime import date

import pytest

from daybook.events.registration import CoverageEnded
from daybook.events.values import Money

from .given import (
    COVERAGE,
    DAY,
    MOTHER,
    PATIENT,
    SECOND,
    around,
    books,
    covered,
    everything,
    linked,
    registered,
    released,
    renamed,
)
from .telling import codes, drafted, source, told


def test_the_name_as_the_payer_has_it_stays() -> None:
    said = covered(membership={"name_at_payer": {"family": "Zyxx", "given": ["Ana"]}})
    found = books(*around(), registered(), said, released(), renamed("Yxz"))
    assert told(found, "/patient/name/family") == "Zyxx"
    assert source(found, "/patient/name") == "registration.coverage-recorded"
    assert len(found.drafts) == 1


def test_a_coverage_that_ended_before_the_visit_is_not_asked() -> None:
    ended = CoverageEnded(coverage_id=COVERAGE, patient_id=PATIENT, last_day=date(2026, 3, 8))
    assert codes(books(*everything(), ended)) == {"coverage-missing"}
    last = ended.model_copy(update={"last_day": DAY})
    assert codes(books(*everything(), last)) == set()


def test_coverages_chosen_for_the_visit_come_first_and_in_their_order() -> None:
    both = [covered(), covered(SECOND, membership={"member_id": "B2"})]
    chosen = released(coverage_ids=(SECOND, COVERAGE))
    found = books(*around(), registered(), *both, chosen)
    assert [one["id"] for one in told(found, "/coverages")] == [str(SECOND), str(COVERAGE)]
    assert source(found, "/coverages/0/id") == "ehr.encounter-released"
    ended = CoverageEnded(coverage_id=SECOND, patient_id=PATIENT, last_day=date(2026, 3, 8))
    found = books(*around(), registered(), *both, ended, chosen)
    assert [one["id"] for one in told(found, "/coverages")] == [str(COVERAGE)]
    found = books(*around(), registered(), covered(), chosen)
    assert codes(found) == {"coverage-unknown"}


def test_who_has_a_member_id_of_their_own_is_the_subscriber() -> None:
    terms = {"relationship": "child", "subscriber_id": MOTHER}
    own = covered(terms=terms, membership={"subscriber_number": "S1"})
    found = books(*around(), registered(), linked(), own, released())
    assert told(found, "/coverages/0/relationship") == "self"
    assert (told(found, "/coverages/0/member_id"), told(found, "/subscriber")) == ("A1", None)

    shared = covered(terms=terms, membership={"member_id": "S1", "subscriber_number": "S1"})
    found = books(*around(), registered(), linked(), shared, released())
    assert told(found, "/coverages/0/relationship") == "child"
    assert told(found, "/subscriber/name/family") == "Wvu"
    assert drafted(found).subscriber_id == MOTHER
    unlinked = books(*around(), registered(), shared, released())
    assert codes(unlinked) == {"subscriber-unknown"}
    erased = linked().model_copy(update={"details": None, "relationship": None})
    found = books(*around(), registered(), erased, shared, released())
    assert (drafted(found).subscriber, codes(found)) == (None, {"subscriber-unknown"})


@pytest.mark.parametrize("basis", ["self-pay", "restricted"])
def test_what_the_patient_pays_alone_is_told_to_no_payer(basis: str) -> None:
    found = books(*around(), registered(), covered(), released(payment_basis=basis))
    assert found.claim is None
    assert found.charged is not None
    assert (found.charged.total, found.charged.payer_id) == (Money(cents=16500), None)


@pytest.mark.parametrize(
    ("basis", "type"), [("workers-compensation", "95"), ("auto", "AUTOPOL"), ("auto", "961")]
)
def test_an_injury_asks_a_coverage_of_its_kind_and_waits_for_one(basis: str, type: str) -> None:
    visit = released(payment_basis=basis)
    assert codes(books(*around(), registered(), covered(), visit)) == {"coverage-missing"}
    injury = covered(SECOND, terms={"type": type})
    found = books(*around(), registered(), covered(), injury, visit)
    assert [one["id"] for one in told(found, "/coverages")] == [str(SECOND)]
    ordinary = books(*around(), registered(), covered(), injury, released())
    assert [one["id"] for one in told(ordinary, "/coverages")] == [str(COVERAGE)]
