"""A claim's life: drafted, again and again, submitted once; or withdrawn. Afterwards it is touched
by what would be told otherwise today, and stays as it was."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field

from daybook.billing.domain.assembly import SUBSCRIBERS, assemble
from daybook.billing.domain.choosing import choose, pays_alone
from daybook.billing.domain.edits import edits
from daybook.billing.domain.facts import Facts
from daybook.billing.domain.fields import differing, grouped, nested
from daybook.events.billing import ClaimDrafted, ClaimSubmitted, ClaimTouched, ClaimWithdrawn
from daybook.events.claim import ClaimContent, ClaimPerson, Pointer
from daybook.events.event import Event, Value
from daybook.events.values import Flag, PaymentBasis
from daybook.runtime.writing import Conflict, Decision, NotFound, Refused, Take


class Status(StrEnum):
    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


class SubmitClaim(Value):
    """Lets a claim go as it is drafted now."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})

    past_deadline: Flag = Field(
        default=False, description="Also after the payer's filing days, which it will likely deny"
    )


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as the events tell; `draft` is the last draft, which a submission froze."""

    status: Status
    draft: ClaimDrafted
    differs: tuple[Pointer, ...] = ()


def of_encounter(encounter_id: UUID) -> Take:
    """What lets an encounter have one claim that drafts itself."""
    return Take("claim-of-encounter", str(encounter_id))


def evolve(claim: Claim | None, event: Event) -> Claim:
    """The claim after an event."""
    if isinstance(event, ClaimDrafted):
        return Claim(Status.DRAFTED, event)
    if claim is None:
        raise ValueError(f"{event.wire.name} before the claim was drafted")
    match event:
        case ClaimSubmitted():
            return replace(claim, status=Status.SUBMITTED)
        case ClaimWithdrawn():
            return replace(claim, status=Status.WITHDRAWN)
        case ClaimTouched():
            return replace(claim, differs=event.differs)
        case _:
            raise ValueError(f"{event.wire.name} does not belong to a claim")


def draft(claim: Claim | None, facts: Facts, claim_id: UUID, number: str) -> Decision:
    """Drafts a visit's claim as it is known now, where that differs from what was drafted before.

    A submitted one is touched instead. `claim_id` and `number` are taken where there is none yet.
    """
    if facts.erased:
        return Decision(())
    if not facts.billable or pays_alone(PaymentBasis(facts.visit["payment_basis"])):
        return _unbillable(claim)
    if claim is not None and claim.draft.claim is not None:
        claim_id, number = claim.draft.claim_id, claim.draft.claim.control_number
    event = drafted(facts, claim_id, number)
    if claim is None:
        taken = (of_encounter(facts.visit["encounter_id"]), Take("control-number", number))
        return Decision((event,), takes=taken)
    changed = differing_fields(claim.draft, event)
    if claim.status == Status.SUBMITTED:
        return Decision(()) if changed == claim.differs else Decision((_touched(claim, changed),))
    same = event.model_copy(update={"changed": claim.draft.changed}) == claim.draft
    if claim.status == Status.DRAFTED and same:
        return Decision(())
    return Decision((event.model_copy(update={"changed": changed}),))


def drafted(facts: Facts, claim_id: UUID, number: str) -> ClaimDrafted:
    """The draft of a visit's claim, as everything is known now."""
    chosen = choose(facts)
    made = assemble(facts, chosen, number)
    document = nested(made.fields)
    people: dict[str, Any] = {}
    subscribers: list[ClaimPerson | None] = []
    for name, person_id in zip(SUBSCRIBERS, made.subscribers, strict=False):
        said = document.pop(name, None)
        subscribers.append(ClaimPerson.model_validate(said or {}) if person_id else None)
        people[f"{name}_id"] = person_id
        # Nothing is said of one who was erased: there is no key left to seal it under.
        people[name] = subscribers[-1] if said else None
    content = ClaimContent.model_validate(document)
    return ClaimDrafted(
        claim_id=claim_id,
        patient_id=facts.visit["patient_id"],
        encounter_ids=(facts.visit["encounter_id"],),
        edits=edits(facts, chosen, content, subscribers),
        claim=content,
        sources=grouped(made.fields),
        **people,
    )


def _unbillable(claim: Claim | None) -> Decision:
    """No payer is to be told: a draft is withdrawn; of a submitted claim all would be otherwise."""
    match claim:
        case Claim(status=Status.DRAFTED):
            gone = ClaimWithdrawn(claim_id=claim.draft.claim_id, patient_id=claim.draft.patient_id)
            return Decision((gone,))
        case Claim(status=Status.SUBMITTED, differs=differs) if differs != ("/payment_basis",):
            return Decision((_touched(claim, ("/payment_basis",)),))
        case _:
            return Decision(())


def _touched(claim: Claim, differs: tuple[Pointer, ...]) -> ClaimTouched:
    return ClaimTouched(
        claim_id=claim.draft.claim_id, patient_id=claim.draft.patient_id, differs=differs
    )


def document(event: ClaimDrafted | ClaimSubmitted) -> dict[str, Any]:
    """A claim as one document, as its pointers see it."""
    beside = {name: getattr(event, name) for name in SUBSCRIBERS if getattr(event, name)}
    found = event.claim.model_dump(mode="json", exclude_none=True) if event.claim else {}
    people = {n: p.model_dump(mode="json", exclude_none=True) for n, p in beside.items()}
    return {**found, **people}


def differing_fields(before: ClaimDrafted, after: ClaimDrafted) -> tuple[Pointer, ...]:
    """Where two drafts differ in what they show."""
    pointers = [p for event in (before, after) for one in event.sources or () for p in one.fields]
    return differing(document(before), document(after), pointers)


def submit(claim: Claim | None, facts: Facts, today: date, command: SubmitClaim) -> Decision:
    """Freezes the draft. Raises NotFound, Conflict, or Refused with the edits that remain."""
    if claim is None:
        raise NotFound("claim-not-found", "no claim of this practice has this id")
    if claim.status != Status.DRAFTED:
        raise Conflict(f"claim-{claim.status}", f"this claim is {claim.status} already")
    last = claim.draft
    if last.claim is None:
        raise Conflict("claim-erased", "what this claim said of the patient is erased")
    if draft(claim, facts, last.claim_id, last.claim.control_number).events:
        raise Conflict(
            "claim-behind", "something this claim shows has just changed; load it, and look again"
        )
    if last.edits:
        raise Refused(
            "claim-incomplete",
            f"{len(last.edits)} things are to be mended first; see edits",
            edits=[edit.model_dump(mode="json") for edit in last.edits],
        )
    deadline = last.claim.filing_deadline
    if deadline is not None and deadline < today and not command.past_deadline:
        raise Refused(
            "filing-deadline-passed",
            "the payer's filing days are over; submit it with past_deadline if it must go anyway",
            "/past_deadline",
        )
    shown = {name: getattr(last, name) for name in ClaimSubmitted.model_fields if name != "wire"}
    return Decision((ClaimSubmitted(**shown),))
