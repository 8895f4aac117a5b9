"""A patient's account as it is answered."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field
from sqlalchemy import RowMapping

from daybook.billing.answers import examples
from daybook.billing.answers.claims import Answer, ClaimSummary, summary
from daybook.billing.domain.choosing import pays_alone
from daybook.billing.domain.facts import address_on
from daybook.billing.queries import Account
from daybook.events.covering import holding
from daybook.events.values import Address, HumanName, Money, PaymentBasis


class GuarantorAnswer(Answer):
    """Who answers for the account: the patient where `person_id` is null.

    `since` is null where nobody was assigned yet, so that it is the patient by default.
    """

    person_id: UUID | None
    relationship: str | None
    name: HumanName | None
    address: Address | None
    since: date | None


class CoverageAnswer(Answer):
    """A coverage that may be billed; names are null until payer and plan are known here."""

    id: UUID
    version: int
    payer_id: UUID
    payer_name: str | None
    plan_id: UUID | None
    plan_name: str | None
    member_id: str | None
    filing_days: int | None = Field(description="From the date of service; null where not known")
    starts: date | None
    last_day: date | None


class VisitAnswer(Answer):
    """A visit and what it costs: `charge` is null until it is released, and while lines wait for a
    fee, as many as `unpriced` says."""

    encounter_id: UUID
    date_of_service: date
    status: str = Field(examples=["open", "started", "released", "unseen"])
    payment_basis: PaymentBasis
    charge: Money | None
    unpriced: int


class BalanceAnswer(Answer):
    """What the patient owes by themselves: for the visits that no payer is told of.

    `unpriced_visits` of those have no price yet, and are not in it.
    """

    amount: Money
    unpriced_visits: int


class AccountAnswer(Answer):
    """A patient's account on a day; what was said of an erased person is null."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "patient_id": "0192f7a0-0000-7000-8000-000000000001",
                    "version": 1,
                    "on": "2026-03-02",
                    "name": {"use": "legal", "family": "O'Brien", "given": ["Ana"]},
                    "birth_date": "1984-03-09",
                    "address": {
                        "lines": ["12 Main Street"],
                        "city": "Boston",
                        "state": "MA",
                        "postal_code": "02108",
                    },
                    **examples.ON_ACCOUNT,
                    "deceased": False,
                    "guarantor": {
                        "person_id": "0192f7a0-0000-7000-8000-0000000000b3",
                        "relationship": "MTH",
                        "name": {"family": "O'Brien", "given": ["Maeve"]},
                        "address": {
                            "lines": ["12 Main Street"],
                            "city": "Boston",
                            "state": "MA",
                            "postal_code": "02108",
                        },
                        "since": "2026-01-01",
                    },
                    "coverages": [
                        {
                            "id": "0192f7a0-0000-7000-8000-0000000000c1",
                            "version": 1,
                            "payer_id": "0192f7a0-0000-7000-8000-0000000000b1",
                            "payer_name": "Blue Sky Health",
                            "plan_id": "0192f7a0-0000-7000-8000-0000000000b2",
                            "plan_name": "Blue Sky Gold",
                            "member_id": "W123456789-02",
                            "filing_days": 180,
                            "starts": "2026-01-01",
                            "last_day": "2026-12-31",
                        }
                    ],
                }
            ]
        }
    )

    patient_id: UUID
    version: int = Field(description="Of the patient, as in the ETag")
    on: date
    name: HumanName | None
    birth_date: str | None
    address: Address | None = Field(description="That day's: home first")
    deceased: bool
    guarantor: GuarantorAnswer
    coverages: tuple[CoverageAnswer, ...] = Field(description="In force that day, in order")
    visits: tuple[VisitAnswer, ...]
    balance: BalanceAnswer
    claims: tuple[ClaimSummary, ...]


def account(found: Account) -> AccountAnswer:
    row = found.row
    address = address_on(row["addresses"], found.on)
    return AccountAnswer.model_validate(
        {
            **{name: row[name] for name in ("patient_id", "name", "birth_date", "deceased")},
            "version": row["stream_version"],
            "on": found.on,
            "address": address,
            "guarantor": _guarantor(row, found.on, address),
            "coverages": [{**one, "version": one["stream_version"]} for one in found.coverages],
            "visits": [
                {**one, "charge": one["total"], "unpriced": one["unpriced"] or 0}
                for one in found.visits
            ],
            "balance": _balance(found.visits),
            "claims": [summary(one) for one in found.claims],
        }
    )


def _balance(visits: Sequence[RowMapping]) -> BalanceAnswer:
    own = [one for one in visits if pays_alone(PaymentBasis(one["payment_basis"]))]
    cents = sum(one["total"]["cents"] for one in own if one["total"])
    waiting = sum(1 for one in own if one["unpriced"])
    return BalanceAnswer(amount=Money(cents=cents), unpriced_visits=waiting)


def _guarantor(row: RowMapping, on: date, address: Address | None) -> dict[str, Any]:
    said = holding(row["guarantors"], on)
    since = said and said["effective_from"]
    if said is None or said["person_id"] is None:
        patient = {"name": row["name"], "address": address, "relationship": None}
        return {"person_id": None, "since": since, **patient}
    unknown = {"relationship": None, "name": None, "address": None}
    person = row["related"].get(said["person_id"], unknown)
    return {"person_id": said["person_id"], "since": since, **person}
