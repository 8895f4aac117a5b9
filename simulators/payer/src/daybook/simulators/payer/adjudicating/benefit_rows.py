"""A plan's promises as benefit rows (2110C/D EB), as payers really write them.

Some are hard to read on purpose: two copays of one service told apart by a message, a limit only in
words, what is left beside the whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from daybook.simulators.payer.adjudicating.accumulating import Met
from daybook.simulators.payer.asking import BenefitRow, OtherPayer
from daybook.simulators.payer.members.designs import Design, Network, Terms, is_free
from daybook.simulators.payer.members.roll import Membership
from daybook.simulators.payer.members.services import Service
from daybook.simulators.payer.members.world import World

_ALL = "30"
_YEAR, _LEFT = "23", "29"
_TELEHEALTH = "02"
_SPECIALIST = 20_00
_INSURANCE = {"12": "PR", "HM": "HM", "MB": "MB", "MC": "MC", "CI": "C1", "13": "PS", "14": "EP"}


def inactive(design: Design) -> tuple[BenefitRow, ...]:
    return (BenefitRow("6", service_types=(_ALL,), plan=design.plan),)


def active(
    design: Design, met: Mapping[Network, Met], asked: Sequence[str]
) -> tuple[BenefitRow, ...]:
    """The rows of a plan in force; a service type no plan knows is answered as 30 (1.4.7)."""
    services = [one for one in Service if one.value in asked] or list(Service)
    covered = [one for one in services if one not in design.excluded]
    excluded = [one for one in services if one in design.excluded]
    types = (_ALL, *covered) if len(services) == len(Service) else tuple(covered)
    rows = []
    if covered:
        insurance = _INSURANCE.get(design.kind, "OT")
        rows.append(BenefitRow("1", "IND", _plain(types), insurance, design.plan))
    if excluded:
        rows.append(BenefitRow("I", service_types=_plain(excluded)))
    for network, so_far in met.items():
        terms = design.terms(network)
        if terms and covered:
            rows += _yearly(terms, so_far, network)
            rows += _shares(design, terms, covered, network)
    rows += _limits(design, covered)
    return tuple(rows)


def other_payers(
    world: World, before: Sequence[Membership], after: Sequence[Membership]
) -> tuple[BenefitRow, ...]:
    """Who else covers the person: EB*R with the one to ask first (PRP), or next (SEP)."""
    return tuple(
        BenefitRow(
            "R",
            service_types=(_ALL,),
            other_payer=OtherPayer(
                role, one.payer, world.named(one.payer).identifier("270"), one.member_id
            ),
        )
        for role, several in (("PRP", before), ("SEP", after))
        for one in several
    )


def _plain(types: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(one) for one in types)


def _yearly(terms: Terms, met: Met, network: Network) -> Iterator[BenefitRow]:
    """Deductible and out-of-pocket, of the person and the family, the year's and what is left."""
    amounts = [
        ("C", "IND", terms.deductible, met.deductible),
        ("C", "FAM", terms.family_deductible, met.family_deductible),
    ]
    if terms.most is not None and terms.family_most is not None:
        amounts += [
            ("G", "IND", terms.most, met.pocket),
            ("G", "FAM", terms.family_most, met.family_pocket),
        ]
    for kind, level, whole, done in amounts:
        for period, cents in ((_YEAR, whole), (_LEFT, max(0, whole - done))):
            yield BenefitRow(
                kind, level, (_ALL,), period=period, cents=cents, in_network=network.value
            )


def _shares(
    design: Design, terms: Terms, covered: Sequence[Service], network: Network
) -> Iterator[BenefitRow]:
    for service in covered:
        copay = terms.copay(service)
        row = BenefitRow(
            "A",
            "IND",
            (service.value,),
            fraction=Decimal(terms.coinsurance) / 10_000,
            authorisation="Y" if service in design.authorised else "",
            in_network=network.value,
        )
        if is_free(design, service, network):
            yield BenefitRow("A", "IND", (service.value,), fraction=Decimal(0), in_network="Y")
        elif copay is None:
            yield row
        else:
            yield from _copays(service, copay, network)


def _copays(service: Service, copay: int, network: Network) -> Iterator[BenefitRow]:
    row = BenefitRow("B", "IND", (service.value,), cents=copay, in_network=network.value)
    if service is not Service.OFFICE_VISIT:
        yield row
        return
    # Alike but for the message or the place: a reader that takes any one of them is wrong.
    for cents, message, place in (
        (copay, "PRIMARY CARE PROVIDER", ""),
        (copay + _SPECIALIST, "SPECIALIST", ""),
        (0, "", _TELEHEALTH),
    ):
        yield BenefitRow(
            "B",
            "IND",
            (service.value,),
            cents=cents,
            in_network=network.value,
            messages=(message,) if message else (),
            place=place,
        )


def _limits(design: Design, covered: Sequence[Service]) -> Iterator[BenefitRow]:
    """Visits a year, said in words and nowhere else."""
    for service, visits in design.limits:
        if service in covered:
            message = f"AT MOST {visits} VISITS A CALENDAR YEAR"
            yield BenefitRow("F", "IND", (service.value,), messages=(message,))
