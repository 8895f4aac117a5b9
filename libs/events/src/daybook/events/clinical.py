"""Clinical values: measurements, codes, what stands in a chart's lists."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from daybook.events.event import Value
from daybook.events.values import Code, HumanName, PartialDate, Text, Whole

Prose = Annotated[str, StringConstraints(min_length=1, max_length=50_000)]
"""What a person writes: a section of a note, an addendum."""


class Vital(Value):
    """One measurement: a LOINC code, a decimal value as written, a UCUM unit."""

    loinc: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,7}-[0-9]$")] = Field(
        examples=["8310-5"]
    )
    value: Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,7}(\.[0-9]{1,4})?$")] = Field(
        examples=["37.2"]
    )
    unit: Code = Field(examples=["Cel"])


class NoteSection(Value):
    """A part of a note: `heading` names it within the template (subjective, plan ...)."""

    heading: Code = Field(examples=["plan"])
    text: Prose = Field(examples=["Fluids, rest; back in a week if no better."])


class NotedPatient(Value):
    """Who a note is about, as the chart's header named them when it was signed."""

    name: HumanName | None = Field(
        default=None, examples=[{"use": "legal", "family": "O'Brien", "given": ["Ana"]}]
    )
    birth_date: PartialDate | None = None
    mrn: Code | None = Field(default=None, examples=["10023847"])


class Diagnosis(Value):
    """A diagnosis code with its system and edition (the ICD-10-CM fiscal year)."""

    system: Literal["ICD-10-CM"] = "ICD-10-CM"
    edition: Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}$")] = Field(examples=["2026"])
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?$")] = (
        Field(examples=["J02.9"])
    )


class ServiceLine(Value):
    """A service as coded: CPT or HCPCS code, up to four modifiers, units, and which of the
    diagnoses (counted from 1, in order of weight) it was done for."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{5}$")] = Field(examples=["99213"])
    modifiers: tuple[Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2}$")], ...] = Field(
        default=(), max_length=4
    )
    units: Annotated[Whole, Field(ge=1, le=999)] = 1
    pointers: tuple[Annotated[Whole, Field(ge=1, le=12)], ...] = Field(min_length=1, max_length=4)


class Coding(Value):
    """What the visit was for and what was done: 1 to 12 diagnoses in order, 1 to 50 lines.

    Source: X12 005010X222A1, loop 2300 HI and loop 2400 (SV107: one to four pointers).
    """

    diagnoses: tuple[Diagnosis, ...] = Field(min_length=1, max_length=12)
    lines: tuple[ServiceLine, ...] = Field(min_length=1, max_length=50)


class ProblemStatus(StrEnum):
    """Where a problem stands (FHIR R4 condition-clinical, and a slip of the pen)."""

    ACTIVE = "active"
    RESOLVED = "resolved"
    ERROR = "entered-in-error"


class Problem(Value):
    """A problem: an ICD-10-CM code with its edition, and the clinician's own words."""

    diagnosis: Diagnosis
    words: Text | None = Field(default=None, examples=["Sugar, well held by diet"])
    onset: PartialDate | None = None
    resolved: PartialDate | None = None


class AllergyStatus(StrEnum):
    """Where an allergy stands (FHIR R4 allergyintolerance-clinical, and a slip of the pen)."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    RESOLVED = "resolved"
    ERROR = "entered-in-error"


class Allergy(Value):
    """What a patient must not be given; `system` names the code's: RxNorm, SNOMED CT, UNII ..."""

    substance: Text = Field(examples=["Penicillin G"])
    system: Code | None = Field(default=None, examples=["RxNorm"])
    code: Code | None = Field(default=None, examples=["7980"])
    reaction: Text | None = Field(default=None, examples=["hives"])
    severity: Literal["mild", "moderate", "severe"] | None = None


class MedicationStatus(StrEnum):
    """Where a medication stands (FHIR R4 medication-statement-status, as far as it is used)."""

    ACTIVE = "active"
    STOPPED = "stopped"
    COMPLETED = "completed"
    ERROR = "entered-in-error"


class Medication(Value):
    """What a patient takes: a drug, with its RxNorm code where it has one, and how it is taken."""

    drug: Text = Field(examples=["Metformin 500 mg tablet"])
    rxnorm: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,8}$")] | None = Field(
        default=None, examples=["861007"]
    )
    dosage: Text | None = Field(default=None, examples=["500 mg twice a day"])
    started: PartialDate | None = None
    stopped: PartialDate | None = None


class ImmunizationStatus(StrEnum):
    """Whether a vaccine was given (FHIR R4 immunization-status)."""

    COMPLETED = "completed"
    NOT_DONE = "not-done"
    ERROR = "entered-in-error"


class Immunization(Value):
    """A vaccine, by its CVX code (CDC)."""

    cvx: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,3}$")] = Field(examples=["140"])
    given_on: PartialDate
    lot: Code | None = Field(default=None, examples=["U5432"])
    site: Code | None = Field(default=None, examples=["LA"], description="HL7 v2-0163: LA, RT ...")
    reason_not_done: Text | None = Field(default=None, examples=["declined"])
