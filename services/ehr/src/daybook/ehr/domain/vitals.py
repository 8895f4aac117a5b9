"""Vitals: what can be measured, in which unit, and what no living patient ever measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field

from daybook.ehr.domain.encounter import Encounter, Measured, known
from daybook.events.clinical import Vital
from daybook.events.ehr import VitalsRecorded
from daybook.events.event import Value
from daybook.runtime.writing import Decision, NotFound, Refused


@dataclass(frozen=True, slots=True)
class Measure:
    """A measurement by its LOINC code: UCUM unit -> least and most that is believed."""

    name: str
    units: Mapping[str, tuple[str, str]]


EARLIEST = timedelta(days=31)
"""How long before the visit a measurement may have been taken, at home perhaps."""
SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"
PERCENT = {"%": ("30", "100")}

# Codes and units: US Core 6.1.0 vital signs (HL7, FHIR R4 vital signs profile; LOINC 72514-3 for
# pain). Bounds are no reference ranges: they lie beyond whatever walks or is carried into a
# practice (the heaviest person known weighed 635 kg, the tallest measured 272 cm, the smallest
# newborns that lived 0.2 kg and 22 cm), so that only a slip of the pen is refused.
MEASURES: dict[str, Measure] = {
    "8310-5": Measure("body temperature", {"Cel": ("25", "45"), "[degF]": ("77", "113")}),
    "8867-4": Measure("heart rate", {"/min": ("10", "350")}),
    "9279-1": Measure("respiratory rate", {"/min": ("1", "120")}),
    SYSTOLIC: Measure("systolic blood pressure", {"mm[Hg]": ("30", "370")}),
    DIASTOLIC: Measure("diastolic blood pressure", {"mm[Hg]": ("10", "360")}),
    "59408-5": Measure("oxygen saturation by pulse oximetry", PERCENT),
    "2708-6": Measure("oxygen saturation", PERCENT),
    "3150-6": Measure("inhaled oxygen concentration", {"%": ("21", "100")}),
    "29463-7": Measure(
        "body weight", {"kg": ("0.2", "700"), "g": ("200", "700000"), "[lb_av]": ("0.4", "1544")}
    ),
    "8302-2": Measure("body height", {"cm": ("20", "280"), "[in_i]": ("7.8", "110.3")}),
    "39156-5": Measure("body mass index", {"kg/m2": ("4", "250")}),
    "9843-4": Measure("head circumference", {"cm": ("15", "100"), "[in_i]": ("5.9", "39.4")}),
    "72514-3": Measure("pain score", {"{score}": ("0", "10")}),
}


class RecordVitals(Value):
    """Measurements taken together; each code once."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "taken_at": "2026-03-09T09:41:00-05:00",
                    "vitals": [
                        {"loinc": "8480-6", "value": "128", "unit": "mm[Hg]"},
                        {"loinc": "8462-4", "value": "82", "unit": "mm[Hg]"},
                        {"loinc": "8310-5", "value": "37.2", "unit": "Cel"},
                    ],
                }
            ]
        }
    )

    taken_at: AwareDatetime
    vitals: tuple[Vital, ...] = Field(min_length=1, max_length=30)


def record(
    encounter: Encounter | None, vitals_id: UUID, command: RecordVitals, now: datetime
) -> Decision:
    """Records vitals under a new id. Raises NotFound, Refused."""
    encounter = known(encounter)
    check(encounter, command, now)
    return _recorded(encounter, vitals_id, command)


def replace_vitals(
    encounter: Encounter | None, vitals_id: UUID, command: RecordVitals, now: datetime
) -> Decision:
    """Says vitals again, in full; what they say already changes nothing. Raises as `record`."""
    encounter = known(encounter)
    if vitals_id not in encounter.vitals:
        raise NotFound("vitals-not-found", "no vitals of this encounter have this id")
    check(encounter, command, now)
    if encounter.vitals[vitals_id] == Measured(command.taken_at, command.vitals):
        return Decision(())
    return _recorded(encounter, vitals_id, command)


def check(encounter: Encounter, command: RecordVitals, now: datetime) -> None:
    """Raises Refused for what cannot have been measured, pointing at the field."""
    if command.taken_at > now:
        raise Refused("taken-in-future", "the time is still to come; mend it", "/taken_at")
    visit = datetime.combine(encounter.setting.date_of_service, time.min, UTC)
    if visit - command.taken_at > EARLIEST:
        detail = "lies more than a month before the visit; mend it, or use the encounter of then"
        raise Refused("taken-before-visit", detail, "/taken_at")
    found: dict[str, tuple[int, Decimal]] = {}
    for n, vital in enumerate(command.vitals):
        _check_one(n, vital)
        if vital.loinc in found:
            detail = "is measured twice here; record the second as vitals of their own"
            raise Refused("vital-twice", detail, f"/vitals/{n}/loinc")
        found[vital.loinc] = n, Decimal(vital.value)
    if SYSTOLIC in found and DIASTOLIC in found:
        n, diastolic = found[DIASTOLIC]
        if diastolic >= found[SYSTOLIC][1]:
            detail = "the diastolic pressure lies below the systolic one; were they exchanged?"
            raise Refused("diastolic-above-systolic", detail, f"/vitals/{n}/value")


def _check_one(n: int, vital: Vital) -> None:
    measure = MEASURES.get(vital.loinc)
    if measure is None:
        codes = ", ".join(f"{code} {one.name}" for code, one in MEASURES.items())
        raise Refused("unknown-vital", f"is none of {codes}", f"/vitals/{n}/loinc")
    if vital.unit not in measure.units:
        units = " or ".join(measure.units)
        detail = f"{measure.name} is measured in {units} (UCUM)"
        raise Refused("vital-unit", detail, f"/vitals/{n}/unit")
    least, most = measure.units[vital.unit]
    if not Decimal(least) <= Decimal(vital.value) <= Decimal(most):
        detail = (
            f"a {measure.name} lies between {least} and {most} {vital.unit}; "
            "check the value and its unit"
        )
        raise Refused("vital-impossible", detail, f"/vitals/{n}/value")


def _recorded(encounter: Encounter, vitals_id: UUID, command: RecordVitals) -> Decision:
    event = VitalsRecorded(
        encounter_id=encounter.id,
        patient_id=encounter.patient_id,
        vitals_id=vitals_id,
        taken_at=command.taken_at,
        vitals=command.vitals,
    )
    return Decision((event,))
