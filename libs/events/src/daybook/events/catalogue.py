"""Every event there is, in one list that can be read."""

from daybook.events.event import Event
from daybook.events.practice import (
    LocationOpened,
    OrganizationRegistered,
    PayerListed,
    PlanListed,
    PractitionerRegistered,
    PractitionerRoleAssigned,
)
from daybook.events.registration import (
    CoverageCorrected,
    CoverageEnded,
    CoverageOrderSet,
    CoverageRecorded,
    GuarantorAssigned,
    PatientDeceased,
    PatientDemographicsCorrected,
    PatientRegistered,
    RelatedPersonLinked,
)

CATALOGUE: tuple[type[Event], ...] = (
    OrganizationRegistered,
    LocationOpened,
    PractitionerRegistered,
    PractitionerRoleAssigned,
    PayerListed,
    PlanListed,
    PatientRegistered,
    PatientDemographicsCorrected,
    PatientDeceased,
    RelatedPersonLinked,
    GuarantorAssigned,
    CoverageOrderSet,
    CoverageRecorded,
    CoverageCorrected,
    CoverageEnded,
)

BY_NAME: dict[str, type[Event]] = {kind.wire.name: kind for kind in CATALOGUE}

TOPICS: tuple[str, ...] = tuple(dict.fromkeys(kind.wire.topic for kind in CATALOGUE))
