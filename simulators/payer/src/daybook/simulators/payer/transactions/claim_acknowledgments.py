"""277CA: which claims of a transaction were taken in, and which were not and why (005010X214)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from daybook.simulators.payer.claims import ClaimReceived, Finding, LineReceived
from daybook.simulators.payer.people import Days
from daybook.simulators.payer.transactions.claims import Submitted
from daybook.simulators.payer.transactions.parts import (
    dated,
    level,
    named,
    procedure,
    reference,
)
from daybook.x12.guides.claim_acknowledgment import (
    Claim,
    ClaimAcknowledgment,
    Line,
    Patient,
    PatientName,
    Provider,
    ProviderLevel,
    ProviderTrace,
    Receiver,
    ReceiverLevel,
    ReceiverTrace,
    Source,
    SourceLevel,
    SourceTrace,
)
from daybook.x12.segments.benefit import Status
from daybook.x12.segments.claim import Amount, Quantity
from daybook.x12.segments.composites import StatusCode
from daybook.x12.segments.control import Beginning, Trace
from daybook.x12.segments.line import ServiceInquiry
from daybook.x12.segments.people import Dated, Name
from daybook.x12.values import Money

_ACCEPTED, _REJECTED = "WQ", "U"
_PER_STATUS = 3
_INVALID_INSIDE = "21"
"""The status of a claim whose findings are all of its lines."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim and what is said of it; `number` is the payer's, `status` what stands if it is in."""

    submitted: Submitted
    claim: ClaimReceived
    status: Finding
    number: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """Of which transaction the claims are: its BHT03, and who answers whom, under which number."""

    reference: str
    source: Name
    receiver: Name
    number: str
    at: datetime


def acknowledged(batch: Batch, judged: Sequence[Judged]) -> ClaimAcknowledgment:
    """The 277CA of one 837P."""
    today = batch.at.date()
    source = SourceLevel(
        level=level("20"),
        source=Source(name=batch.source),
        trace=SourceTrace(
            trace=Trace(type="1", number=batch.number),
            received=Dated.on("050", today),
            processed=Dated.on("009", today),
        ),
        receiver=_receiver(batch, judged),
    )
    beginning = Beginning(
        structure="0085",
        purpose="08",
        reference=batch.number,
        day=today,
        time=f"{batch.at:%H%M}",
        type="TH",
    )
    return ClaimAcknowledgment(beginning=beginning, sources=(source,))


def _receiver(batch: Batch, judged: Sequence[Judged]) -> ReceiverLevel:
    taken = [one for one in judged if not one.findings]
    refused = [one for one in judged if one.findings]
    status = Status(
        status=StatusCode(category="A1", status="19", entity=_entity(batch.source)),
        day=batch.at.date(),
        action=_ACCEPTED,
        charge=_charge(judged),
    )
    trace = ReceiverTrace(
        trace=Trace(type="2", number=batch.reference),
        statuses=(status,),
        accepted=_count("90", taken),
        rejected=_count("AA", refused),
        accepted_amount=_amount("YU", taken),
        rejected_amount=_amount("YY", refused),
    )
    by_provider = groupby(judged, key=lambda one: one.submitted.provider)
    return ReceiverLevel(
        level=level("21"),
        receiver=Receiver(name=batch.receiver),
        trace=trace,
        providers=tuple(_provider(batch, list(some)) for _, some in by_provider),
    )


def _provider(batch: Batch, judged: list[Judged]) -> ProviderLevel:
    name = judged[0].submitted.provider.billing_provider.name
    taken = [one for one in judged if not one.findings]
    refused = [one for one in judged if one.findings]
    status = Status(
        status=StatusCode(category="A1", status="19", entity=_entity(batch.source)),
        action=_ACCEPTED,
        charge=_charge(judged),
    )
    trace = ProviderTrace(
        trace=Trace(type="1", number="0"),
        statuses=(status,),
        accepted=_count("QA", taken),
        rejected=_count("QC", refused),
        accepted_amount=_amount("YU", taken),
        rejected_amount=_amount("YY", refused),
    )
    return ProviderLevel(
        level=level("19"),
        provider=Provider(name=name),
        trace=trace,
        patients=tuple(_patient(batch, one) for one in judged),
    )


def _patient(batch: Batch, judged: Judged) -> Patient:
    told = judged.claim
    # A patient without an id of their own has the subscriber's (2100D NM109 is required).
    person = replace(told.patient or told.subscriber, member_id=told.subscriber.member_id)
    claim = Claim(
        trace=Trace(type="2", number=told.control_number),
        statuses=_statuses(batch, judged),
        payer_control_number=reference("1K", judged.number),
        clearinghouse_number=reference("D9", told.clearinghouse_number),
        date=dated("472", _period(told)),
        lines=tuple(
            _line(line, [one for one in judged.findings if one.line == line.number])
            for line in told.lines
            if any(one.line == line.number for one in judged.findings)
        ),
    )
    return Patient(
        level=level("PT"), patient=PatientName(name=named("QC", person)), claims=(claim,)
    )


def _statuses(batch: Batch, judged: Judged) -> tuple[Status, ...]:
    findings = [one for one in judged.findings if not one.line]
    if judged.findings and not findings:
        findings = [Finding(judged.findings[0].category, _INVALID_INSIDE)]
    return _packed(
        findings or [judged.status],
        Status(
            status=_code(judged.status),
            day=batch.at.date(),
            action=_REJECTED if judged.findings else _ACCEPTED,
            charge=Money(judged.claim.charge),
        ),
    )


def _line(line: LineReceived, findings: list[Finding]) -> Line:
    return Line(
        service=ServiceInquiry(
            procedure=procedure(line.code, line.modifiers), charge=Money(line.charge)
        ),
        statuses=_packed(findings, Status(status=_code(findings[0]), action=_REJECTED)),
        control_number=reference("FJ", line.control_number or str(line.number)),
        date=dated("472", line.days),
    )


def _packed(findings: Sequence[Finding], like: Status) -> tuple[Status, ...]:
    """Up to three findings in one STC (STC01, STC10, STC11)."""
    found = []
    for at in range(0, len(findings), _PER_STATUS):
        codes = [_code(one) for one in findings[at : at + _PER_STATUS]]
        second, third = (*codes[1:], None, None)[:2]
        found.append(replace(like, status=codes[0], second_status=second, third_status=third))
    return tuple(found)


def _code(finding: Finding) -> StatusCode:
    return StatusCode(category=finding.category, status=finding.status, entity=finding.entity)


def _period(claim: ClaimReceived) -> Days:
    return Days(
        min(one.days.first for one in claim.lines), max(one.days.last for one in claim.lines)
    )


def _entity(source: Name) -> str:
    return source.entity if source.entity == "PR" else "40"


def _charge(judged: Sequence[Judged]) -> Money:
    return Money(sum(one.claim.charge for one in judged))


def _count(qualifier: str, some: Sequence[Judged]) -> Quantity | None:
    return Quantity(qualifier=qualifier, quantity=Decimal(len(some))) if some else None


def _amount(qualifier: str, some: Sequence[Judged]) -> Amount | None:
    return Amount(qualifier=qualifier, amount=_charge(some)) if some else None
