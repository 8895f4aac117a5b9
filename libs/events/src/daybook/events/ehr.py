"""What happened in the room: the encounter, what was measured, written, signed, coded, released."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from daybook.events.clinical import (
    Allergy,
    AllergyStatus,
    Coding,
    Immunization,
    ImmunizationStatus,
    Medication,
    MedicationStatus,
    NotedPatient,
    NoteSection,
    Problem,
    ProblemStatus,
    Prose,
    Vital,
)
from daybook.events.event import Event, Value, Wire
from daybook.events.personal import Personal
from daybook.events.values import (
    Modality,
    PaymentBasis,
    PlaceOfService,
    ServiceType,
)


class Setting(Value):
    """Where, when and under whom an encounter takes place, and who is to pay for it.

    `date_of_service` is the location's local date. `cosigner_id` is whose co-signature every note
    needs before release: the supervisor of the rendering practitioner's role, None if unsupervised.
    """

    location_id: UUID
    organization_id: UUID | None = None
    date_of_service: date
    place_of_service: PlaceOfService
    modality: Modality = Modality.IN_PERSON
    rendering_id: UUID
    supervising_id: UUID | None = None
    referring_id: UUID | None = None
    ordering_id: UUID | None = None
    cosigner_id: UUID | None = None
    payment_basis: PaymentBasis = PaymentBasis.INSURANCE
    coverage_ids: tuple[UUID, ...] = Field(default=(), max_length=10)
    billable: bool = True
    service_types: tuple[ServiceType, ...] = Field(default=(), max_length=20)


class EncounterOpened(Event):
    """A chart is open for a visit; without an appointment where nobody booked one."""

    wire: ClassVar = Wire("ehr.encounter-opened", "ehr.encounter")

    encounter_id: UUID
    patient_id: UUID
    appointment_id: UUID | None = None
    setting: Setting


class EncounterStarted(Event):
    """The patient was roomed: the encounter runs."""

    wire: ClassVar = Wire("ehr.encounter-started", "ehr.encounter")

    encounter_id: UUID
    patient_id: UUID


class EncounterSettingChanged(Event):
    """The setting, said again in full: another payer chosen, a referrer named ..."""

    wire: ClassVar = Wire("ehr.encounter-setting-changed", "ehr.encounter")

    encounter_id: UUID
    patient_id: UUID
    setting: Setting


class EncounterClosedUnseen(Event):
    """The patient left unseen: the encounter ends, and nothing of it is ever billed."""

    wire: ClassVar = Wire("ehr.encounter-closed-unseen", "ehr.encounter")

    encounter_id: UUID
    patient_id: UUID


class VitalsRecorded(Event):
    """Measurements taken together; recorded again under the same id, they replace the first."""

    wire: ClassVar = Wire("ehr.vitals-recorded", "ehr.encounter")

    encounter_id: UUID
    patient_id: UUID
    vitals_id: UUID
    taken_at: AwareDatetime
    vitals: Personal[tuple[Vital, ...]] = None


class NoteDrafted(Event):
    """A draft of a note, in full; `revision` counts the drafts of this note from 1.

    `beside_id` is the note whose draft somebody else had changed meanwhile, so that this one was
    kept as a draft of its own.
    """

    wire: ClassVar = Wire("ehr.note-drafted", "ehr.encounter")

    encounter_id: UUID
    patient_id: UUID
    note_id: UUID
    revision: Annotated[int, Field(ge=1, le=2**31 - 1)]
    template: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
    author_id: UUID | None = None
    beside_id: UUID | None = None
    sections: Personal[tuple[NoteSection, ...]] = None


class NoteDiscarded(Event):
    """A draft that nobody signs; what it said stays in the stream."""

    wire: ClassVar = Wire("ehr.note-discarded", "ehr.encounter")

    encounter_id: UUID
    patient_id: UUID
    note_id: UUID


class NoteSigned(Event):
    """A note as it was signed; it never changes. `cosigner_id` names who has yet to co-sign.

    `patient_version` is the version of the patient's stream that the signer's chart showed: a
    correction after it touches this note.
    """

    wire: ClassVar = Wire("ehr.note-signed", "ehr.encounter")

    encounter_id: UUID
    patient_id: UUID
    note_id: UUID
    signer_id: UUID
    cosigner_id: UUID | None = None
    template: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
    patient_version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    patient: Personal[NotedPatient] = None
    sections: Personal[tuple[NoteSection, ...]] = None


class NoteCosigned(Event):
    """The supervisor has put their name under a signed note."""

    wire: ClassVar = Wire("ehr.note-cosigned", "ehr.encounter")

    encounter_id: UUID
    patient_id: UUID
    note_id: UUID
    cosigner_id: UUID


class AddendumAdded(Event):
    """Something said later about a signed note, which itself stays as it was."""

    wire: ClassVar = Wire("ehr.addendum-added", "ehr.encounter")

    encounter_id: UUID
    patient_id: UUID
    note_id: UUID
    addendum_id: UUID
    author_id: UUID
    text: Personal[Prose] = None


class EncounterCoded(Event):
    """The coding, said in full; until release it may be said again."""

    wire: ClassVar = Wire("ehr.encounter-coded", "ehr.encounter")

    encounter_id: UUID
    patient_id: UUID
    coding: Personal[Coding] = None


class EncounterReleased(Event):
    """Every signature is there: the visit goes to billing, with all billing needs of it."""

    wire: ClassVar = Wire("ehr.encounter-released", "ehr.encounter")

    encounter_id: UUID
    patient_id: UUID
    appointment_id: UUID | None = None
    setting: Setting
    coding: Personal[Coding] = None


class ProblemRecorded(Event):
    """A problem of the patient; recorded again under the same id, it says everything anew."""

    wire: ClassVar = Wire("ehr.problem-recorded", "ehr.problem")

    problem_id: UUID
    patient_id: UUID
    encounter_id: UUID | None = None
    status: ProblemStatus = ProblemStatus.ACTIVE
    problem: Personal[Problem] = None


class AllergyRecorded(Event):
    """An allergy of the patient; recorded again under the same id, it says everything anew."""

    wire: ClassVar = Wire("ehr.allergy-recorded", "ehr.allergy")

    allergy_id: UUID
    patient_id: UUID
    encounter_id: UUID | None = None
    status: AllergyStatus = AllergyStatus.ACTIVE
    allergy: Personal[Allergy] = None


class MedicationRecorded(Event):
    """A medication of the patient; recorded again under the same id, it says everything anew."""

    wire: ClassVar = Wire("ehr.medication-recorded", "ehr.medication")

    medication_id: UUID
    patient_id: UUID
    encounter_id: UUID | None = None
    status: MedicationStatus = MedicationStatus.ACTIVE
    medication: Personal[Medication] = None


class ImmunizationRecorded(Event):
    """A vaccine given, or not; recorded again under the same id, it says everything anew."""

    wire: ClassVar = Wire("ehr.immunization-recorded", "ehr.immunization")

    immunization_id: UUID
    patient_id: UUID
    encounter_id: UUID | None = None
    status: ImmunizationStatus = ImmunizationStatus.COMPLETED
    immunization: Personal[Immunization] = None
