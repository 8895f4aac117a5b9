"""The payers, their plans and their members: all that stands when the office opens."""

from dataclasses import dataclass

from daybook.simulators.payer.members.chance import choice, digits, number
from daybook.simulators.payer.members.designs import Design, Network
from daybook.simulators.payer.members.roll import Membership, Roll
from daybook.simulators.payer.payers import Payer


@dataclass(frozen=True, slots=True)
class World:
    """All of it. `designs` by (payer, plan); `outside` are the NPIs no payer has a contract with.

    A provider is known to every payer; who is paid by cheque, and which payer is how generous, is
    chance by `seed`.
    """

    seed: int
    payers: tuple[Payer, ...]
    designs: dict[tuple[str, str], Design]
    roll: Roll
    outside: frozenset[str] = frozenset()

    def payer(self, identifier: str) -> Payer | None:
        """The payer an identifier of any transaction means."""
        return next((one for one in self.payers if one.is_called(identifier)), None)

    def named(self, name: str) -> Payer:
        """A payer by its name; raises KeyError where there is none."""
        return {one.name: one for one in self.payers}[name]

    def design(self, membership: Membership) -> Design:
        return self.designs[membership.payer, membership.plan]

    def network(self, npi: str) -> Network:
        return Network.OUTSIDE if npi in self.outside else Network.INSIDE


_CITIES = (("Albany", "NY", "12207"), ("Hartford", "CT", "06103"), ("Omaha", "NE", "68102"))


def listed(
    seed: int, name: str, identifiers: tuple[tuple[str, str], ...], filing_days: int
) -> Payer:
    """A payer with what nobody said of it: tax id, address, bank."""
    city, state, code = choice(_CITIES, seed, name, "city")
    return Payer(
        name=name,
        identifiers=identifiers,
        tax_id=digits(9, seed, name, "tax id"),
        street=f"{1 + number(900, seed, name, 'street')} Assurance Square",
        city=city,
        state=state,
        postal_code=code,
        phone=f"800555{100 + number(100, seed, name, 'phone'):04}",
        routing=_routing(seed, name),
        account=digits(8, seed, name, "account"),
        filing_days=filing_days,
    )


def _routing(seed: int, name: str) -> str:
    """A routing number whose check digit is right (ABA: weights 3, 7, 1, a multiple of ten)."""
    # 00 is the government's own and 13 to 20 belong to no Federal Reserve district.
    stem = f"{13 + number(8, seed, name, 'district')}{digits(6, seed, name, 'bank')}"
    total = sum(
        int(one) * weight for one, weight in zip(stem, (3, 7, 1, 3, 7, 1, 3, 7), strict=True)
    )
    return f"{stem}{-total % 10}"
