"""Every transaction there is, by its version and what kind of answer or question it is."""

from daybook.x12.declaring import LoopModel
from daybook.x12.guides.acknowledgment import Acknowledgment
from daybook.x12.guides.claim_acknowledgment import ClaimAcknowledgment
from daybook.x12.guides.claim_status_answer import ClaimStatusAnswer
from daybook.x12.guides.claim_status_inquiry import ClaimStatusInquiry
from daybook.x12.guides.eligibility_answer import EligibilityAnswer
from daybook.x12.guides.eligibility_inquiry import EligibilityInquiry
from daybook.x12.guides.professional_claim.transaction import ProfessionalClaims
from daybook.x12.guides.remittance import Remittance
from daybook.x12.guides.services_review import ServicesReview
from daybook.x12.tables import Guide, guide

_LEVELS = ("2000A", "2000B", "2000C", "2000D", "2000E", "2000F")
PROFESSIONAL_CLAIMS = guide(
    ProfessionalClaims,
    "837",
    "005010X222A1",
    "HC",
    "professional claims",
    units=("2000A", "2000B", "2000C", "2300"),
)
REMITTANCE = guide(
    Remittance, "835", "005010X221A1", "HP", "payment and remittance", ("2000", "2100"), in_st=False
)
INQUIRY = guide(
    EligibilityInquiry, "270", "005010X279A1", "HS", "eligibility inquiry", units=_LEVELS
)
ANSWER = guide(EligibilityAnswer, "271", "005010X279A1", "HB", "eligibility answer", units=_LEVELS)
ACKNOWLEDGMENT = guide(
    Acknowledgment, "999", "005010X231A1", "FA", "acknowledgment", units=("2000",)
)

STATUS_INQUIRY = guide(
    ClaimStatusInquiry, "276", "005010X212", "HR", "claim status inquiry", units=_LEVELS
)
STATUS_ANSWER = guide(
    ClaimStatusAnswer, "277", "005010X212", "HN", "claim status answer", units=_LEVELS
)
CLAIM_ACKNOWLEDGMENT = guide(
    ClaimAcknowledgment, "277", "005010X214", "HN", "claim acknowledgment", units=_LEVELS
)
REVIEW = guide(ServicesReview, "278", "005010X217", "HI", "services review", units=_LEVELS)

GUIDES = (
    PROFESSIONAL_CLAIMS,
    REMITTANCE,
    INQUIRY,
    ANSWER,
    STATUS_INQUIRY,
    STATUS_ANSWER,
    CLAIM_ACKNOWLEDGMENT,
    REVIEW,
    ACKNOWLEDGMENT,
)

# Every segment some guide here has.
KNOWN = frozenset(use.id for one in GUIDES for use in one.segments)


def find(transaction: str, version: str) -> Guide | None:
    """The guide of a transaction; `version` is ST03, or GS08 where a transaction has no ST03.

    An addendum more or less (005010X222 for 005010X222A1) is the same guide.
    """
    plain = version.partition("A")[0]
    for one in GUIDES:
        if one.transaction == transaction and one.version.partition("A")[0] == plain:
            return one
    return None


def guide_of(model: LoopModel) -> Guide:
    """The guide a transaction's model belongs to; raises ValueError where it is no transaction."""
    for one in GUIDES:
        if one.root.model is type(model):
            return one
    raise ValueError(f"{type(model).__name__} is no transaction")
