"""Lives as hypothesis makes them up: every event there is, in orders that can be, also erased ones.

Only tests import this; hypothesis is no dependency of the contract.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import strategies as st

from daybook.events.event import Event
from daybook.events.personal import personal_fields
from daybook.events.practice import (
    LocationOpened,
    OrganizationRegistered,
    PayerAddress,
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
    CoverageTerms,
    Demographics,
    EmergencyContact,
    GuarantorAssigned,
    Membership,
    PatientDeceased,
    PatientDemographicsCorrected,
    PatientRegistered,
    PersonDetails,
    RelatedPersonLinked,
    SubscriberRelationship,
)
from daybook.events.testing_visits import VISIT_LIVES
from daybook.events.values import (
    Address,
    BirthSex,
    HumanName,
    NameUse,
    Period,
    Sex,
    Telecom,
    TelecomKind,
)

T = TypeVar("T")
E = TypeVar("E", bound=Event)

IDS = [UUID(f"0192f7a0-0000-7000-8000-0000000000{n:02x}") for n in range(6)]
"""Few, so that what events name is often there, and often not."""

ids = st.sampled_from(IDS)
texts = st.sampled_from(
    ["Ann", "O'Brién", "María José", "Nguyễn", "Öz", "van der Berg", "Smith-Lee"]
)
days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
partial_dates = st.sampled_from(["1984", "1984-03", "1984-03-09", "2024-02-29"])


def maybe(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | strategy


def few(strategy: st.SearchStrategy[T], least: int = 0) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(strategy, min_size=least, max_size=3).map(tuple)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    one, other = draw(maybe(days)), draw(maybe(days))
    if one and other:
        one, other = min(one, other), max(one, other)
    return Period(start=one, end=other)


names = st.builds(
    HumanName, use=st.sampled_from(NameUse), family=texts, given=few(texts), suffix=maybe(texts)
)
addresses = st.builds(
    Address,
    use=st.sampled_from(["home", "work", "old"]),
    lines=few(texts),
    city=maybe(texts),
    period=maybe(periods()),
)
telecoms = st.builds(
    Telecom, kind=st.sampled_from(TelecomKind), value=texts, may_contact=st.booleans()
)
demographics = st.builds(
    Demographics,
    names=few(names, 1),
    birth_date=maybe(partial_dates),
    administrative_sex=st.sampled_from(Sex),
    birth_sex=maybe(st.sampled_from(BirthSex)),
    gender_identity=maybe(texts),
    pronouns=maybe(texts),
    language=st.sampled_from([None, "en", "es-MX"]),
    addresses=few(addresses),
    telecoms=few(telecoms),
    emergency_contacts=few(st.builds(EmergencyContact, name=texts, phone=maybe(texts))),
)
details = st.builds(
    PersonDetails,
    name=names,
    birth_date=maybe(partial_dates),
    administrative_sex=st.sampled_from(Sex),
    address=maybe(addresses),
    telecoms=few(telecoms),
)


@st.composite
def terms(draw: st.DrawFn) -> CoverageTerms:
    relationship = draw(st.sampled_from(SubscriberRelationship))
    own = relationship == SubscriberRelationship.SELF
    return CoverageTerms(
        payer_id=draw(ids),
        plan_id=draw(maybe(ids)),
        relationship=relationship,
        subscriber_id=None if own else draw(ids),
        period=draw(periods()),
    )


memberships = st.builds(
    Membership, member_id=maybe(texts), group_number=maybe(texts), name_at_payer=maybe(names)
)


@st.composite
def events(draw: st.DrawFn, event_type: type[E], /, **fields: st.SearchStrategy[Any]) -> E:
    """An event, now and then with the personal fields of one person erased."""
    event = event_type(**{name: draw(strategy) for name, strategy in fields.items()})
    personal = [field for field, _ in personal_fields(event_type)]
    if personal and draw(st.integers(0, 4)) == 0:
        return event.model_copy(update=dict.fromkeys(personal))
    return event


@st.composite
def patient_lives(draw: st.DrawFn, patient_id: UUID = IDS[0]) -> Sequence[Event]:
    """What one patient's stream may hold."""
    its = st.just(patient_id)
    who = {"patient_id": its, "mrn": maybe(texts), "demographics": demographics}
    first: Event = draw(events(PatientRegistered, **who))
    changed = st.just(("names",))
    then: st.SearchStrategy[Event] = st.one_of(
        events(PatientDemographicsCorrected, **who, changed=changed),
        events(PatientDeceased, patient_id=its, deceased_on=partial_dates),
        events(
            RelatedPersonLinked, patient_id=its, person_id=ids, relationship=texts, details=details
        ),
        events(GuarantorAssigned, patient_id=its, person_id=maybe(ids), effective_from=days),
        events(CoverageOrderSet, patient_id=its, effective_from=days, coverage_ids=few(ids, 1)),
    )
    return [first, *draw(st.lists(then, max_size=6))]


@st.composite
def coverage_lives(draw: st.DrawFn, coverage_id: UUID = IDS[1]) -> Sequence[Event]:
    """What one coverage's stream may hold."""
    its, patient = st.just(coverage_id), st.just(IDS[0])
    said = {"coverage_id": its, "patient_id": patient, "terms": terms(), "membership": memberships}
    first: Event = draw(events(CoverageRecorded, **said))
    changed = st.sampled_from([("terms.period",), ("membership.member_id",)])
    then: st.SearchStrategy[Event] = st.one_of(
        events(CoverageCorrected, **said, changed=changed),
        events(
            CoverageEnded, coverage_id=its, patient_id=patient, last_day=days, reason=maybe(texts)
        ),
    )
    return [first, *draw(st.lists(then, max_size=5))]


@st.composite
def practitioner_lives(draw: st.DrawFn, practitioner_id: UUID = IDS[2]) -> Sequence[Event]:
    """What one practitioner's stream may hold."""
    its = st.just(practitioner_id)
    taxonomies = few(st.just("207Q00000X"))
    registered = events(
        PractitionerRegistered, practitioner_id=its, name=names, taxonomies=taxonomies
    )
    first: Event = draw(registered)
    role = events(
        PractitionerRoleAssigned,
        practitioner_id=its,
        role_id=ids,
        role=texts,
        organization_id=ids,
        location_id=ids,
        period=periods(),
        supervisor_id=maybe(ids),
    )
    return [first, *draw(st.lists(st.one_of(role, registered), max_size=5))]


def said(event: st.SearchStrategy[E]) -> st.SearchStrategy[Sequence[Event]]:
    """The stream of something that is said in full, now and then again."""
    return st.lists(event, min_size=1, max_size=3)


organization_lives = said(
    events(
        OrganizationRegistered,
        organization_id=st.just(IDS[3]),
        name=texts,
        tin=maybe(st.just("123456789")),
        street_address=maybe(addresses),
    )
)
location_lives = said(
    events(
        LocationOpened,
        location_id=st.just(IDS[3]),
        organization_id=ids,
        name=texts,
        time_zone=st.sampled_from(["America/Chicago", "Pacific/Honolulu"]),
        place_of_service=st.just("11"),
        address=maybe(addresses),
    )
)
payer_lives = said(
    events(
        PayerListed,
        payer_id=st.just(IDS[3]),
        name=texts,
        addresses=few(
            st.builds(
                PayerAddress,
                transaction=st.sampled_from(["270", "837P"]),
                clearinghouse=texts,
                payer_identifier=texts,
            )
        ),
        filing_days=maybe(st.integers(1, 365)),
    )
)
plan_lives = said(
    events(PlanListed, plan_id=st.just(IDS[4]), payer_id=ids, name=texts, kind=maybe(texts))
)

LIVES: dict[str, st.SearchStrategy[Sequence[Event]]] = {
    "registration.patient": patient_lives(),
    "registration.coverage": coverage_lives(),
    "practice.organization": organization_lives,
    "practice.location": location_lives,
    "practice.practitioner": practitioner_lives(),
    "practice.payer": payer_lives,
    "practice.plan": plan_lives,
    **VISIT_LIVES,
}
"""Topic -> what one of its streams may hold."""
