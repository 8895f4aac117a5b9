"""278 to a request, and the reply to the 278 back (005010X217, its core)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from daybook.simulators.payer.asking import (
    AuthorisationReply,
    AuthorisationRequest,
    Rejection,
    ServiceAsked,
    ServiceDecided,
)
from daybook.simulators.payer.payers import Payer
from daybook.simulators.payer.people import SELF, PersonTold
from daybook.simulators.payer.transactions.parts import (
    dated,
    days,
    level,
    of_day,
    organization,
    told,
    traced_back,
)
from daybook.x12.guides.services_review import (
    PatientEvent,
    RequesterLevel,
    ReviewedService,
    ReviewLevel,
    ServicesReview,
    Subscriber,
)
from daybook.x12.segments.benefit import Rejection as Refused
from daybook.x12.segments.benefit import ReviewDecision
from daybook.x12.segments.control import Beginning

Ask = Callable[[AuthorisationRequest], AuthorisationReply]
Find = Callable[[str], Payer | None]
_UNRELATED = "G8"


def answered(review: ServicesReview, ask: Ask, find: Find, at: datetime) -> ServicesReview:
    """The 278 that answers one that asks: the same levels, each event decided by `ask`."""
    beginning = Beginning(
        structure="0007",
        purpose="11",
        reference=review.beginning.reference,
        day=at.date(),
        time=f"{at:%H%M}",
    )
    organizations = tuple(_organization(one, ask, find, at.date()) for one in review.organizations)
    return ServicesReview(beginning=beginning, organizations=organizations)


def _organization(asked: ReviewLevel, ask: Ask, find: Find, today: date) -> ReviewLevel:
    identifier = asked.organization.name.id
    payer = find(identifier)
    name = (
        organization("X3", payer.name, asked.organization.name.id_qualifier, identifier)
        if payer
        else asked.organization.name
    )
    said: list[Rejection] = []
    requesters = tuple(_requester(one, identifier, ask, today, said) for one in asked.requesters)
    above = _of(said, "2000A", "2010A")
    return replace(
        asked,
        level=level("20"),
        organization=replace(asked.organization, name=name, contact=None, rejections=above),
        requesters=() if above else requesters,
    )


def _requester(
    asked: RequesterLevel, payer: str, ask: Ask, today: date, said: list[Rejection]
) -> RequesterLevel:
    npi = asked.requester.name.npi
    own: list[Rejection] = []
    people = tuple(_subscriber(one, payer, npi, ask, today, own) for one in asked.subscribers)
    said += own
    refused = _of(own, "2010B")
    requester = replace(asked.requester, rejections=refused, contact=None, specialty=None)
    subscribers = () if refused else people
    return replace(asked, level=level("21"), requester=requester, subscribers=subscribers)


def _subscriber(
    asked: Subscriber, payer: str, npi: str, ask: Ask, today: date, said: list[Rejection]
) -> Subscriber:
    own: list[Rejection] = []
    holder = told(asked.subscriber.name, asked.subscriber.demographics)

    def decided(
        events: tuple[PatientEvent, ...], patient: PersonTold | None, kin: str
    ) -> tuple[tuple[PatientEvent, ...], list[Rejection]]:
        replies = [
            ask(_request(event, payer, npi, holder, patient, kin, today)) for event in events
        ]
        refused = [one for reply in replies for one in reply.rejections]
        own.extend(refused)
        return tuple(_event(*pair) for pair in zip(events, replies, strict=True)), refused

    events, _ = decided(asked.events, None, SELF)
    dependents = []
    for one in asked.dependents:
        patient = told(one.dependent.name, one.dependent.demographics)
        insured = one.dependent.relationship
        kin = insured.relationship if insured else _UNRELATED
        answered, refusals = decided(one.events, patient, kin)
        below = _of(refusals, "2010D")
        name = replace(one.dependent, rejections=below)
        dependents.append(
            replace(one, level=level("23"), dependent=name, events=() if below else answered)
        )
    said += own
    refused = _of(own, "2010C")
    return replace(
        asked,
        level=level("22"),
        subscriber=replace(asked.subscriber, rejections=refused),
        events=() if refused else events,
        dependents=() if refused else tuple(dependents),
    )


def _request(
    event: PatientEvent,
    payer: str,
    npi: str,
    holder: PersonTold,
    patient: PersonTold | None,
    kin: str,
    today: date,
) -> AuthorisationRequest:
    found = (days(one) for one in event.dates if one.qualifier in ("AAH", "472"))
    place = event.request.facility
    diagnoses = event.diagnoses.codes if event.diagnoses else ()
    return AuthorisationRequest(
        payer=payer,
        trace=event.traces[0].number if event.traces else "",
        provider_npi=npi,
        subscriber=holder,
        asked_on=today,
        days=next((one for one in found if one), of_day(today)),
        services=tuple(one for one in map(_asked, event.services) if one),
        diagnoses=tuple(one.code for one in diagnoses),
        dependent=patient,
        relationship=kin,
        service_type=event.request.service_type,
        place=place.value if place else "11",
    )


def _asked(service: ReviewedService) -> ServiceAsked | None:
    said = service.professional
    if said is None:
        return None
    units = said.quantity or Decimal(1)
    return ServiceAsked(said.procedure.code, units, said.procedure.modifiers)


def _event(event: PatientEvent, reply: AuthorisationReply) -> PatientEvent:
    decision = (
        ReviewDecision(
            action=reply.action, number=reply.number, reason=_why(reply.action, reply.reason)
        )
        if reply.action
        else None
    )
    return replace(
        event,
        level=level("EV"),
        traces=traced_back(event.traces),
        rejections=_of(reply.rejections, "2000E"),
        decision=decision,
        dates=(dated("AAH", reply.days),) if reply.days else event.dates,
        services=_services(event, reply),
        attachments=(),
        message=None,
    )


def _services(event: PatientEvent, reply: AuthorisationReply) -> tuple[ReviewedService, ...]:
    """The services with their decisions, which come in the order they were asked in."""
    decided = iter(reply.services)
    found = []
    for one in event.services:
        said = next(decided, None) if one.professional else None
        found.append(
            replace(
                one,
                level=level("SS"),
                traces=traced_back(one.traces),
                rejections=_of(reply.rejections, "2000F"),
                decision=_decision(said, reply.number) if said else None,
                message=None,
            )
        )
    return tuple(found)


def _decision(said: ServiceDecided, number: str) -> ReviewDecision:
    return ReviewDecision(
        action=said.action,
        number=number if said.action == "A1" else "",
        reason=_why(said.action, said.reason),
    )


def _why(action: str, reason: str) -> str:
    """What waits says why too: somebody looks at it (HCR03 0V, by interpretation)."""
    return reason or ("0V" if action == "A4" else "")


def _of(rejections: Sequence[Rejection], *loops: str) -> tuple[Any, ...]:
    """The AAA segments that belong to these loops, each reason once."""
    found = {one.code: one for one in rejections if one.loop in loops}
    return tuple(
        Refused(valid="N", reason=one.code, follow_up=one.follow_up) for one in found.values()
    )
