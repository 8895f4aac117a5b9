"""Coverages to be verified as they are answered, with the inquiries about them."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from daybook.eligibility.answers.inquiry import INQUIRY, InquiryAnswer, inquiry
from daybook.eligibility.inquiring import Missing, holder_of, missing_of, patient_of
from daybook.eligibility.standing import State
from daybook.events.registration import SubscriberRelationship
from daybook.events.values import HumanName


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class PersonAnswer(Answer):
    """A person as a payer asks for them; null where erased, or not here yet."""

    id: UUID
    name: HumanName | None
    birth_date: str | None
    administrative_sex: str | None


class InquiryAddress(Answer):
    """How the payer is called in transaction 270 at one clearinghouse."""

    clearinghouse: str
    payer_identifier: str


class PayerAnswer(Answer):
    """Who is asked; the name is null until the payer is known here."""

    id: UUID
    name: str | None
    inquiry_addresses: tuple[InquiryAddress, ...]


class PlanAnswer(Answer):
    """The payer's product; the name is null until the plan is known here."""

    id: UUID
    name: str | None


class CoverageAnswer(Answer):
    """A coverage to be verified.

    `subscriber` is whom the payer is asked about: the patient where `relationship` is self or they
    have a member id of their own, else who holds the policy. `relationship` is to the holder.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0192f7a0-0000-7000-8000-0000000000c1",
                    "version": 1,
                    "patient": {
                        "id": "0192f7a0-0000-7000-8000-000000000001",
                        "name": {"use": "legal", "family": "O'Brien", "given": ["Ana"]},
                        "birth_date": "1984-03-09",
                        "administrative_sex": "female",
                    },
                    "deceased": False,
                    "subscriber": {
                        "id": "0192f7a0-0000-7000-8000-0000000000b3",
                        "name": {"family": "O'Brien", "given": ["Maeve"]},
                        "birth_date": "1958",
                        "administrative_sex": "female",
                    },
                    "relationship": "child",
                    "payer": {
                        "id": "0192f7a0-0000-7000-8000-0000000000b1",
                        "name": "Blue Sky Health",
                        "inquiry_addresses": [
                            {"clearinghouse": "main", "payer_identifier": "BSKY1"}
                        ],
                    },
                    "plan": {"id": "0192f7a0-0000-7000-8000-0000000000b2", "name": "Blue Sky Gold"},
                    "member_id": "W123456789",
                    "subscriber_number": "W123456789",
                    "group_number": "G9",
                    "name_at_payer": {"family": "Obrien", "given": ["Ana"]},
                    "starts": "2026-01-01",
                    "last_day": "2026-12-31",
                    "missing": [],
                    "state": "active",
                    "inquiries": [INQUIRY],
                }
            ]
        }
    )

    id: UUID
    version: int = Field(description="Of the coverage, as in the ETag")
    patient: PersonAnswer
    deceased: bool
    subscriber: PersonAnswer
    relationship: SubscriberRelationship
    payer: PayerAnswer
    plan: PlanAnswer | None
    member_id: str | None
    subscriber_number: str | None = Field(description="The holder's, where the member's is another")
    group_number: str | None
    name_at_payer: HumanName | None
    starts: date | None
    last_day: date | None
    missing: tuple[Missing, ...] = Field(description="What an inquiry (270) would lack")
    state: State = Field(description="Of what was asked last; `unverified` where nothing was")
    inquiries: tuple[InquiryAnswer, ...] = Field(description="The last ones, the latest first")


class CoveragesAnswer(Answer):
    """The coverages of a patient that are in force on a day, in the order they are asked."""

    patient_id: UUID
    version: int = Field(description="Of the patient, as in the ETag")
    on: date
    items: tuple[CoverageAnswer, ...]
    next: None = None


def coverage(row: RowMapping, asked: Sequence[RowMapping]) -> CoverageAnswer:
    """A coverage as queries joins it, with the inquiries about it, the latest first."""
    patient = patient_of(row)
    subscriber = holder_of(row) or patient
    addresses = row["inquiry_addresses"] or []
    lacking = missing_of(row)
    named = (
        "member_id",
        "subscriber_number",
        "group_number",
        "name_at_payer",
        "relationship",
        "starts",
        "last_day",
    )
    return CoverageAnswer.model_validate(
        {
            "id": row["id"],
            "version": row["stream_version"],
            "patient": patient,
            "deceased": bool(row["deceased"]),
            "subscriber": subscriber,
            "payer": {
                "id": row["payer_id"],
                "name": row["payer_name"],
                "inquiry_addresses": addresses,
            },
            "plan": row["plan_id"] and {"id": row["plan_id"], "name": row["plan_name"]},
            **{name: row[name] for name in named},
            "missing": tuple(lacking),
            "state": asked[0]["state"] if asked else State.UNVERIFIED,
            "inquiries": tuple(inquiry(one) for one in asked),
        }
    )


def coverages(
    patient: RowMapping,
    on: date,
    covered: Sequence[RowMapping],
    asked: Mapping[UUID, Sequence[RowMapping]],
) -> CoveragesAnswer:
    """A patient's coverages, with the inquiries about each."""
    return CoveragesAnswer(
        patient_id=patient["id"],
        version=patient["stream_version"],
        on=on,
        items=tuple(coverage(row, asked[row["id"]]) for row in covered),
    )
