"""Coding: what the visit was for and what was done, in codes valid that day."""

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from daybook.ehr.domain.codes import CodeTable, diagnosis
from daybook.ehr.domain.encounter import Encounter, unfinished
from daybook.events.clinical import Coding, ServiceLine
from daybook.events.ehr import EncounterCoded
from daybook.events.event import Value
from daybook.runtime.writing import Decision, Refused

# CPT (categories I to III, PLA: four digits and a digit or letter) and HCPCS level II (a letter and
# four digits). The form only: CPT's content is the AMA's, and no list of it is ours to ship.
SERVICE = re.compile(r"[0-9]{4}[0-9A-Z]|[A-V][0-9]{4}")


class DiagnosisCode(Value):
    """An ICD-10-CM code; its edition is that of the date of service, and may be left out."""

    code: Annotated[str, StringConstraints(min_length=3, max_length=8)] = Field(examples=["J02.9"])
    edition: Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}$")] | None = None


class CodeEncounter(Value):
    """Says the coding, in full: 1 to 12 diagnoses, the weightiest first, and 1 to 50 lines."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "diagnoses": [{"code": "J02.9"}, {"code": "I10"}],
                    "lines": [
                        {"code": "99213", "modifiers": ["25"], "units": 1, "pointers": [1, 2]}
                    ],
                }
            ]
        }
    )

    diagnoses: tuple[DiagnosisCode, ...] = Field(min_length=1, max_length=12)
    lines: tuple[ServiceLine, ...] = Field(min_length=1, max_length=50)


def code(encounter: Encounter | None, command: CodeEncounter, table: CodeTable) -> Decision:
    """Codes an encounter that is not finished; what is said already changes nothing.

    Raises NotFound, Conflict; Refused at the code, the pointer or the line that is wrong.
    """
    encounter = unfinished(encounter)
    on = encounter.setting.date_of_service
    diagnoses = tuple(
        diagnosis(table, one.code, one.edition, on, f"/diagnoses/{n}/code", billable=True)
        for n, one in enumerate(command.diagnoses)
    )
    for n, one in enumerate(diagnoses):
        if one in diagnoses[:n]:
            detail = "stands further up already; name each diagnosis once"
            raise Refused("diagnosis-twice", detail, f"/diagnoses/{n}/code")
    check_lines(command.lines, len(diagnoses))
    coding = Coding(diagnoses=diagnoses, lines=command.lines)
    if encounter.coding == coding:
        return Decision(())
    event = EncounterCoded(
        encounter_id=encounter.id, patient_id=encounter.patient_id, coding=coding
    )
    return Decision((event,))


def check_lines(lines: Sequence[ServiceLine], diagnoses: int) -> None:
    """Raises Refused for a code no service has, and a pointer to no diagnosis or to one twice."""
    for n, line in enumerate(lines):
        if not SERVICE.fullmatch(line.code):
            detail = "is neither of CPT's form (five characters, four digits first) nor of HCPCS's"
            raise Refused("service-code", detail, f"/lines/{n}/code")
        if len(set(line.modifiers)) < len(line.modifiers):
            raise Refused("modifier-twice", "name each modifier once", f"/lines/{n}/modifiers")
        for m, pointer in enumerate(line.pointers):
            where = f"/lines/{n}/pointers/{m}"
            if pointer > diagnoses:
                detail = f"points to no diagnosis; there are 1 to {diagnoses}"
                raise Refused("pointer-to-nothing", detail, where)
            if pointer in line.pointers[:m]:
                raise Refused("pointer-twice", "point to each diagnosis once", where)
