"""Old events read by a new release, new ones by an old release, and neighbours who say more."""

from typing import Any, ClassVar

import pytest
from pydantic import Field

from daybook.events.catalogue import BY_NAME
from daybook.events.codec import (
    CodecError,
    NewerVersion,
    UnknownEvent,
    build,
    event_type,
    from_record,
)
from daybook.events.event import Event, Upcaster, Value, Wire
from daybook.events.personal import Personal
from daybook.events.registration import CoverageRecorded, PatientRegistered
from daybook.events.values import Text

from .wire import PATIENT, an_envelope, received, sent


def name_in_two(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 had `name: "Ann Berg"`; version 2 has `given` and `family`."""
    if "name" not in data:  # the person's key was destroyed
        return data
    given, _, family = data["name"].partition(" ")
    rest = {key: value for key, value in data.items() if key != "name"}
    return {**rest, "given": given, "family": family}


def reason_in_a_list(data: dict[str, Any]) -> dict[str, Any]:
    """Version 3 allows several reasons."""
    return {**data, "reasons": [{"code": data["reason"]}] if "reason" in data else []}


class Reason(Value):
    code: str


class VisitorGreeted(Event):
    """An event as it is after two changes of mind."""

    upcasters: ClassVar[tuple[Upcaster, ...]] = (name_in_two, reason_in_a_list)
    wire: ClassVar = Wire("example.visitor-greeted", "example.visitor", upcasters=upcasters)

    patient_id: Any
    given: Personal[Text] = None
    family: Personal[Text] = None
    reasons: tuple[Reason, ...] = Field(default=())


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BY_NAME, VisitorGreeted.wire.name, VisitorGreeted)


ID = str(PATIENT)
NEWEST = VisitorGreeted(
    patient_id=ID, given="Ann", family="Berg", reasons=(Reason(code="check-up"),)
)


def built(version: int, public: dict[str, Any], *halves: dict[str, Any]) -> Event:
    return build(an_envelope(VisitorGreeted, schema_version=version), public, halves)


def test_an_event_of_every_earlier_version_becomes_the_newest() -> None:
    assert VisitorGreeted.wire.version == 3
    first = built(1, {"patient_id": ID, "reason": "check-up"}, {"name": "Ann Berg"})
    second = built(2, {"patient_id": ID, "reason": "check-up"}, {"given": "Ann", "family": "Berg"})
    third = built(
        3,
        {"patient_id": ID, "reasons": [{"code": "check-up"}]},
        {"given": "Ann", "family": "Berg"},
    )
    assert first == second == third == NEWEST


def test_an_upcaster_does_without_the_half_whose_key_was_destroyed() -> None:
    erased = NEWEST.model_copy(update={"given": None, "family": None})
    assert built(1, {"patient_id": ID, "reason": "check-up"}) == erased


def test_upcasting_leaves_what_was_stored_as_it_was() -> None:
    public, half = {"patient_id": ID, "reason": "check-up"}, {"name": "Ann Berg"}
    built(1, public, half)
    assert (public, half) == ({"patient_id": ID, "reason": "check-up"}, {"name": "Ann Berg"})


def test_a_newer_version_is_refused_and_says_so() -> None:
    with pytest.raises(NewerVersion, match="version 4 is newer than 3") as raised:
        built(4, {"patient_id": ID})
    assert raised.value.reason == "newer-version"
    with pytest.raises(NewerVersion):
        event_type("registration.patient-registered", PatientRegistered.wire.version + 1)


def test_an_unknown_event_is_refused_and_named() -> None:
    with pytest.raises(UnknownEvent, match=r"registration\.patient-cloned") as raised:
        event_type("registration.patient-cloned", 1)
    assert raised.value.reason == "unknown-type"
    assert isinstance(raised.value, CodecError)


def test_a_record_of_an_unknown_or_newer_event_still_has_a_readable_envelope() -> None:
    """So that a consumer can park it by its key, in version order."""
    envelope = an_envelope(VisitorGreeted, schema_version=9, type="example.nobody-greeted")
    assert from_record(sent(envelope, NEWEST)) == envelope


def test_fields_a_consumer_does_not_know_are_left_aside_also_inside_others() -> None:
    half = {
        "mrn": "10023847",
        "shoe_size": 42,
        "demographics": {
            "names": [{"family": "Berg", "spoken": "bairj"}],
            "addresses": [{"city": "Boston", "period": {"start": "2020-01-01", "why": "moved"}}],
            "aura": {"colour": "blue"},
        },
    }
    public = {"patient_id": ID, "priority": 1}
    event = build(an_envelope(PatientRegistered), public, [half])
    assert isinstance(event, PatientRegistered)
    assert event.demographics is not None
    assert event.demographics.addresses[0].city == "Boston"
    terms = {"payer_id": ID, "period": {"start": "2026-01-01", "unit": "day"}, "colour": "blue"}
    covered = build(
        an_envelope(CoverageRecorded),
        {"coverage_id": ID, "patient_id": ID, "terms": terms},
        [{"membership": {"member_id": "W1", "chip": 7}}],
    )
    assert isinstance(covered, CoverageRecorded)
    assert covered.membership is not None


def test_the_newest_version_comes_back_as_it_was_sent() -> None:
    record = sent(an_envelope(VisitorGreeted), NEWEST)
    assert received(record).event == NEWEST
