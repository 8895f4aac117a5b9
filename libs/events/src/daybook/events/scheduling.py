"""When whom is seen where: visit types, rooms, availability, the appointment and its states."""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from daybook.events.event import Event, Value, Wire
from daybook.events.personal import Personal
from daybook.events.values import (
    Day,
    LocalTime,
    Modality,
    PaymentBasis,
    Period,
    ServiceType,
    Text,
    TimeOfDay,
    TimeZone,
    Whole,
)

Minutes = Annotated[Whole, Field(ge=1, le=1440)]
Lane = Annotated[int, Field(ge=1, le=50)]
"""Which of the places a provider or a room has at one time; capacity n is the lanes 1 to n."""
AtOnce = Annotated[Whole, Field(ge=1, le=50, description="How many visits may overlap")]


class VisitTypeDefined(Event):
    """A kind of visit the practice offers; defined again, it says everything anew."""

    wire: ClassVar = Wire("scheduling.visit-type-defined", "scheduling.visit-type")

    visit_type_id: UUID
    name: Text
    minutes: Minutes
    modality: Modality = Modality.IN_PERSON
    billable: bool = True
    service_types: tuple[ServiceType, ...] = Field(default=(), max_length=20)
    active: bool = True


class RoomOpened(Event):
    """A room at a location; opened again, it says everything anew."""

    wire: ClassVar = Wire("scheduling.room-opened", "scheduling.room")

    room_id: UUID
    location_id: UUID
    name: Text
    capacity: AtOnce = 1
    active: bool = True


class Window(Value):
    """Hours of one weekday at one location, by the clock on its wall; Monday is 0.

    An end of 00:00 is the midnight that ends the day.
    """

    location_id: UUID
    weekday: Annotated[int, Field(ge=0, le=6)]
    start: TimeOfDay
    end: TimeOfDay
    period: Period = Period()
    visit_type_ids: tuple[UUID, ...] = Field(default=(), max_length=50, description="Empty: any")


class DayException(Value):
    """Hours of one date instead of the weekly ones; without hours the provider is away.

    Those of one date and location are taken together: hours at one location and absence at every
    location mean that the provider is at that one only.
    """

    day: Day
    location_id: UUID | None = Field(default=None, description="Absent: at every location")
    start: TimeOfDay | None = None
    end: TimeOfDay | None = None


class AvailabilitySet(Event):
    """When and where a provider may be booked, said in full; `availability_id` is the provider's
    own id, so that each has one."""

    wire: ClassVar = Wire("scheduling.availability-set", "scheduling.availability")

    availability_id: UUID
    capacity: AtOnce = 1
    windows: tuple[Window, ...] = Field(default=(), max_length=200)
    exceptions: tuple[DayException, ...] = Field(default=(), max_length=1000)


class Slot(Value):
    """Where an appointment lies: an instant, what the wall clock shows, and whose time it takes.

    Without a lane it takes none of the provider's time: a walk-in squeezed in between others.
    """

    practitioner_id: UUID
    location_id: UUID
    room_id: UUID | None = None
    start: AwareDatetime
    minutes: Minutes
    local_start: LocalTime
    time_zone: TimeZone
    lane: Lane | None = None
    room_lane: Lane | None = None


class Payment(Value):
    """Who is to pay, chosen at booking: the basis, and the coverages as they are asked in order."""

    basis: PaymentBasis = PaymentBasis.INSURANCE
    coverage_ids: tuple[UUID, ...] = Field(default=(), max_length=10)


class AppointmentBooked(Event):
    """A patient has a time with a provider; a walk-in is booked for the moment it arrives."""

    wire: ClassVar = Wire("scheduling.appointment-booked", "scheduling.appointment")

    appointment_id: UUID
    patient_id: UUID
    visit_type_id: UUID
    slot: Slot
    modality: Modality = Modality.IN_PERSON
    billable: bool = True
    service_types: tuple[ServiceType, ...] = Field(default=(), max_length=20)
    payment: Payment = Payment()
    walk_in: bool = False
    reason: Personal[Text] = None
    outside_hours: bool = False
    outside_hours_reason: Personal[Text] = None


class AppointmentRescheduled(Event):
    """The appointment lies elsewhere now; the chain of its slots is its stream."""

    wire: ClassVar = Wire("scheduling.appointment-rescheduled", "scheduling.appointment")

    appointment_id: UUID
    patient_id: UUID
    slot: Slot
    because: Personal[Text] = None
    outside_hours: bool = False
    outside_hours_reason: Personal[Text] = None


class AppointmentConfirmed(Event):
    """The patient has said that they will come."""

    wire: ClassVar = Wire("scheduling.appointment-confirmed", "scheduling.appointment")

    appointment_id: UUID
    patient_id: UUID


class CancelReason(StrEnum):
    """Why an appointment will not take place."""

    PATIENT_ASKED = "patient-asked"
    PRACTICE = "practice"
    PROVIDER_AWAY = "provider-away"
    WEATHER = "weather"
    ILL = "ill"
    DECEASED = "deceased"
    ERROR = "entered-in-error"


class AppointmentCancelled(Event):
    """The appointment will not take place, and its time is free."""

    wire: ClassVar = Wire("scheduling.appointment-cancelled", "scheduling.appointment")

    appointment_id: UUID
    patient_id: UUID
    reason: CancelReason
    note: Personal[Text] = None


class PaymentChosen(Event):
    """Who is to pay for the visit is another than was chosen at booking."""

    wire: ClassVar = Wire("scheduling.payment-chosen", "scheduling.appointment")

    appointment_id: UUID
    patient_id: UUID
    payment: Payment


class Visit(Value):
    """What other services need of an appointment whose patient is there."""

    visit_type_id: UUID
    slot: Slot
    modality: Modality
    billable: bool
    service_types: tuple[ServiceType, ...] = Field(default=(), max_length=20)
    payment: Payment
    date_of_service: date = Field(description="The location's local date on arrival")


class PatientArrived(Event):
    """The patient is at the desk, or in the telehealth waiting room."""

    wire: ClassVar = Wire("scheduling.patient-arrived", "scheduling.appointment")

    appointment_id: UUID
    patient_id: UUID
    visit: Visit


class PatientRoomed(Event):
    """The patient is in a room, or was let in: the encounter starts."""

    wire: ClassVar = Wire("scheduling.patient-roomed", "scheduling.appointment")

    appointment_id: UUID
    patient_id: UUID
    room_id: UUID | None = None


class ProviderJoined(Event):
    """The provider is with the patient."""

    wire: ClassVar = Wire("scheduling.provider-joined", "scheduling.appointment")

    appointment_id: UUID
    patient_id: UUID


class VisitDone(Event):
    """The patient leaves, having been seen."""

    wire: ClassVar = Wire("scheduling.visit-done", "scheduling.appointment")

    appointment_id: UUID
    patient_id: UUID


class PatientLeftUnseen(Event):
    """The patient left before a provider saw them: nothing may be billed."""

    wire: ClassVar = Wire("scheduling.patient-left-unseen", "scheduling.appointment")

    appointment_id: UUID
    patient_id: UUID


class PatientDidNotCome(Event):
    """A no-show: the time of the appointment passed without the patient."""

    wire: ClassVar = Wire("scheduling.patient-did-not-come", "scheduling.appointment")

    appointment_id: UUID
    patient_id: UUID
