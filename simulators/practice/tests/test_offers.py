"""What a practice offers: bodies the services take, fees for whatever a day does."""

from uuid import UUID

from daybook.billing.domain.fees import PublishFeeSchedule, check
from daybook.scheduling.domain.availability import SetAvailability
from daybook.scheduling.domain.visit_type import DefineVisitType
from daybook.simulators.practice import offers
from daybook.simulators.practice.plan import REASONS, VISIT_MINUTES
from daybook.simulators.practice.population import practice


def test_every_body_is_one_the_services_take() -> None:
    kinds = [DefineVisitType.model_validate(body) for body in offers.visit_types()]
    assert {kind.name: kind.minutes for kind in kinds}[offers.VISIT] == VISIT_MINUTES
    check(PublishFeeSchedule.model_validate(offers.fee_schedule("2025-01-01")).fees)
    for hours in offers.HOURS:
        windows = offers.windows(hours, str(UUID(int=1)))
        assert SetAvailability.model_validate({"windows": windows}).windows


def test_whatever_a_day_does_has_a_fee() -> None:
    done = {code for reason in REASONS for code, *_ in reason.lines}
    assert done <= {code for code, _ in offers.FEES}


def test_the_first_location_never_closes() -> None:
    assert {weekday for weekday, *_ in offers.HOURS[0]} == set(range(7))


def test_more_practitioners_leave_everything_else_as_it_is() -> None:
    small, large = practice(7), practice(7, more=6)
    assert large.practitioners[: len(small.practitioners)] == small.practitioners
    assert large.patients == small.patients
    joined = large.practitioners[len(small.practitioners) :]
    assert [one.roles[0].supervisor for one in joined] == [None, None, 0, None, None, 0]
    assert {one.location for one in joined} == {0}
    assert len({one.body["npi"] for one in large.practitioners}) == len(large.practitioners)
