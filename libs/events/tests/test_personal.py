"""What is about a person is sealed under that person's key, and gone once the key is."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daybook.events.catalogue import CATALOGUE
from daybook.events.codec import split
from daybook.events.event import Event
from daybook.events.personal import personal_fields
from daybook.events.registration import PatientRegistered, PersonDetails, RelatedPersonLinked
from daybook.events.testing_models import models
from daybook.events.values import HumanName

from .wire import PATIENT, an_envelope, opened, received, sealed, sent

PERSONAL = [kind for kind in CATALOGUE if personal_fields(kind)]
EVERY = pytest.mark.parametrize("kind", PERSONAL, ids=lambda kind: kind.wire.name)
PLANTED = "Zyxwvut Qponml"
planted = st.just(PLANTED)


def leaves(value: Any) -> list[str]:
    match value:
        case dict():
            return [leaf for inner in value.values() for leaf in leaves(inner)]
        case list():
            return [leaf for inner in value for leaf in leaves(inner)]
        case _:
            return [str(value)]


@EVERY
@settings(max_examples=20)
@given(data=st.data())
def test_nothing_personal_is_in_public_data_headers_or_key(
    kind: type[Event], data: st.DataObject
) -> None:
    event = data.draw(models(kind, planted))
    record = sent(an_envelope(kind), event)
    headers = [part for name, value in record.headers for part in (name.encode(), value)]
    said = b" ".join([record.key, record.value, *headers])
    assert b"Zyxwvut" not in said
    assert not {field for field, _ in personal_fields(kind)} & split(event, PATIENT).public.keys()


@EVERY
@settings(max_examples=20)
@given(data=st.data())
def test_each_half_holds_what_is_about_one_person(kind: type[Event], data: st.DataObject) -> None:
    event = data.draw(models(kind, planted))
    found = split(event, PATIENT).personal
    said = event.model_dump(mode="json", exclude_none=True)
    for field, of in personal_fields(kind):
        owner = getattr(event, of) if of and getattr(event, of) else PATIENT
        holders = [person for person, half in found.items() if field in half]
        assert holders == ([owner] if field in said else [])
    assert {leaf for half in found.values() for leaf in leaves(half)} <= set(leaves(said))


@EVERY
@settings(max_examples=20)
@given(data=st.data())
def test_once_the_key_is_destroyed_the_event_is_read_without_what_it_sealed(
    kind: type[Event], data: st.DataObject
) -> None:
    event = data.draw(models(kind, planted))
    found = received(sent(an_envelope(kind), event), erased=True).event
    erased = dict.fromkeys(field for field, _ in personal_fields(kind))
    assert found == event.model_copy(update=erased)


def test_of_two_persons_only_the_one_whose_key_is_there_is_read() -> None:
    mother = UUID(int=9)
    event = RelatedPersonLinked(
        patient_id=PATIENT,
        person_id=mother,
        relationship="MTH",
        details=PersonDetails(name=HumanName(family=PLANTED)),
    )
    assert split(event, PATIENT).personal.keys() == {mother}


def test_personal_fields_need_somebody_they_are_about() -> None:
    with pytest.raises(ValueError, match="needs a subject"):
        split(PatientRegistered(patient_id=PATIENT), None)


def test_the_stand_in_for_the_seal_hides_what_it_is_given() -> None:
    assert opened(sealed({"mrn": PLANTED})) == {"mrn": PLANTED}
    assert PLANTED.encode() not in sealed({"mrn": PLANTED})
