"""A row of a reply to loop 2110 of a 271: the same below a subscriber and below a dependent."""

from typing import Any

from daybook.simulators.payer.asking import BenefitRow, OtherPayer
from daybook.simulators.payer.transactions.parts import dated, money, organization
from daybook.x12.guides.eligibility_answer import (
    DependentBenefit,
    DependentPlaced,
    DependentRelated,
    Placed,
    Related,
    SubscriberBenefit,
)
from daybook.x12.segments.benefit import (
    Benefit,
    FurtherInformation,
    LoopHeader,
    LoopTrailer,
    Message,
)
from daybook.x12.segments.people import Reference


def subscriber_benefit(row: BenefitRow) -> SubscriberBenefit:
    return SubscriberBenefit(
        placed=tuple(Placed(information=one) for one in _places(row)),
        related=tuple(Related(name=_other(one)) for one in _others(row)),
        **_rest(row),
    )


def dependent_benefit(row: BenefitRow) -> DependentBenefit:
    return DependentBenefit(
        placed=tuple(DependentPlaced(information=one) for one in _places(row)),
        related=tuple(DependentRelated(name=_other(one)) for one in _others(row)),
        **_rest(row),
    )


def _rest(row: BenefitRow) -> dict[str, Any]:
    said: dict[str, Any] = {
        "benefit": _benefit(row),
        "dates": tuple(dated(*one) for one in row.dates),
        "messages": tuple(Message(text=one) for one in row.messages),
    }
    if row.other_payer:
        said["header"], said["trailer"] = LoopHeader(loop="2120"), LoopTrailer(loop="2120")
        if row.other_payer.member_id:
            said["references"] = (Reference(qualifier="1W", value=row.other_payer.member_id),)
    return said


def _benefit(row: BenefitRow) -> Benefit:
    return Benefit(
        code=row.kind,
        coverage_level=row.level,
        service_types=row.service_types,
        insurance_type=row.insurance_type,
        plan=row.plan[:50],
        period=row.period,
        amount=money(row.cents),
        percentage=row.fraction,
        quantity_qualifier=row.quantity_qualifier,
        quantity=row.quantity,
        authorization=row.authorisation,
        in_network=row.in_network,
    )


def _places(row: BenefitRow) -> tuple[FurtherInformation, ...]:
    return (FurtherInformation(qualifier="ZZ", code=row.place),) if row.place else ()


def _others(row: BenefitRow) -> tuple[OtherPayer, ...]:
    return (row.other_payer,) if row.other_payer else ()


def _other(payer: OtherPayer) -> Any:
    return organization(payer.role, payer.name, "PI" if payer.payer else "", payer.payer)
