"""Eligibility answered: 005010X279A1, who is covered by what on a day."""

from daybook.simulators.payer.adjudicating.accumulating import Accumulators
from daybook.simulators.payer.adjudicating.asked_about import (
    BUSY,
    ELIGIBILITY,
    LATER,
    end_of_month,
    out_of_time,
    whom,
)
from daybook.simulators.payer.adjudicating.benefit_rows import active, inactive, other_payers
from daybook.simulators.payer.asking import EligibilityQuestion, EligibilityReply, Rejection
from daybook.simulators.payer.members.designs import Network
from daybook.simulators.payer.members.roll import Membership
from daybook.simulators.payer.members.world import World
from daybook.simulators.payer.people import SELF, Days


def answer(
    world: World, accumulators: Accumulators, question: EligibilityQuestion
) -> EligibilityReply:
    """The rows of a member on a day, or the rejection."""
    loops = ELIGIBILITY
    loop = loops.dependent if question.dependent else loops.subscriber
    found: Membership | Rejection | None = out_of_time(question.on, question.asked_on, loop)
    found = found or whom(
        world,
        loops,
        question.payer,
        question.provider_npi,
        question.subscriber,
        question.dependent,
    )
    if isinstance(found, Rejection):
        return _rejected(question, found)
    return _answered(world, accumulators, question, found)


def busy(question: EligibilityQuestion) -> EligibilityReply:
    """The payer cannot answer now (AAA 42)."""
    return _rejected(question, Rejection(ELIGIBILITY.payer, BUSY, LATER))


def _rejected(question: EligibilityQuestion, why: Rejection) -> EligibilityReply:
    return EligibilityReply(
        question=question,
        subscriber=question.subscriber,
        dependent=question.dependent,
        relationship=question.relationship,
        rejections=(why,),
    )


def _answered(
    world: World,
    accumulators: Accumulators,
    question: EligibilityQuestion,
    member: Membership,
) -> EligibilityReply:
    day, design = question.on, world.design(member)
    own = member.is_subscriber
    dates = [("346", Days(member.start, member.start))]
    if member.end:
        dates.append(("347", Days(member.end, member.end)))
    if member.covers(day):
        # What is told holds to the end of the month and no longer.
        until = min(end_of_month(day), member.end or end_of_month(day))
        dates.append(("291", Days(day, until)))
        networks = [one for one in Network if design.terms(one)]
        met = {one: accumulators.met(member, day.year, one) for one in networks}
        rows = active(design, met, question.service_types)
    else:
        rows = inactive(design)
    before = world.roll.before(member, day)
    after = world.roll.after(member, day)
    return EligibilityReply(
        question=question,
        subscriber=member.told if own else member.holder_told,
        dependent=None if own else member.told,
        relationship=SELF if own else member.relationship,
        group_number=member.group_number,
        dates=tuple(dates),
        rows=rows + other_payers(world, before, after),
    )
