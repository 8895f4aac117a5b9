"""270 to questions, and the replies to the 271 that answers it (005010X279A1)."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from daybook.simulators.payer.asking import EligibilityQuestion, EligibilityReply, Rejection
from daybook.simulators.payer.payers import Payer
from daybook.simulators.payer.people import SELF, PersonTold
from daybook.simulators.payer.transactions.benefits import dependent_benefit, subscriber_benefit
from daybook.simulators.payer.transactions.parts import (
    dated,
    days,
    demographics,
    level,
    named,
    organization,
    reference,
    told,
    traced_back,
)
from daybook.x12.guides.eligibility_answer import (
    Asker,
    AskerLevel,
    Dependent,
    DependentName,
    EligibilityAnswer,
    Source,
    SourceLevel,
    Subscriber,
    SubscriberName,
)
from daybook.x12.guides.eligibility_inquiry import AskerLevel as Asking
from daybook.x12.guides.eligibility_inquiry import Dependent as AskedDependent
from daybook.x12.guides.eligibility_inquiry import EligibilityInquiry
from daybook.x12.guides.eligibility_inquiry import SourceLevel as AskedSource
from daybook.x12.guides.eligibility_inquiry import Subscriber as AskedSubscriber
from daybook.x12.segments.benefit import Rejection as Refused
from daybook.x12.segments.control import Beginning, Trace
from daybook.x12.segments.people import Contact, Insured, Reference

Ask = Callable[[EligibilityQuestion], EligibilityReply]
Find = Callable[[str], Payer | None]
_UNRELATED = "G8"
_CORRECTED = Insured(
    subscriber="Y", relationship=SELF, maintenance_type="001", maintenance_reason="25"
)
_VALID = frozenset({"04", "42", "80"})
"""Reject codes of a request that is valid itself (AAA01 Y)."""


def count(inquiry: EligibilityInquiry) -> int:
    """How many people are asked about."""
    return sum(
        len(subscriber.dependents) or 1
        for source in inquiry.sources
        for asker in source.askers
        for subscriber in asker.subscribers
    )


def answered(inquiry: EligibilityInquiry, ask: Ask, find: Find, at: datetime) -> EligibilityAnswer:
    """The 271 to a 270: the same levels, each person answered by `ask`."""
    return EligibilityAnswer(
        beginning=_beginning(inquiry, at),
        sources=tuple(_source(one, ask, find, at.date()) for one in inquiry.sources),
    )


def refused(inquiry: EligibilityInquiry, code: str, at: datetime) -> EligibilityAnswer:
    """The 271 that refuses a whole 270 (2000A AAA)."""
    refusal = _aaa(Rejection("2000A", code, "C"))
    sources = tuple(
        SourceLevel(level=level("20"), rejections=(refusal,), source=Source(name=one.source.name))
        for one in inquiry.sources
    )
    return EligibilityAnswer(beginning=_beginning(inquiry, at), sources=sources)


def _beginning(inquiry: EligibilityInquiry, at: datetime) -> Beginning:
    return Beginning(
        structure="0022",
        purpose="11",
        reference=inquiry.beginning.reference,
        day=at.date(),
        time=f"{at:%H%M}",
    )


def _source(asked: AskedSource, ask: Ask, find: Find, today: date) -> SourceLevel:
    identifier = asked.source.name.id
    payer = find(identifier)
    name = organization("PR", payer.name, "PI", identifier) if payer else asked.source.name
    contact = Contact(function="IC", qualifier="TE", number=payer.phone) if payer else None
    levels = [_asker(one, identifier, ask, today) for one in asked.askers]
    above = {one.code: one for _, refusals in levels for one in refusals}
    return SourceLevel(
        level=level("20"),
        source=Source(
            name=name,
            contacts=(contact,) if contact else (),
            rejections=tuple(_aaa(one) for one in above.values()),
        ),
        # A payer that could not be asked says nothing of anybody (2100A AAA).
        askers=() if above else tuple(one for one, _ in levels),
    )


def _asker(
    asked: Asking, payer: str, ask: Ask, today: date
) -> tuple[AskerLevel, tuple[Rejection, ...]]:
    """A provider's level, and the rejections that belong above it."""
    replies = [(patient, ask(question)) for patient, question in _questions(asked, payer, today)]
    said = [one for _, reply in replies for one in reply.rejections]
    above = tuple(one for one in said if one.loop in ("2000A", "2100A"))
    refusals = tuple({one.code: _aaa(one) for one in said if one.loop == "2100B"}.values())
    asker = Asker(name=asked.asker.name, rejections=refusals)
    people = () if refusals else tuple(_patient(*one) for one in replies)
    return AskerLevel(level=level("21"), asker=asker, subscribers=people), above


def _questions(
    asked: Asking, payer: str, today: date
) -> list[tuple[AskedSubscriber | AskedDependent, EligibilityQuestion]]:
    npi = asked.asker.name.npi
    found: list[tuple[AskedSubscriber | AskedDependent, EligibilityQuestion]] = []
    for one in asked.subscribers:
        holder = told(one.subscriber.name, one.subscriber.demographics)
        for patient in one.dependents or (one,):
            said: Any = patient.subscriber if patient is one else patient.dependent  # type: ignore[union-attr]
            person = told(said.name, said.demographics)
            kin = said.relationship.relationship if said.relationship else _UNRELATED
            question = EligibilityQuestion(
                payer=payer,
                trace=patient.traces[0].number if patient.traces else "",
                provider_npi=npi,
                subscriber=holder,
                on=_day(said) or today,
                asked_on=today,
                dependent=None if patient is one else person,
                relationship=SELF if patient is one else kin,
                service_types=_service_types(said),
            )
            found.append((patient, question))
    return found


def _day(said: Any) -> date | None:
    """The day asked about: DTP*291 of the inquiry, else of the person."""
    inside = [one.date for one in said.inquiries if one.date]
    outside = [one for one in said.dates if one.qualifier == "291"]
    found = days(next(iter([*inside, *outside]), None))
    return found.first if found else None


def _service_types(said: Any) -> tuple[str, ...]:
    named = (kind for one in said.inquiries for kind in one.inquiry.service_types)
    return tuple(dict.fromkeys(named)) or ("30",)


def _patient(asked: AskedSubscriber | AskedDependent, reply: EligibilityReply) -> Subscriber:
    traces = traced_back(asked.traces)
    inside = reply.dependent is not None
    return Subscriber(
        level=level("22"),
        traces=() if inside else traces,
        subscriber=_subscriber(reply, alone=not inside),
        dependents=(_dependent(reply, reply.dependent, traces),) if reply.dependent else (),
    )


def _subscriber(reply: EligibilityReply, alone: bool) -> SubscriberName:
    """The subscriber, with everything the payer says where they are the patient."""
    changed = alone and _corrected(reply)
    refusals = tuple(_aaa(one) for one in reply.rejections if one.loop == "2100C")
    return SubscriberName(
        name=named("IL", reply.subscriber),
        secondary_ids=_group(reply) if alone else (),
        rejections=refusals,
        demographics=demographics(reply.subscriber),
        relationship=_CORRECTED if changed else None,
        dates=tuple(dated(*one) for one in reply.dates) if alone else (),
        benefits=tuple(subscriber_benefit(one) for one in reply.rows) if alone else (),
    )


def _dependent(reply: EligibilityReply, person: PersonTold, traces: tuple[Trace, ...]) -> Dependent:
    said = DependentName(
        name=named("03", person, with_id=False),
        secondary_ids=_group(reply),
        rejections=tuple(_aaa(one) for one in reply.rejections if one.loop == "2100D"),
        demographics=demographics(person),
        relationship=Insured(subscriber="N", relationship=reply.relationship),
        dates=tuple(dated(*one) for one in reply.dates),
        benefits=tuple(dependent_benefit(one) for one in reply.rows),
    )
    return Dependent(level=level("23"), traces=traces, dependent=said)


def _corrected(reply: EligibilityReply) -> bool:
    """Whether the payer knows the patient by another name, id or date (INS03 001, INS04 25)."""
    asked = reply.question.dependent or reply.question.subscriber
    known = reply.subscriber
    pairs = (
        (asked.family.upper(), known.family.upper()),
        (asked.given.upper(), known.given.upper()),
        (asked.member_id.upper(), known.member_id.upper()),
        (asked.birth_date, known.birth_date),
    )
    return not reply.rejections and any(said and said != held for said, held in pairs)


def _group(reply: EligibilityReply) -> tuple[Reference, ...]:
    said = reference("6P", reply.group_number)
    return (said,) if said else ()


def _aaa(rejection: Rejection) -> Refused:
    return Refused(
        valid="Y" if rejection.code in _VALID else "N",
        reason=rejection.code,
        follow_up=rejection.follow_up,
    )
