"""Authorisations: 005010X217, may these services be done. Some are decided two days later."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from daybook.simulators.payer.adjudicating.asked_about import REVIEW, whom
from daybook.simulators.payer.asking import (
    AuthorisationReply,
    AuthorisationRequest,
    Rejection,
    ServiceDecided,
)
from daybook.simulators.payer.claims import ClaimReceived, LineReceived
from daybook.simulators.payer.members.chance import number
from daybook.simulators.payer.members.designs import Design
from daybook.simulators.payer.members.roll import Membership
from daybook.simulators.payer.members.services import service_of
from daybook.simulators.payer.members.world import World
from daybook.simulators.payer.people import Days

APPROVED, DENIED, PENDED, NOT_NEEDED = "A1", "A3", "A4", "NA"
NOT_COVERED, NOT_NECESSARY = "88", "82"
"""Why not (HCR03, X12 901)."""
_WAIT = timedelta(days=2)
_HOLDS = timedelta(days=60)
_PENDED_OF_TEN, _DENIED_OF_TEN = 3, 2


@dataclass(frozen=True, slots=True)
class _Case:
    """A request that was taken in; `pended` is whether a person looks at it for two days."""

    member: Membership
    request: AuthorisationRequest
    number: str
    pended: bool
    reply: AuthorisationReply


class Authorisations:
    """Every request so far. Asking the same again tells how it stands now."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._cases: list[_Case] = []

    def ask(self, request: AuthorisationRequest) -> AuthorisationReply:
        """The decision, for now."""
        found = whom(
            self._world,
            REVIEW,
            request.payer,
            request.provider_npi,
            request.subscriber,
            request.dependent,
        )
        if isinstance(found, Rejection):
            return AuthorisationReply(
                request, request.subscriber, request.dependent, rejections=(found,)
            )
        case = next((one for one in self._cases if _same(one, found, request)), None)
        if case is None:
            case = self._case(found, request)
            self._cases.append(case)
        return replace(_as_of(case, request.asked_on), request=request)

    def covers(self, claim: ClaimReceived, line: LineReceived, member: Membership) -> bool:
        """Whether a line has an authorisation that was given by the day the claim came."""
        said = {claim.authorisation, line.authorisation} - {""}
        return any(
            one.number in said
            and one.member == member
            and _approves(_as_of(one, claim.received_on), line)
            for one in self._cases
        )

    def _case(self, member: Membership, request: AuthorisationRequest) -> _Case:
        seed, design = self._world.seed, self._world.design(member)
        luck = (member.person.id, *(one.code for one in request.services), request.days.first)
        denied = number(10, seed, "denied", *luck) < _DENIED_OF_TEN
        covered = member.covers(request.days.first)
        services = tuple(_service(design, one.code, denied, covered) for one in request.services)
        decided = tuple(
            ServiceDecided(one, action, reason)
            for one, (action, reason) in zip(request.services, services, strict=True)
        )
        actions = {action for action, _ in services}
        action = next(one for one in (APPROVED, DENIED, NOT_NEEDED) if one in actions)
        reason = next((reason for _, reason in services if reason and action == DENIED), "")
        reply = AuthorisationReply(
            request=request,
            subscriber=member.told if member.is_subscriber else member.holder_told,
            dependent=None if member.is_subscriber else member.told,
            action=action,
            number="" if action == NOT_NEEDED else f"PA{len(self._cases) + 1:08}",
            reason=reason,
            days=Days(request.days.first, max(request.days.last, request.days.first + _HOLDS)),
            services=decided,
        )
        pended = action != NOT_NEEDED and number(10, seed, "pended", *luck) < _PENDED_OF_TEN
        return _Case(member, request, reply.number, pended, reply)


def _service(design: Design, code: str, denied: bool, covered: bool) -> tuple[str, str]:
    service = service_of(code)
    if service in design.excluded or not covered:
        return DENIED, NOT_COVERED
    if service not in design.authorised:
        return NOT_NEEDED, ""
    return (DENIED, NOT_NECESSARY) if denied else (APPROVED, "")


def _as_of(case: _Case, today: date) -> AuthorisationReply:
    if not case.pended or today >= case.request.asked_on + _WAIT:
        return case.reply
    waiting = tuple(replace(one, action=PENDED, reason="") for one in case.reply.services)
    return replace(case.reply, action=PENDED, reason="", services=waiting)


def _same(case: _Case, member: Membership, request: AuthorisationRequest) -> bool:
    before = case.request
    return case.member == member and (before.services, before.days, before.provider_npi) == (
        request.services,
        request.days,
        request.provider_npi,
    )


def _approves(reply: AuthorisationReply, line: LineReceived) -> bool:
    within = reply.days and reply.days.first <= line.days.first <= reply.days.last
    codes = {one.service.code for one in reply.services if one.action == APPROVED}
    return bool(within) and line.code in codes
