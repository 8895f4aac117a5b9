"""Where, when and under whom an encounter takes place, and who is to pay for it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from pydantic import ConfigDict, Field

from daybook.ehr.domain.encounter import Encounter, settle, unfinished, without_appointment
from daybook.events.ehr import Setting
from daybook.events.event import Value
from daybook.events.scheduling import Payment, Visit
from daybook.events.values import Day, Modality, PaymentBasis, Period, PlaceOfService
from daybook.runtime.writing import Decision, Refused

OFFICE, TELEHEALTH_HOME = "11", "10"
"""CMS place-of-service codes. A place not known yet is taken for an office until it is."""


@dataclass(frozen=True, slots=True)
class Location:
    """What an encounter needs of a location."""

    organization_id: UUID
    place_of_service: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Role:
    """What a practitioner does where, from when until when, and under whom."""

    location_id: UUID
    period: Period
    supervisor_id: UUID | None


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of an encounter's surroundings: None is what has not arrived here yet."""

    location: Location | None
    roles: Sequence[Role] | None

    def supervisor(self, location_id: UUID, on: date) -> UUID | None:
        """Who supervises the practitioner at a location on a day; None: nobody needs to."""
        return next(iter(self.supervisors(location_id, on)), None)

    def supervisors(self, location_id: UUID, on: date) -> Sequence[UUID]:
        """All who do, where several roles name one."""
        there = [role for role in self.roles or () if role.location_id == location_id]
        return [
            role.supervisor_id for role in there if role.supervisor_id and role.period.covers(on)
        ]


class OpenEncounter(Value):
    """Opens an encounter that nobody booked."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "patient_id": "0192f7a0-0000-7000-8000-000000000001",
                    "location_id": "0192f7a0-0000-7000-8000-000000000002",
                    "rendering_id": "0192f7a0-0000-7000-8000-000000000003",
                }
            ]
        }
    )

    patient_id: UUID
    location_id: UUID
    rendering_id: UUID = Field(description="The practitioner who treats")
    date_of_service: Day | None = Field(default=None, description="Absent: today, at the location")
    modality: Modality = Modality.IN_PERSON
    place_of_service: PlaceOfService | None = Field(
        default=None, description="Absent: the location's; 10 for telehealth"
    )
    referring_id: UUID | None = None
    ordering_id: UUID | None = None
    payment_basis: PaymentBasis = PaymentBasis.INSURANCE
    coverage_ids: tuple[UUID, ...] | None = Field(
        default=None, max_length=10, description="In order; absent: those in force on the day"
    )
    billable: bool = True


class ChangeSetting(Value):
    """Changes where and under whom an encounter takes place: what is absent stays.

    Who pays is chosen at the appointment; here only where there is none.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "place_of_service": "02",
                    "referring_id": "0192f7a0-0000-7000-8000-000000000003",
                }
            ]
        }
    )

    place_of_service: PlaceOfService | None = None
    rendering_id: UUID | None = None
    referring_id: UUID | None = None
    ordering_id: UUID | None = None
    payment_basis: PaymentBasis | None = None
    coverage_ids: tuple[UUID, ...] | None = Field(default=None, max_length=10)


def of_visit(visit: Visit, around: Around) -> Setting:
    """The setting of a booked visit whose patient has arrived."""
    slot = visit.slot
    telehealth = visit.modality is Modality.TELEHEALTH
    said = Setting(
        location_id=slot.location_id,
        date_of_service=visit.date_of_service,
        place_of_service=TELEHEALTH_HOME if telehealth else OFFICE,
        modality=visit.modality,
        rendering_id=slot.practitioner_id,
        payment_basis=visit.payment.basis,
        coverage_ids=visit.payment.coverage_ids,
        billable=visit.billable,
        service_types=visit.service_types,
    )
    return completed(said, around)


def completed(setting: Setting, around: Around) -> Setting:
    """The setting with what is known by now of its location and of who supervises.

    The place of service follows the location once, when the location becomes known; what a person
    said of it later stays.
    """
    supervisor = around.supervisor(setting.location_id, setting.date_of_service)
    known: dict[str, object] = {"supervising_id": supervisor, "cosigner_id": supervisor}
    if around.location is not None and setting.organization_id is None:
        known["organization_id"] = around.location.organization_id
        if setting.place_of_service == OFFICE:
            known["place_of_service"] = around.location.place_of_service
    return setting.model_copy(update=known)


def paid(setting: Setting, payment: Payment) -> Setting:
    """The setting with another payment."""
    chosen = {"payment_basis": payment.basis, "coverage_ids": payment.coverage_ids}
    return setting.model_copy(update=chosen)


def of_command(
    command: OpenEncounter, around: Around, covered: Sequence[UUID], today: date
) -> Setting:
    """The setting of an encounter nobody booked; `covered` are the coverages in force that day.

    Raises Refused for a location or practitioner unknown here, and a day that is still to come.
    """
    if around.location is None:
        raise unknown("location", "/location_id")
    if around.roles is None:
        raise unknown("practitioner", "/rendering_id")
    on = command.date_of_service or today
    if on > today:
        raise Refused(
            "date-of-service-future",
            "the date of service is still to come; open the encounter on that day, or book it",
            "/date_of_service",
        )
    telehealth = command.modality is Modality.TELEHEALTH
    place = TELEHEALTH_HOME if telehealth else around.location.place_of_service
    asked = command.coverage_ids
    said = Setting(
        location_id=command.location_id,
        organization_id=around.location.organization_id,
        date_of_service=on,
        place_of_service=command.place_of_service or place,
        modality=command.modality,
        rendering_id=command.rendering_id,
        referring_id=command.referring_id,
        ordering_id=command.ordering_id,
        payment_basis=command.payment_basis,
        coverage_ids=tuple(covered[:10]) if asked is None else asked,
        billable=command.billable,
    )
    return completed(said, around)


def change(
    encounter: Encounter | None,
    command: ChangeSetting,
    around: Around,
    practitioners: Collection[UUID],
) -> Decision:
    """Changes the setting of an unfinished encounter; `around` is that of its new rendering.

    Raises NotFound; Conflict; Refused for a practitioner unknown here.
    """
    encounter = unfinished(encounter)
    said = {
        name: getattr(command, name)
        for name in ("place_of_service", "rendering_id", "referring_id", "ordering_id")
        if getattr(command, name) is not None
    }
    for name in ("rendering_id", "referring_id", "ordering_id"):
        if name in said and said[name] not in practitioners:
            raise unknown("practitioner", f"/{name}")
    if command.payment_basis is not None or command.coverage_ids is not None:
        without_appointment(encounter)
        said["payment_basis"] = command.payment_basis or encounter.setting.payment_basis
        if command.coverage_ids is not None:
            said["coverage_ids"] = command.coverage_ids
    return settle(encounter, completed(encounter.setting.model_copy(update=said), around))


def unknown(what: str, pointer: str) -> Refused:
    """The refusal of a location, practitioner or coverage that is not known here."""
    return Refused(
        f"unknown-{what}",
        f"no {what} of this practice with this id has arrived in the EHR; check the id, or try "
        "again if it is new",
        pointer,
    )
