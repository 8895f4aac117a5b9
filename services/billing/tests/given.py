"""A visit and the facts around it, each an event; and a practice in memory that they happen to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from daybook.billing.domain import charges, claim
from daybook.billing.domain.claim import Claim
from daybook.billing.domain.facts import Facts
from daybook.billing.service import SERVICE
from daybook.events.billing import ChargesCaptured, FeeSchedulePublished
from daybook.events.covering import in_force
from daybook.events.ehr import EncounterReleased
from daybook.events.envelope import Envelope, Recorded
from daybook.events.event import Event
from daybook.events.practice import (
    LocationOpened,
    OrganizationRegistered,
    PayerListed,
    PlanListed,
    PractitionerRegistered,
)
from daybook.events.registration import (
    CoverageRecorded,
    PatientDemographicsCorrected,
    PatientRegistered,
    RelatedPersonLinked,
)
from daybook.runtime.testing_folds import stream_of

TENANT = UUID(int=10)
PATIENT, MOTHER, ENCOUNTER, COVERAGE, SECOND = (UUID(int=n) for n in range(101, 106))
PAYER, PLAN, ORGANIZATION, LOCATION, DOCTOR, FEES = (UUID(int=n) for n in range(201, 207))
CLAIM = UUID(int=301)
NUMBER = "K7Q2M9XW4TBC3H"
DAY = date(2026, 3, 9)
HOME = {"lines": ["1 Elm St"], "city": "Lisle", "state": "IL", "postal_code": "60532"}
NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


def demographics(family: str = "Zyx") -> dict[str, Any]:
    return {
        "names": [{"family": family, "given": ["Ana"]}],
        "birth_date": "2015-03-09",
        "administrative_sex": "female",
        "addresses": [HOME],
    }


def registered(family: str = "Zyx") -> Event:
    said = {"patient_id": PATIENT, "mrn": "77", "demographics": demographics(family)}
    return PatientRegistered.model_validate(said)


def renamed(family: str) -> Event:
    said = {"patient_id": PATIENT, "demographics": demographics(family), "changed": ["names"]}
    return PatientDemographicsCorrected.model_validate(said)


def covered(id: UUID = COVERAGE, payer: UUID = PAYER, **said: Any) -> CoverageRecorded:
    terms = {"payer_id": payer, "plan_id": PLAN, "period": {"start": "2026-01-01"}}
    return CoverageRecorded.model_validate(
        {
            "coverage_id": id,
            "patient_id": PATIENT,
            "terms": {**terms, **said.get("terms", {})},
            "membership": {"member_id": "A1", "group_number": "G9", **said.get("membership", {})},
        }
    )


def linked() -> Event:
    return RelatedPersonLinked.model_validate(
        {
            "patient_id": PATIENT,
            "person_id": MOTHER,
            "relationship": "MTH",
            "details": {
                "name": {"family": "Wvu", "given": ["Eva"]},
                "birth_date": "1984-03-09",
                "administrative_sex": "female",
                "address": HOME,
            },
        }
    )


def released(**setting: Any) -> Event:
    return EncounterReleased.model_validate(
        {
            "encounter_id": ENCOUNTER,
            "patient_id": PATIENT,
            "setting": {
                "location_id": LOCATION,
                "date_of_service": DAY,
                "place_of_service": "11",
                "rendering_id": DOCTOR,
                **setting,
            },
            "coding": {
                "diagnoses": [
                    {"edition": "2026", "code": "J06.9"},
                    {"edition": "2026", "code": "R05.1"},
                ],
                "lines": [
                    {"code": "99213", "modifiers": ["25"], "pointers": [1, 2]},
                    {"code": "87880", "units": 2, "pointers": [1]},
                ],
            },
        }
    )


def fees(id: UUID = FEES, payer: UUID | None = None, **cents: int) -> FeeSchedulePublished:
    said = cents or {"99213": 12500, "87880": 2000}
    return FeeSchedulePublished.model_validate(
        {
            "fee_schedule_id": id,
            "name": "Fees",
            "payer_id": payer,
            "period": {"start": "2026-01-01", "end": "2026-12-31"},
            "fees": [{"code": k.strip("_"), "amount": {"cents": v}} for k, v in said.items()],
        }
    )


def around() -> list[Event]:
    """What the practice says of itself, and what its services cost."""
    doctor = {"name": {"family": "Tsr"}, "npi": "1234567893", "taxonomies": ["207Q00000X"]}
    return [
        OrganizationRegistered.model_validate(
            {
                "organization_id": ORGANIZATION,
                "name": "Elm Clinic",
                "tin": "123456789",
                "group_npi": "1245319599",
                "taxonomy": "261QP2300X",
                "street_address": HOME,
            }
        ),
        LocationOpened.model_validate(
            {
                "location_id": LOCATION,
                "organization_id": ORGANIZATION,
                "name": "Elm Street",
                "time_zone": "America/Chicago",
                "place_of_service": "11",
                "address": HOME,
            }
        ),
        PractitionerRegistered.model_validate({"practitioner_id": DOCTOR, **doctor}),
        PayerListed.model_validate(
            {
                "payer_id": PAYER,
                "name": "Blue Sky",
                "filing_days": 90,
                "addresses": [
                    {"transaction": "837P", "clearinghouse": "ch", "payer_identifier": "BS001"}
                ],
            }
        ),
        PlanListed(plan_id=PLAN, payer_id=PAYER, name="Gold", kind="CI"),
        fees(),
    ]


def everything() -> list[Event]:
    """A visit of which all is known."""
    return [*around(), registered(), covered(), released()]


def recorded(events: Iterable[Event]) -> list[Recorded]:
    """The events with envelopes of their own; the later in the list, the later recorded."""
    versions: dict[str, int] = {}
    made = []
    for n, event in enumerate(events):
        stream = stream_of(event)
        versions[stream] = versions.get(stream, 0) + 1
        envelope = Envelope(
            id=UUID(int=1000 + n),
            type=event.wire.name,
            schema_version=event.wire.version,
            source="/tests",
            tenant=TENANT,
            stream=stream,
            version=versions[stream],
            subject=event.subject,
            actor=f"actor-{n}",
            occurred_at=NOON,
            recorded_at=NOON + timedelta(minutes=n),
            correlation=UUID(int=0),
            causation=UUID(int=0),
        )
        made.append(Recorded(envelope, event))
    return made


@dataclass(slots=True)
class Books:
    """The read tables in memory, and what billing has decided of one visit so far."""

    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    charged: ChargesCaptured | None = None
    claim: Claim | None = None
    drafts: list[Event] = field(default_factory=list)

    def happened(self, *all: Recorded) -> "Books":
        """Applies events, and decides after each as the process does."""
        for one in all:
            for projection in SERVICE.projections:
                if one.event.wire.topic in projection.topics:
                    table = self.tables.setdefault(projection.name, {})
                    before = table.get(one.envelope.stream, ())
                    table[one.envelope.stream] = projection.fold(before, one)
            self.decide()
        return self

    def decide(self) -> None:
        facts = self.facts()
        if facts is None:
            return
        if self.claim is None or self.claim.status != claim.Status.SUBMITTED:
            for event in charges.capture(self.charged, facts).events:
                self.charged = charges.evolve(self.charged, event)
        for event in claim.draft(self.claim, facts, CLAIM, NUMBER).events:
            self.drafts.append(event)
            self.claim = claim.evolve(self.claim, event)

    def rows(self, table: str) -> Sequence[dict[str, Any]]:
        return [row for rows in self.tables.get(table, {}).values() for row in rows]

    def by_id(self, table: str) -> dict[UUID, dict[str, Any]]:
        return {row["id"]: row for row in self.rows(table)}

    def facts(self) -> Facts | None:
        visit = next(iter(self.rows("visits")), None)
        if visit is None:
            return None
        place = self.by_id("locations").get(visit["location_id"])
        biller = visit["organization_id"] or (place["organization_id"] if place else None)
        day = visit["date_of_service"]
        return Facts(
            visit=visit,
            account=next(iter(self.rows("accounts")), None),
            coverages=self.rows("coverages"),
            payers=self.by_id("payers"),
            plans=self.by_id("plans"),
            organization=self.by_id("organizations").get(biller) if biller else None,
            location=place,
            practitioners=self.by_id("practitioners"),
            schedules=[
                one
                for one in self.rows("fee_schedules")
                if in_force(one["starts"], one["last_day"], day)
            ],
        )


def books(*events: Event) -> Books:
    """What is known after these events, in this order."""
    return Books().happened(*recorded(events))
