"""What a plan promises: shares, limits and rules, derived from the seed and the plan's name.

Amounts are US cents, shares of coinsurance hundredths of a per cent (2000 is 20 %).
"""

from dataclasses import dataclass
from enum import StrEnum

from daybook.simulators.payer.members.chance import choice, number
from daybook.simulators.payer.members.services import PREVENTIVE, Service


class Network(StrEnum):
    """Whether a provider has a contract with the payer (EB12)."""

    INSIDE = "Y"
    OUTSIDE = "N"


@dataclass(frozen=True, slots=True)
class Terms:
    """The patient's share in or out of network; a `most` of None means that nothing caps it."""

    deductible: int
    family_deductible: int
    most: int | None
    family_most: int | None
    coinsurance: int
    copays: tuple[tuple[Service, int], ...] = ()

    def copay(self, service: Service) -> int | None:
        return dict(self.copays).get(service)


@dataclass(frozen=True, slots=True)
class Design:
    """A plan.

    `kind` is its claim filing indicator (SBR09); `own_ids` whether each person has a member id, or
    all of a family the subscriber's; `limits` are visits a year; `forwards` whether claims go on to
    the next payer by themselves.
    """

    plan: str
    kind: str
    inside: Terms
    outside: Terms | None
    own_ids: bool
    authorised: frozenset[Service]
    excluded: frozenset[Service]
    limits: tuple[tuple[Service, int], ...]
    forwards: bool

    def terms(self, network: Network) -> Terms | None:
        """None where the plan does not cover what is out of network."""
        return self.inside if network is Network.INSIDE else self.outside

    def limit(self, service: Service) -> int | None:
        return dict(self.limits).get(service)


_ONLY_INSIDE = frozenset({"HM", "16", "14"})
_PUBLIC = frozenset({"MB", "MC"})


def design(seed: int, plan: str, kind: str) -> Design:
    """The design of a plan; the same seed, name and kind always give the same one."""
    if kind in _PUBLIC:
        return _public(plan, kind)
    deductible = choice((500_00, 1_000_00, 1_500_00, 2_000_00), seed, plan, "deductible")
    most = deductible * choice((3, 4), seed, plan, "most")
    visit = choice((15_00, 20_00, 25_00, 30_00), seed, plan, "visit")
    inside = Terms(
        deductible=deductible,
        family_deductible=2 * deductible,
        most=most,
        family_most=2 * most,
        coinsurance=choice((1000, 2000, 3000), seed, plan, "coinsurance"),
        copays=(
            (Service.OFFICE_VISIT, visit),
            (Service.MENTAL_HEALTH, visit),
            (Service.PHYSICAL_THERAPY, visit + 15_00),
        ),
    )
    outside = Terms(2 * deductible, 4 * deductible, 2 * most, 4 * most, inside.coinsurance + 2000)
    return Design(
        plan=plan,
        kind=kind,
        inside=inside,
        outside=None if kind in _ONLY_INSIDE else outside,
        # A plan with a closed network has none, so every world with one has dependants.
        own_ids=kind not in _ONLY_INSIDE and number(2, seed, plan, "own ids") == 0,
        authorised=frozenset({Service.IMAGING, Service.SURGICAL}),
        excluded=frozenset({Service.VISION}),
        limits=((Service.PHYSICAL_THERAPY, choice((12, 20, 30), seed, plan, "limit")),),
        forwards=False,
    )


def _public(plan: str, kind: str) -> Design:
    """One deductible, a fifth of the rest, no copay, no cap; every person has an id."""
    terms = Terms(250_00, 250_00, None, None, 2000)
    return Design(
        plan=plan,
        kind=kind,
        inside=terms,
        outside=terms,
        own_ids=True,
        authorised=frozenset(),
        excluded=frozenset({Service.VISION, Service.ROUTINE_PHYSICAL}),
        limits=(),
        forwards=True,
    )


def is_free(design: Design, service: Service, network: Network) -> bool:
    """Whether a service has no share at all."""
    return network is Network.INSIDE and service in PREVENTIVE - design.excluded
