"""Every service there is, in one list that can be read."""

from daybook.billing.service import SERVICE as BILLING
from daybook.ehr.service import SERVICE as EHR
from daybook.eligibility.service import SERVICE as ELIGIBILITY
from daybook.practice.service import SERVICE as PRACTICE
from daybook.registration.service import SERVICE as REGISTRATION
from daybook.runtime.service import Service
from daybook.scheduling.service import SERVICE as SCHEDULING

SERVICES: tuple[Service, ...] = (PRACTICE, REGISTRATION, SCHEDULING, ELIGIBILITY, EHR, BILLING)

BY_NAME = {service.name: service for service in SERVICES}
"""By name, as `daybook serve` and the compose file call them."""

DATABASES = (*BY_NAME, "keys", "log")
"""Every database, without its prefix `daybook_`."""
