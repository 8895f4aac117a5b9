"""270, 276 and 278: asked of the payer meant, or answered for it when it cannot be reached."""

from datetime import datetime

from daybook.simulators.payer.asking import (
    AuthorisationReply,
    AuthorisationRequest,
    EligibilityQuestion,
    EligibilityReply,
    Rejection,
    StatusQuestion,
    StatusReply,
)
from daybook.simulators.payer.clearing.arriving import Taken
from daybook.simulators.payer.clearing.outgoing import To
from daybook.simulators.payer.faults import Faults, Kind, Occasion, about_another
from daybook.simulators.payer.office import Office
from daybook.simulators.payer.payers import Payer
from daybook.simulators.payer.people import PersonTold
from daybook.simulators.payer.transactions import eligibility, reviews, statuses
from daybook.x12.declaring import LoopModel
from daybook.x12.guides.claim_status_inquiry import ClaimStatusInquiry
from daybook.x12.guides.eligibility_inquiry import EligibilityInquiry
from daybook.x12.guides.services_review import ServicesReview
from daybook.x12.segments.composites import StatusCode

_TOO_MANY = "04"
_NO_ANSWER = "42"
_ASKS = "13"

Answered = tuple[LoopModel | None, frozenset[str]]
"""The answer, None where the transaction asks nothing, and the member ids it is about."""


class Questions:
    """Answers to one transaction at a time."""

    def __init__(self, office: Office, faults: Faults) -> None:
        self._office, self._faults = office, faults

    def answered(self, taken: Taken, to: To, at: datetime, real_time: bool) -> Answered:
        """In real time a 270 asks about one person (005010X279A1 1.3.2; else 2000A AAA 04)."""
        asking = _Asking(self._office, self._faults, to)
        match taken.model:
            case EligibilityInquiry() as inquiry:
                if real_time and eligibility.count(inquiry) > 1:
                    return eligibility.refused(inquiry, _TOO_MANY, at), frozenset()
                answer: LoopModel = eligibility.answered(
                    inquiry, asking.eligibility, asking.find, at
                )
            case ClaimStatusInquiry() as inquiry:
                answer = statuses.answered(inquiry, asking.status, asking.find, asking.refusal, at)
            case ServicesReview(beginning=beginning) as review if beginning.purpose == _ASKS:
                answer = reviews.answered(review, asking.authorise, asking.find, at)
            case _:
                return None, frozenset()
        return answer, frozenset(asking.members)


class _Asking:
    """The questions of one transaction, and the members they were about."""

    def __init__(self, office: Office, faults: Faults, to: To) -> None:
        self._office, self._faults, self._to = office, faults, to
        self.members: set[str] = set()

    def find(self, identifier: str) -> Payer | None:
        return next((one for one in self._office.payers if one.is_called(identifier)), None)

    def eligibility(self, question: EligibilityQuestion) -> EligibilityReply:
        occasion = self._occasion("271", question.subscriber)
        if self._faults.happens(Kind.UNREACHABLE, occasion):
            silent = Rejection("2100A", _NO_ANSWER, "R")
            return EligibilityReply(
                question, question.subscriber, question.dependent, rejections=(silent,)
            )
        reply = self._office.eligibility(question)
        if self._faults.happens(Kind.ANOTHER_MEMBER, occasion):
            return about_another(reply)
        return reply

    def status(self, question: StatusQuestion) -> StatusReply:
        self._occasion("277", question.subscriber)
        return self._office.status(question)

    def refusal(self, identifier: str) -> StatusCode | None:
        """Why a 276 does not get to the payer (STC of 2200B)."""
        if self.find(identifier) is None:
            return StatusCode(category="E0", status="116", entity="PR")
        if self._faults.happens(Kind.UNREACHABLE, self._occasion("277", None)):
            return StatusCode(category="E1", status="689", entity="PR")
        return None

    def authorise(self, request: AuthorisationRequest) -> AuthorisationReply:
        if self._faults.happens(Kind.UNREACHABLE, self._occasion("278", request.subscriber)):
            silent = Rejection("2010A", _NO_ANSWER, "R")
            return AuthorisationReply(
                request, request.subscriber, request.dependent, rejections=(silent,)
            )
        return self._office.authorise(request)

    def _occasion(self, transaction: str, person: PersonTold | None) -> Occasion:
        about = {person.member_id} if person and person.member_id else set()
        self.members |= about
        return Occasion(self._to.receiver, self._to.answers, transaction, frozenset(about))
