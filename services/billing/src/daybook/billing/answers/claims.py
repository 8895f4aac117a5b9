"""Claims and charges as they are answered, and each field of a claim with where it came from."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue
from sqlalchemy import RowMapping

from daybook.billing.answers import examples
from daybook.billing.domain.fields import at, unsaid
from daybook.billing.queries import Today
from daybook.events.billing import ChargeLine
from daybook.events.claim import ClaimContent, ClaimPerson, EditCode, Pointer, Source
from daybook.events.values import HumanName, Money, PaymentBasis

DETAILS = {
    EditCode.COVERAGE_MISSING: "no coverage for this kind of visit is in force on its date; "
    "record one, or say who pays otherwise",
    EditCode.COVERAGE_UNKNOWN: "a coverage chosen for the visit has not arrived",
    EditCode.PATIENT_UNKNOWN: "the patient has not arrived, or was erased",
    EditCode.SUBSCRIBER_UNKNOWN: "the subscriber is not linked to the patient, or was erased",
    EditCode.PAYER_UNKNOWN: "the payer has not arrived; list it",
    EditCode.PLAN_UNKNOWN: "the plan has not arrived; list it",
    EditCode.ORGANIZATION_UNKNOWN: "the organization that bills has not arrived; register it",
    EditCode.LOCATION_UNKNOWN: "the location has not arrived; open it",
    EditCode.PRACTITIONER_UNKNOWN: "the practitioner has not arrived; register them",
    EditCode.FEE_MISSING: "no fee schedule in force on the date of service has a fee for this",
    EditCode.FIELD_MISSING: "is needed on a claim; say it where it is kept",
    EditCode.NPI_DOUBTFUL: "the NPI's check digit is wrong; correct it in the practice",
    EditCode.POINTER_ASTRAY: "points at a diagnosis that is not there; code the visit again",
}


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class SourceAnswer(Answer):
    """The event a value came from, when it was recorded, and by whom."""

    model_config = ConfigDict(json_schema_extra=examples.shown(examples.SUBMITTED))

    event: UUID
    type: str = Field(examples=["registration.patient-demographics-corrected"])
    recorded_at: AwareDatetime
    by: str


class EditAnswer(Answer):
    """What is to be mended, and where on the claim; `waits` if the claim then completes itself."""

    model_config = ConfigDict(json_schema_extra=examples.shown(examples.EDIT))

    code: EditCode
    at: Pointer
    waits: bool
    detail: str


class ClaimSummary(Answer):
    """A claim in a list. `touched` if what was submitted would be told otherwise today."""

    model_config = ConfigDict(json_schema_extra=examples.shown(examples.SUMMARY))

    id: UUID
    version: int
    state: str = Field(examples=["waiting", "to-fix", "ready", "submitted", "withdrawn"])
    touched: bool
    patient_id: UUID
    patient_name: HumanName | None
    encounter_ids: tuple[UUID, ...]
    payer_id: UUID | None
    payer_name: str | None
    date_of_service: date | None
    filing_deadline: date | None
    total: Money | None
    edits: tuple[EditAnswer, ...]
    submitted: SourceAnswer | None


class ClaimDocument(ClaimContent):
    """A claim in full, with the subscribers who are somebody else than the patient."""

    model_config = ConfigDict(json_schema_extra=examples.shown(examples.DOCUMENT))

    subscriber: ClaimPerson | None = None
    second_subscriber: ClaimPerson | None = None
    third_subscriber: ClaimPerson | None = None


class DifferenceAnswer(Answer):
    """A field of a submitted claim that would be told otherwise today, and because of what."""

    at: Pointer
    submitted: JsonValue
    today: JsonValue
    source: SourceAnswer | None


class ClaimAnswer(ClaimSummary):
    """A claim. Pointers go into `claim`, which is null once the patient is erased."""

    model_config = ConfigDict(json_schema_extra=examples.shown(examples.WHOLE))

    claim: ClaimDocument | None
    differs: tuple[DifferenceAnswer, ...]


class FieldAnswer(Answer):
    """A field of a claim, its value, and the event it came from."""

    at: Pointer
    value: JsonValue
    source: SourceAnswer


class LineageAnswer(Answer):
    """Every field of a claim; of a submitted one, as it was submitted."""

    model_config = ConfigDict(json_schema_extra=examples.shown(examples.LINEAGE))

    id: UUID
    version: int
    fields: tuple[FieldAnswer, ...]


class ChargesAnswer(Answer):
    """What a visit costs; `unpriced` lines wait for a fee, and then it has no total yet."""

    model_config = ConfigDict(json_schema_extra=examples.shown(examples.CHARGES))

    encounter_id: UUID
    version: int
    patient_id: UUID
    date_of_service: date
    payment_basis: PaymentBasis
    payer_id: UUID | None
    unpriced: int
    lines: tuple[ChargeLine, ...] | None = Field(description="Null once the patient is erased")
    total: Money | None
    captured: SourceAnswer


def summary(row: RowMapping) -> ClaimSummary:
    return ClaimSummary.model_validate(_summary(row))


def _summary(row: RowMapping) -> dict[str, Any]:
    return {
        **row,
        "version": row["stream_version"],
        "touched": bool(row["differs"]),
        "patient_name": at(row["claim"], "/patient/name"),
        "edits": [_edit(one) for one in row["edits"]],
    }


def _edit(said: Mapping[str, Any]) -> EditAnswer:
    code = EditCode(said["code"])
    return EditAnswer(code=code, at=said["at"], waits=code.waits, detail=DETAILS[code])


def claim(row: RowMapping, now: Today | None) -> ClaimAnswer:
    said = _by_field(now.sources) if now else {}
    differs = [
        {
            "at": pointer,
            "submitted": at(row["claim"], pointer),
            "today": at(now.document, pointer) if now else None,
            "source": said.get(pointer),
        }
        for pointer in row["differs"]
    ]
    return ClaimAnswer.model_validate({**_summary(row), "differs": differs})


def lineage(row: RowMapping) -> LineageAnswer:
    said = _by_field([Source.model_validate(one) for one in row["sources"]])
    own = dict.fromkeys(unsaid(row["claim"], list(said)), row["begun"])
    fields = [
        {"at": pointer, "value": at(row["claim"], pointer), "source": source}
        for pointer, source in sorted({**said, **own}.items())
    ]
    return LineageAnswer.model_validate(
        {"id": row["id"], "version": row["stream_version"], "fields": fields}
    )


def _by_field(sources: Sequence[Source]) -> dict[Pointer, Any]:
    return {
        pointer: one.model_dump(exclude={"fields"}) for one in sources for pointer in one.fields
    }


def charges(row: RowMapping) -> ChargesAnswer:
    return ChargesAnswer.model_validate({**row, "version": row["stream_version"]})
