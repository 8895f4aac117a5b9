"""276 to questions, and the replies to the 277 that answers it (005010X212)."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from daybook.simulators.payer.asking import (
    ClaimStatus,
    LineStatus,
    StatusQuestion,
    StatusReply,
)
from daybook.simulators.payer.payers import Payer
from daybook.simulators.payer.people import PersonTold
from daybook.simulators.payer.transactions.parts import (
    dated,
    days,
    level,
    money,
    named,
    organization,
    procedure,
    reference,
    told,
)
from daybook.x12.guides.claim_status_answer import (
    ClaimStatusAnswer,
    Dependent,
    DependentClaim,
    DependentLine,
    DependentName,
    PayerLevel,
    Provider,
    ProviderLevel,
    Receiver,
    ReceiverLevel,
    ReceiverTrace,
    Subscriber,
    SubscriberClaim,
    SubscriberLine,
    SubscriberName,
)
from daybook.x12.guides.claim_status_answer import Payer as PayerSaid
from daybook.x12.guides.claim_status_inquiry import ClaimStatusInquiry
from daybook.x12.guides.claim_status_inquiry import PayerLevel as AskedPayer
from daybook.x12.guides.claim_status_inquiry import ProviderLevel as AskedProvider
from daybook.x12.guides.claim_status_inquiry import ReceiverLevel as AskedReceiver
from daybook.x12.guides.claim_status_inquiry import Subscriber as AskedSubscriber
from daybook.x12.segments.benefit import Status
from daybook.x12.segments.composites import StatusCode
from daybook.x12.segments.control import Beginning, Trace
from daybook.x12.segments.line import ServiceInquiry
from daybook.x12.segments.people import Contact
from daybook.x12.values import Money

Ask = Callable[[StatusQuestion], StatusReply]
Refusal = Callable[[str], StatusCode | None]
"""Why a payer, by its identifier, cannot be asked at all; None where it can."""
Find = Callable[[str], Payer | None]


def answered(
    inquiry: ClaimStatusInquiry, ask: Ask, find: Find, refusal: Refusal, at: datetime
) -> ClaimStatusAnswer:
    """The 277 to a 276: the same levels, each claim asked about answered by `ask`."""
    beginning = Beginning(
        structure="0010",
        purpose="08",
        reference=inquiry.beginning.reference,
        day=at.date(),
        time=f"{at:%H%M}",
        type="DG",
    )
    payers = tuple(_payer(one, ask, find, refusal, at.date()) for one in inquiry.payers)
    return ClaimStatusAnswer(beginning=beginning, payers=payers)


def _payer(asked: AskedPayer, ask: Ask, find: Find, refusal: Refusal, today: date) -> PayerLevel:
    identifier = asked.payer.name.id
    payer, why = find(identifier), refusal(identifier)
    name = organization("PR", payer.name, "PI", identifier) if payer else asked.payer.name
    contact = Contact(function="IC", qualifier="TE", number=payer.phone) if payer else None
    receivers = tuple(
        _refused(one, why, today) if why else _receiver(one, identifier, ask, today)
        for one in asked.receivers
    )
    return PayerLevel(
        level=level("20"), payer=PayerSaid(name=name, contact=contact), receivers=receivers
    )


def _refused(asked: AskedReceiver, why: StatusCode, today: date) -> ReceiverLevel:
    """A receiver whose questions reach no payer: the status of all of them (2200B STC)."""
    traces = [claim.trace.number for one in asked.providers for claim in _claims(one)]
    trace = Trace(type="2", number=next(iter(traces), "0"))
    return ReceiverLevel(
        level=level("21"),
        receiver=Receiver(name=asked.receiver.name),
        trace=ReceiverTrace(trace=trace, statuses=(Status(status=why, day=today),)),
    )


def _claims(provider: AskedProvider) -> list[Any]:
    found: list[Any] = []
    for subscriber in provider.subscribers:
        found += subscriber.claims
        for dependent in subscriber.dependents:
            found += dependent.claims
    return found


def _receiver(asked: AskedReceiver, payer: str, ask: Ask, today: date) -> ReceiverLevel:
    providers = tuple(
        ProviderLevel(
            level=level("19"),
            providers=tuple(Provider(name=said.name) for said in one.providers),
            subscribers=tuple(
                _subscriber(each, payer, one.providers[0].name.npi, ask, today)
                for each in one.subscribers
            ),
        )
        for one in asked.providers
    )
    return ReceiverLevel(
        level=level("21"), receiver=Receiver(name=asked.receiver.name), providers=providers
    )


def _subscriber(asked: AskedSubscriber, payer: str, npi: str, ask: Ask, today: date) -> Subscriber:
    holder = told(asked.subscriber.name, asked.demographics)

    def replied(claim: Any, patient: PersonTold | None) -> StatusReply:
        return ask(
            StatusQuestion(
                payer=payer,
                trace=claim.trace.number,
                provider_npi=npi,
                subscriber=holder,
                asked_on=today,
                dependent=patient,
                number=_value(claim.payer_control_number),
                control_number=_value(claim.patient_control_number),
                charge=claim.charge.amount.cents if claim.charge else None,
                days=days(claim.date),
            )
        )

    own = [replied(claim, None) for claim in asked.claims]
    dependents = []
    for one in asked.dependents:
        patient = told(one.dependent.name, one.demographics)
        replies = [replied(claim, patient) for claim in one.claims]
        known = next((reply.dependent for reply in replies if reply.dependent), patient)
        dependents.append(
            Dependent(
                level=level("23"),
                dependent=DependentName(name=named("QC", known, with_id=False)),
                claims=tuple(_claim(DependentClaim, DependentLine, *one) for one in _each(replies)),
            )
        )
    return Subscriber(
        level=level("22"),
        subscriber=SubscriberName(name=asked.subscriber.name),
        claims=tuple(_claim(SubscriberClaim, SubscriberLine, *one) for one in _each(own)),
        dependents=tuple(dependents),
    )


def _value(said: Any) -> str:
    return said.value if said else ""


def _each(replies: list[StatusReply]) -> list[tuple[str, ClaimStatus]]:
    return [(reply.question.trace, claim) for reply in replies for claim in reply.claims]


def _claim(kind: Any, line: Any, trace: str, claim: ClaimStatus) -> Any:
    status = Status(
        status=StatusCode(category=claim.category, status=claim.status, entity=claim.entity),
        day=claim.since,
        charge=money(claim.charge),
        paid=money(claim.paid),
        adjudicated=claim.adjudicated_on,
        remitted=claim.paid_on,
        check=claim.trace,
    )
    return kind(
        trace=Trace(type="2", number=trace),
        statuses=(status,),
        payer_control_number=reference("1K", claim.number),
        patient_control_number=reference("EJ", claim.control_number),
        date=dated("472", claim.days) if claim.days else None,
        lines=tuple(_line(line, one, claim) for one in claim.lines),
    )


def _line(kind: Any, line: LineStatus, claim: ClaimStatus) -> Any:
    return kind(
        service=ServiceInquiry(
            procedure=procedure(line.code, line.modifiers),
            charge=Money(line.charge),
            paid=Money(line.paid),
        ),
        statuses=(
            Status(status=StatusCode(category=line.category, status=line.status), day=claim.since),
        ),
        control_number=reference("FJ", line.control_number),
        date=dated("472", line.days),
    )
