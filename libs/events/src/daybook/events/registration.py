"""Who the patients are, who stands beside them, and how they are covered."""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from daybook.events.event import Event, Value, Wire
from daybook.events.personal import Personal, about
from daybook.events.values import (
    Address,
    BirthSex,
    Code,
    Flag,
    HumanName,
    Identifier,
    PartialDate,
    Period,
    Sex,
    Telecom,
    Text,
)

Changed = tuple[Annotated[str, StringConstraints(pattern=r"^[a-z_.]{1,64}$")], ...]
"""Names of fields, `terms.period` for one inside another; never what was in them."""


class EmergencyContact(Value):
    """Whom to call; a person of their own only if also linked as a related person."""

    name: Text
    relationship: Code | None = None
    phone: Text | None = None


class Occupation(Value):
    """What a patient does for a living, and in which industry (USCDI v3)."""

    occupation: Text
    industry: Text | None = None
    period: Period | None = None


Cdc = Field(default=(), max_length=50, description="CDC Race and Ethnicity codes, OMB's first")


class Demographics(Value):
    """Who a patient is, after US Core 6.1.0 / USCDI v3. Administrative sex is not birth sex.

    Gender identity, sexual orientation and pronouns are in the words each practice chooses.
    """

    names: tuple[HumanName, ...] = Field(min_length=1, max_length=20)
    birth_date: PartialDate | None = None
    administrative_sex: Sex = Sex.UNKNOWN
    birth_sex: BirthSex | None = None
    gender_identity: Text | None = None
    sexual_orientation: Text | None = None
    pronouns: Text | None = Field(default=None, examples=["she/her"])
    race: tuple[Code, ...] = Cdc
    race_text: Text | None = Field(default=None, description="In the patient's own words")
    ethnicity: tuple[Code, ...] = Cdc
    ethnicity_text: Text | None = Field(default=None, description="In the patient's own words")
    tribal_affiliations: tuple[Code, ...] = Field(
        default=(), max_length=20, description="HL7 v3 TribalEntityUS"
    )
    language: Code | None = Field(default=None, description="BCP 47", examples=["es-MX"])
    occupations: tuple[Occupation, ...] = Field(default=(), max_length=20)
    addresses: tuple[Address, ...] = Field(default=(), max_length=20)
    telecoms: tuple[Telecom, ...] = Field(default=(), max_length=20)
    identifiers: tuple[Identifier, ...] = Field(default=(), max_length=50)
    emergency_contacts: tuple[EmergencyContact, ...] = Field(default=(), max_length=10)

    @property
    def name(self) -> HumanName:
        """The legal name, else the first one."""
        return next((name for name in self.names if name.use == "legal"), self.names[0])


class PersonDetails(Value):
    """A guardian, subscriber or guarantor: a person of their own, with less said about them."""

    name: HumanName
    birth_date: PartialDate | None = None
    administrative_sex: Sex = Sex.UNKNOWN
    address: Address | None = None
    telecoms: tuple[Telecom, ...] = Field(default=(), max_length=10)
    identifiers: tuple[Identifier, ...] = Field(default=(), max_length=20)


class PatientRegistered(Event):
    """A patient is known to the practice from here on."""

    wire: ClassVar = Wire("registration.patient-registered", "registration.patient")

    patient_id: UUID
    mrn: Personal[Code] = None
    demographics: Personal[Demographics] = None


class PatientDemographicsCorrected(Event):
    """Who the patient is, said again in full; `changed` names the fields that differ."""

    wire: ClassVar = Wire("registration.patient-demographics-corrected", "registration.patient")

    patient_id: UUID
    mrn: Personal[Code] = None
    demographics: Personal[Demographics] = None
    changed: Changed


class PatientDeceased(Event):
    """The patient has died; said again, the date is another or better known than before."""

    wire: ClassVar = Wire("registration.patient-deceased", "registration.patient")

    patient_id: UUID
    deceased_on: Personal[PartialDate] = None


class RelatedPersonLinked(Event):
    """A person beside the patient. Linking the same `person_id` again replaces what was said."""

    wire: ClassVar = Wire("registration.related-person-linked", "registration.patient")

    patient_id: UUID
    person_id: UUID
    relationship: Annotated[
        Code | None,
        *about("person_id"),
        Field(description="HL7 v3 RoleCode: MTH, FTH, SPS, CHILD, GUARD ..."),
    ] = None
    details: Annotated[PersonDetails | None, *about("person_id")] = None


class GuarantorAssigned(Event):
    """Who answers for the account: a related person, or the patient where `person_id` is None."""

    wire: ClassVar = Wire("registration.guarantor-assigned", "registration.patient")

    patient_id: UUID
    person_id: UUID | None = None
    effective_from: date


class CoverageOrderSet(Event):
    """From a date on, which coverage is asked first, second, and so on."""

    wire: ClassVar = Wire("registration.coverage-order-set", "registration.patient")

    patient_id: UUID
    effective_from: date
    coverage_ids: tuple[UUID, ...] = Field(min_length=1, max_length=20)


class SubscriberRelationship(StrEnum):
    """What the patient is to the subscriber (X12 PAT01 / INS02, named)."""

    SELF = "self"
    SPOUSE = "spouse"
    LIFE_PARTNER = "life-partner"
    CHILD = "child"
    EMPLOYEE = "employee"
    OTHER = "other"


class CoverageTerms(Value):
    """The part of a coverage that is nobody's secret: who pays, for whom it is held, and when.

    `subscriber_id` is a related person of the patient; None when the patient is the subscriber.
    A patient with a member id of their own is the X12 subscriber whoever holds the policy.
    """

    payer_id: UUID
    plan_id: UUID | None = None
    type: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,12}$")] | None = Field(
        default=None,
        description="Type of coverage: NAHDO Source of Payment Typology or HL7 v3 ActCode",
        examples=["512"],
    )
    relationship: SubscriberRelationship = SubscriberRelationship.SELF
    subscriber_id: UUID | None = None
    period: Period = Period()
    assignment_of_benefits: Flag = True
    release_of_information: Literal["yes", "informed-consent", "no"] = "yes"

    @model_validator(mode="after")
    def _subscriber(self) -> "CoverageTerms":
        if (self.relationship == SubscriberRelationship.SELF) != (self.subscriber_id is None):
            raise ValueError("name a subscriber exactly when the patient is not the subscriber")
        return self


class Membership(Value):
    """What the card says: the member's id, the group, and the member's name as the payer has it."""

    member_id: Code | None = Field(default=None, examples=["W123456789-02"])
    subscriber_number: Code | None = Field(
        default=None, description="The subscriber's id, where the patient's own is another"
    )
    group_number: Code | None = None
    group_name: Text | None = None
    name_at_payer: HumanName | None = None


class CoverageRecorded(Event):
    """A patient is covered by a payer's plan."""

    wire: ClassVar = Wire("registration.coverage-recorded", "registration.coverage")

    coverage_id: UUID
    patient_id: UUID
    terms: CoverageTerms
    membership: Personal[Membership] = None


class CoverageCorrected(Event):
    """The coverage, said again in full; `changed` names the fields that differ."""

    wire: ClassVar = Wire("registration.coverage-corrected", "registration.coverage")

    coverage_id: UUID
    patient_id: UUID
    terms: CoverageTerms
    membership: Personal[Membership] = None
    changed: Changed


class CoverageEnded(Event):
    """The coverage's last day."""

    wire: ClassVar = Wire("registration.coverage-ended", "registration.coverage")

    coverage_id: UUID
    patient_id: UUID
    last_day: date
    reason: Personal[Text] = None
