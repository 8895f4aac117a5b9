"""Somebody who pays for care, and how they are called in each transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import ConfigDict, Field

from daybook.events.event import Event, Value
from daybook.events.practice import PayerAddress, PayerListed
from daybook.events.values import Text, Whole
from daybook.practice.domain.again import again, known
from daybook.runtime.writing import Decision, Refused, Take

EXTERNAL = "external-payer"
NAME = "payer-name"

TRANSACTIONS = frozenset({"270", "276", "278", "837P", "837I", "837D", "835"})
"""The X12 transactions of HIPAA a payer has an id in (45 CFR 162, subparts K to R)."""


class ListPayer(Value):
    """Lists somebody who pays for care."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Blue Sky Health",
                    "addresses": [
                        {"transaction": "270", "clearinghouse": "main", "payer_identifier": "BSKY1"}
                    ],
                    "filing_days": 180,
                    "appeal_days": 90,
                }
            ]
        }
    )

    name: Text
    addresses: tuple[PayerAddress, ...] = Field(default=(), max_length=50)
    filing_days: Whole | None = Field(default=None, ge=1, le=3650)
    appeal_days: Whole | None = Field(default=None, ge=1, le=3650)


@dataclass(frozen=True, slots=True)
class Payer:
    """A payer as the events tell."""

    said: PayerListed


def evolve(payer: Payer | None, event: Event) -> Payer:
    """The payer after an event."""
    if isinstance(event, PayerListed):
        return Payer(event)
    raise ValueError(f"{event.wire.name} does not belong to a payer")


def list_payer(payer_id: UUID, command: ListPayer, known_as: Sequence[str] = ()) -> Decision:
    """Lists a payer; `known_as` are the names foreign systems have for it."""
    event = listed(payer_id, command, known_as)
    external = tuple(Take(EXTERNAL, name) for name in known_as)
    return Decision((event,), takes=(take_name(command.name), *external))


def list_again(payer: Payer | None, command: ListPayer) -> Decision:
    """Says in full what a payer is; foreign systems know it as before. Raises NotFound, Refused."""
    before = known("payer", payer).said
    after = listed(before.payer_id, command, before.known_as)
    return again(before, after, (take_name(before.name),), (take_name(after.name),))


def listed(payer_id: UUID, command: ListPayer, known_as: Sequence[str]) -> PayerListed:
    """What the command says. Raises Refused for addresses that cannot be."""
    check_addresses(command.addresses)
    return PayerListed(
        payer_id=payer_id,
        name=command.name,
        known_as=tuple(known_as),
        addresses=command.addresses,
        filing_days=command.filing_days,
        appeal_days=command.appeal_days,
    )


def take_name(name: str) -> Take:
    """Names that differ only in case or spacing are one payer's."""
    return Take(NAME, " ".join(name.split()).casefold())


def check_addresses(addresses: Sequence[PayerAddress]) -> None:
    """Raises Refused for a transaction that is none, or two ids for one use."""
    seen = set()
    for n, address in enumerate(addresses):
        if address.transaction not in TRANSACTIONS:
            known = ", ".join(sorted(TRANSACTIONS))
            raise Refused(
                "unknown-transaction", f"must be one of {known}", f"/addresses/{n}/transaction"
            )
        use = address.transaction, address.clearinghouse.casefold()
        if use in seen:
            raise Refused(
                "address-twice",
                "the payer has one id for a transaction at a clearinghouse; leave one of them out",
                f"/addresses/{n}",
            )
        seen.add(use)
