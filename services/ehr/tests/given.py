"""Encounters as tests know them, and how a refusal is expected."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from daybook.ehr.domain import encounter as encounters
from daybook.ehr.domain.codes import CodeTable, edition
from daybook.ehr.domain.encounter import Encounter
from daybook.ehr.domain.setting import Around, Location, Role
from daybook.events.clinical import NoteSection
from daybook.events.ehr import (
    EncounterCoded,
    EncounterOpened,
    EncounterStarted,
    NoteCosigned,
    NoteDrafted,
    NoteSigned,
    Setting,
)
from daybook.events.event import Event
from daybook.events.values import Period
from daybook.runtime.writing import Refused

ENCOUNTER, PATIENT, PLACE, NURSE, SUPERVISOR, NOTE, OTHER, FIRM = (UUID(int=n) for n in range(1, 9))
DAY = date(2026, 3, 9)
NOON = datetime(2026, 3, 9, 18, tzinfo=UTC)
TREE = b"E11 E110 E119 I10 J02 J020 J029 S52 S52521 S52521A"
TABLE = CodeTable([edition(2025, b"E11 E119".split()), edition(2026, TREE.split())])
HERE = Location(FIRM, "22", "America/New_York")
IDS = {"encounter_id": ENCOUNTER, "patient_id": PATIENT}
SECTIONS = (
    NoteSection(heading="assessment", text="Well."),
    NoteSection(heading="plan", text="Rest."),
)
SETTING = Setting(
    location_id=PLACE,
    organization_id=FIRM,
    date_of_service=DAY,
    place_of_service="11",
    rendering_id=NURSE,
)
SUPERVISED = SETTING.model_copy(update={"supervising_id": SUPERVISOR, "cosigner_id": SUPERVISOR})
STARTED = EncounterStarted(**IDS)


def opened(setting: Setting = SETTING, appointment_id: UUID | None = None) -> EncounterOpened:
    return EncounterOpened(**IDS, appointment_id=appointment_id, setting=setting)


def drafted(note_id: UUID = NOTE, revision: int = 1, text: str = "Well.") -> NoteDrafted:
    sections = (NoteSection(heading="assessment", text=text), SECTIONS[1])
    return NoteDrafted(
        **IDS, note_id=note_id, revision=revision, template="soap", sections=sections
    )


def signed(note_id: UUID = NOTE, cosigner_id: UUID | None = None) -> NoteSigned:
    return NoteSigned(
        **IDS,
        note_id=note_id,
        signer_id=NURSE,
        cosigner_id=cosigner_id,
        template="soap",
        sections=SECTIONS,
    )


def cosigned(note_id: UUID = NOTE) -> NoteCosigned:
    return NoteCosigned(**IDS, note_id=note_id, cosigner_id=SUPERVISOR)


def coded(**said: Any) -> EncounterCoded:
    coding = {
        "diagnoses": [{"edition": "2026", "code": "J02.9"}],
        "lines": [{"code": "99213", "pointers": [1]}],
    }
    return EncounterCoded.model_validate({**IDS, "coding": {**coding, **said}})


def given(*events: Event) -> Encounter | None:
    state: Encounter | None = None
    for event in events:
        state = encounters.evolve(state, event)
    return state


def around(supervisor: UUID | None = None, place: UUID = PLACE, **period: date) -> Around:
    return Around(HERE, [Role(place, Period(**period), supervisor)])


def refusal(code: str, pointer: str = "", kind: type[Refused] = Refused) -> Any:
    def matches(error: Refused) -> bool:
        return (error.code, error.pointer) == (code, pointer)

    return pytest.raises(kind, check=matches)
