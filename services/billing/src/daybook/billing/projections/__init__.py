"""Events -> the read tables of billing; the facts of others first, then its own."""

from daybook.billing.projections.encounters import Visits
from daybook.billing.projections.money import Charges, Claims, FeeSchedules
from daybook.billing.projections.practice import (
    Locations,
    Organizations,
    Payers,
    Plans,
    Practitioners,
)
from daybook.billing.projections.registration import Accounts, Coverages

__all__ = [
    "Accounts",
    "Charges",
    "Claims",
    "Coverages",
    "FeeSchedules",
    "Locations",
    "Organizations",
    "Payers",
    "Plans",
    "Practitioners",
    "Visits",
]
