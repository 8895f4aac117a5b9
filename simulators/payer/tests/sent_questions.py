"""270, 276 and 278 a provider sends, by what is on the card."""

from datetime import date
from decimal import Decimal
from typing import Any

from daybook.simulators.payer.members.roll import Membership
from daybook.simulators.payer.people import PersonTold
from daybook.simulators.payer.transactions.parts import demographics, level, named, organization
from daybook.x12.guides import claim_status_inquiry as status
from daybook.x12.guides import eligibility_inquiry as asking
from daybook.x12.guides import services_review as review
from daybook.x12.segments.benefit import Inquiry, ReviewRequest
from daybook.x12.segments.claim import HealthCareCodes
from daybook.x12.segments.composites import FacilityCode, HealthCareCode, Procedure
from daybook.x12.segments.control import Trace
from daybook.x12.segments.line import ProfessionalService
from daybook.x12.segments.people import Dated, Insured, Reference
from daybook.x12.values import Money

from .edge_world import NPI, SENDER, TODAY, beginning, called

PRACTICE = "MILL STREET FAMILY PRACTICE"


def inquiry(
    *people: Membership, on: date = TODAY, payer: str = "", told: PersonTold | None = None
) -> asking.EligibilityInquiry:
    """A 270 about some people of one payer; `told` is what is said of a subscriber instead."""
    asker = organization("1P", PRACTICE, "XX", NPI)
    below = asking.AskerLevel(
        level=level("21"),
        asker=asking.Asker(name=asker),
        subscribers=tuple(_asked(one, on, told) for one in people),
    )
    source = organization("PR", "PAYER", "PI", payer or called(people[0], "270"))
    return asking.EligibilityInquiry(
        beginning=beginning("0022", "13", "Q7"),
        sources=(
            asking.SourceLevel(
                level=level("20"), source=asking.Source(name=source), askers=(below,)
            ),
        ),
    )


def _asked(one: Membership, on: date, told: PersonTold | None) -> asking.Subscriber:
    traces = (Trace(type="1", number=f"T{one.member_id}", originator="9MILLST001"),)
    dates = (Dated.on("291", on),)
    if one.is_subscriber:
        person = told or one.told
        types = Inquiry(service_types=("30", "98"))
        alone = asking.SubscriberName(
            name=named("IL", person),
            demographics=demographics(person),
            dates=dates,
            inquiries=(asking.SubscriberInquiry(inquiry=types),),
        )
        return asking.Subscriber(level=level("22"), traces=traces, subscriber=alone)
    dependent = asking.DependentName(
        name=named("03", one.told, with_id=False),
        demographics=demographics(one.told),
        relationship=Insured(subscriber="N", relationship=one.relationship),
        dates=dates,
        inquiries=(asking.DependentInquiry(inquiry=Inquiry(service_types=("30",))),),
    )
    return asking.Subscriber(
        level=level("22"),
        subscriber=asking.SubscriberName(name=named("IL", one.holder_told)),
        dependents=(asking.Dependent(level=level("23"), traces=traces, dependent=dependent),),
    )


def status_inquiry(
    one: Membership, control_number: str, payer: str = ""
) -> status.ClaimStatusInquiry:
    """A 276 about a claim by our number."""
    alone = one.is_subscriber
    said: dict[str, Any] = {
        "trace": Trace(type="1", number=f"S{control_number}"),
        "patient_control_number": Reference(qualifier="EJ", value=control_number),
        "date": Dated.between("472", TODAY.replace(day=1), TODAY),
    }
    born = demographics(one.told)
    assert born
    dependent = status.Dependent(
        level=level("23"),
        demographics=born,
        dependent=status.DependentName(name=named("QC", one.told, with_id=False)),
        claims=(status.DependentClaim(**said),),
    )
    person = status.Subscriber(
        level=level("22"),
        demographics=born if alone else None,
        subscriber=status.SubscriberName(name=named("IL", one.told if alone else one.holder_told)),
        claims=(status.SubscriberClaim(**said),) if alone else (),
        dependents=() if alone else (dependent,),
    )
    provider = status.ProviderLevel(
        level=level("19"),
        providers=(status.Provider(name=organization("1P", PRACTICE, "XX", NPI)),),
        subscribers=(person,),
    )
    receiver = status.ReceiverLevel(
        level=level("21"),
        receiver=status.Receiver(name=organization("41", PRACTICE, "46", SENDER)),
        providers=(provider,),
    )
    name = organization("PR", "PAYER", "PI", payer or called(one, "276"))
    return status.ClaimStatusInquiry(
        beginning=beginning("0010", "13", "S1"),
        payers=(
            status.PayerLevel(
                level=level("20"), payer=status.Payer(name=name), receivers=(receiver,)
            ),
        ),
    )


def authorisation_request(
    one: Membership, code: str = "72148", payer: str = "", told: PersonTold | None = None
) -> review.ServicesReview:
    """A 278 for one service; `told` is what is said of the patient instead."""
    place = FacilityCode(value="11", qualifier="B")
    service = review.ReviewedService(
        level=level("SS"),
        request=ReviewRequest(category="HS", certification="I"),
        dates=(Dated.on("472", TODAY),),
        professional=ProfessionalService(
            procedure=Procedure(system="HC", code=code),
            unit="UN",
            quantity=Decimal(1),
            charge=Money(90000),
        ),
    )
    event = review.PatientEvent(
        level=level("EV"),
        traces=(Trace(type="1", number="R1", originator="9MILLST001"),),
        request=ReviewRequest(category="HS", certification="I", service_type="4", facility=place),
        dates=(Dated.on("AAH", TODAY),),
        diagnoses=HealthCareCodes(code_1=HealthCareCode(qualifier="ABK", code="M545")),
        services=(service,),
    )
    alone, patient = one.is_subscriber, told or one.told
    holder = patient if alone else one.holder_told
    dependent = review.Dependent(
        level=level("23"),
        dependent=review.DependentName(
            name=named("QC", patient, with_id=False),
            demographics=demographics(patient),
            relationship=Insured(subscriber="N", relationship=one.relationship),
        ),
        events=(event,),
    )
    person = review.Subscriber(
        level=level("22"),
        subscriber=review.SubscriberName(
            name=named("IL", holder), demographics=demographics(holder)
        ),
        events=(event,) if alone else (),
        dependents=() if alone else (dependent,),
    )
    requester = review.RequesterLevel(
        level=level("21"),
        requester=review.Requester(name=organization("1P", PRACTICE, "XX", NPI)),
        subscribers=(person,),
    )
    name = organization("X3", "PAYER", "PI", payer or called(one, "278"))
    return review.ServicesReview(
        beginning=beginning("0007", "13", "R21"),
        organizations=(
            review.ReviewLevel(
                level=level("20"),
                organization=review.ReviewOrganization(name=name),
                requesters=(requester,),
            ),
        ),
    )
