"""Patients and related persons as exporters write them."""

from datetime import date
from typing import Any

import pytest

from daybook.events.values import NameUse, Sex
from daybook.fhir.resource import Rejected, Resource
from daybook.registration.adapters.fhir.patient import ImportedPatient, read_patient
from daybook.registration.adapters.fhir.related_person import ImportedPerson, read_related_person

TODAY = date(2026, 3, 9)
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
CDC = "urn:oid:2.16.840.1.113883.6.238"


def typed(code: str, system: str, value: Any, **rest: Any) -> dict[str, Any]:
    return {"type": {"coding": [{"code": code}]}, "system": system, "value": value, **rest}


def patient(**body: Any) -> ImportedPatient | Rejected:
    said = {"name": [{"family": "Berg", "given": ["Anna"]}], **body}
    return read_patient(Resource("Patient", "1", None, said, "entry[3].resource"), TODAY)


def taken(**body: Any) -> ImportedPatient:
    found = patient(**body)
    assert isinstance(found, ImportedPatient), found
    return found


def refused(**body: Any) -> str:
    found = patient(**body)
    assert isinstance(found, Rejected), found
    return found.where


def test_a_name_is_all_a_patient_needs() -> None:
    found = taken()
    assert found.keys == ("Patient/1",)
    assert found.mrn is None
    assert found.demographics.name.text == "Anna Berg"
    assert not found.deceased


def test_several_names_are_told_apart_by_their_use() -> None:
    found = taken(name=[
        {"use": "maiden", "family": "Ek", "given": ["Anna"]},
        {"use": "official", "family": "Berg", "given": ["Anna", "Maria"], "suffix": ["Jr", "MD"]},
        {"use": "nickname", "given": ["Annie"]},
        {"use": "usual", "given": ["Ann"]},
        {"use": "old", "family": "Alm", "period": {"end": "2001"}},
        {"use": "temp", "family": "Baby"},
        {"use": "official"}, "Anna", None,
    ]).demographics  # fmt: skip
    uses = [name.use for name in found.names]
    assert uses == ["previous", "legal", "preferred", "preferred", "previous", "temporary"]
    assert found.name.text == "Anna Maria Berg Jr MD"


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        ([None], [NameUse.LEGAL]),
        (["usual", None], [NameUse.LEGAL, NameUse.PREFERRED]),
        (["maiden", None, None], [NameUse.PREVIOUS, NameUse.LEGAL, NameUse.PREFERRED]),
        (["temp"], [NameUse.TEMPORARY]),
        (["invented"], [NameUse.LEGAL]),
    ],
)
def test_somebody_known_by_one_name_has_that_as_the_legal_one(
    uses: list[str | None], expected: Any
) -> None:
    names = [{"family": "Berg", **({"use": use} if use else {})} for use in uses]
    assert [name.use for name in taken(name=names).demographics.names] == expected


def test_us_core_extensions() -> None:
    found = taken(
        extension=[
            {"url": "https://vendor.example/shoe-size", "valueInteger": 42},
            {"url": US_CORE + "race", "extension": [
                {"url": "ombCategory", "valueCoding": {"system": CDC, "code": "2106-3"}},
                {"url": "detailed", "valueCoding": {"system": CDC, "code": "2111-3"}},
                {"url": "text", "valueString": "White"}]},
            {"url": US_CORE + "ethnicity", "extension": [{"url": "text", "valueString": "?"}]},
            {"url": US_CORE + "birthsex", "valueCode": "F"},
            {"url": US_CORE + "genderIdentity", "valueCodeableConcept": {"coding": [
                {"code": "446151000124109", "display": "Identifies as male gender"}]}},
            {"url": "http://hl7.org/fhir/StructureDefinition/individual-pronouns", "extension": [
                {"url": "value", "valueCodeableConcept": {"text": "he/him"}}]},
        ],
        gender="MALE",
    ).demographics  # fmt: skip
    assert (found.race, found.ethnicity) == (("2106-3", "2111-3"), ())
    assert (found.administrative_sex, found.birth_sex) == (Sex.MALE, Sex.FEMALE)
    assert (found.gender_identity, found.pronouns) == ("Identifies as male gender", "he/him")


def test_the_medical_record_number_and_the_other_identifiers() -> None:
    found = taken(identifier=[
        typed("MR", "https://old", "7", period={"end": "2019"}), typed("MR", "https://a", 123),
        typed("MR", "https://b", "456", use="usual"),
        {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "999-59-4336"},
        typed("DL", "urn:dl", "S1"), {"value": "loose"}, {"system": "empty"}, None,
    ])  # fmt: skip
    assert found.mrn == "456"
    assert [(i.type, i.system) for i in found.demographics.identifiers] == [
        ("MR", "https://old"), ("MR", "https://a"), ("SS", "http://hl7.org/fhir/sid/us-ssn"),
        ("DL", "urn:dl"), (None, "unknown"),
    ]  # fmt: skip
    assert "Patient?identifier=https://b|456" in found.keys
    assert not [key for key in found.keys if "ssn" in key or "dl" in key]


def test_ways_to_reach_a_patient() -> None:
    found = taken(
        telecom=[
            {"system": "phone", "value": "(617) 663-4997", "use": "mobile"},
            {"system": "phone", "value": "617.663.4997"},
            {"system": "email", "value": "anna@example.com"},
            {"system": "phone", "value": "ask her mother"},
        ],
        communication=[
            {"language": {"text": "Swedish"}},
            {"language": {"coding": [{"code": "en-US"}]}},
            {"language": {"coding": [{"code": "es"}]}, "preferred": True},
        ],
        contact=[
            {"name": {"text": "Eva Ek"}, "telecom": [{"system": "phone", "value": "6176634997"}],
             "relationship": [{"coding": [
                {"system": "http://terminology.hl7.org/CodeSystem/v2-0131", "code": "C"},
                {"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "MTH"}]}]},
            {"telecom": [{"system": "phone", "value": "1"}]},
        ],
    ).demographics  # fmt: skip
    said = [(t.value, t.use) for t in found.telecoms]
    assert said == [
        ("+16176634997", "mobile"), ("anna@example.com", "home"), ("ask her mother", "home"),
    ]  # fmt: skip
    assert not any(telecom.may_contact for telecom in found.telecoms)
    assert found.language == "es"
    [mother] = found.emergency_contacts
    assert (mother.name, mother.relationship, mother.phone) == ("Eva Ek", "MTH", "+16176634997")


def test_addresses_with_more_lines_than_there_is_room_for() -> None:
    lines = ["c/o Ek", "Building 4", "Floor 2", "Room 1", "Bed 3"]
    [home] = taken(address=[{"line": lines, "city": "Boston"}]).demographics.addresses
    assert home.lines[3] == "Room 1, Bed 3"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"deceasedBoolean": False}, (False, None)),
        ({"deceasedBoolean": True}, (True, None)),
        ({"deceasedDateTime": "2019-03-05T23:40:00-05:00"}, (True, "2019-03-05")),
        ({"deceasedDateTime": "2019", "birthDate": "2019-05"}, (True, "2019")),
    ],
)
def test_the_dead(body: dict[str, Any], expected: Any) -> None:
    found = taken(**body)
    assert (found.deceased, found.deceased_on) == expected


@pytest.mark.parametrize("born", ["1984-03-09", "1984-03", "1984", "2026", "2026-03-09"])
def test_birth_dates_as_far_as_they_are_known(born: str) -> None:
    assert taken(birthDate=born).demographics.birth_date == born


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"birthDate": "2026-03-10"}, "birthDate"),
        ({"birthDate": "03/09/1984"}, "birthDate"),
        ({"birthDate": "1984-02-30"}, "birthDate"),
        ({"birthDate": 1984}, "birthDate"),
        ({"deceasedDateTime": "soon"}, "deceasedDateTime"),
        ({"deceasedDateTime": "2027"}, "deceasedDateTime"),
        ({"birthDate": "1984-03", "deceasedDateTime": "1984-02-01"}, "deceasedDateTime"),
        ({"name": []}, "name"),
        ({"name": [{"use": "official"}]}, "name"),
        ({"name": [{"family": "x" * 201}]}, "name[0]"),
        ({"address": [{"city": "Boston"}, {"city": "x" * 201}]}, "address[1]"),
        ({"identifier": [typed("MR", "s", "9" * 65)]}, "identifier[0].value"),
        ({"contact": [{"name": {"text": "x" * 300}}]}, "contact[0]"),
    ],
)
def test_what_cannot_be_taken_is_named_and_not_repeated(body: dict[str, Any], where: str) -> None:
    assert refused(**body) == f"entry[3].resource.{where}"
    found = patient(**body)
    assert isinstance(found, Rejected)
    assert not [v for v in body.values() if isinstance(v, str) and v in found.what]


def test_a_record_that_was_merged_away_names_its_successor() -> None:
    link = {"type": "replaced-by", "other": {"reference": "Patient/2"}}
    assert taken(link=[{"type": "seealso"}, link]).replaced_by == "Patient/2"


NONSENSE: tuple[Any, ...] = (None, 3, True, "x", [], {}, [[]], [None], [{"a": 1}], {"coding": 3})


def test_nonsense_in_every_element_is_no_exception() -> None:
    elements = ["name", "telecom", "address", "identifier", "contact", "communication", "link",
                "extension", "gender", "birthDate", "deceasedDateTime"]  # fmt: skip
    for nonsense in NONSENSE:
        for element in elements:
            patient(**{element: nonsense})


def related(**body: Any) -> ImportedPerson | Rejected:
    said = {"patient": {"reference": "Patient/1"}, "name": [{"text": "Eva Ek"}], **body}
    return read_related_person(Resource("RelatedPerson", "r", None, said, "line 7"), TODAY)


def test_a_related_person() -> None:
    role = {"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "MTH"}
    found = related(relationship=[{"coding": [role]}], birthDate="1950", gender="female")
    assert isinstance(found, ImportedPerson)
    assert (found.keys, found.patient) == (("RelatedPerson/r",), "Patient/1")
    assert (found.relationship, found.details.name.text) == ("MTH", "Eva Ek")
    assert isinstance(without := related(), ImportedPerson)
    assert without.relationship == "UNK"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"patient": None}, "line 7.patient"),
        ({"patient": {"display": "Anna"}}, "line 7.patient"),
        ({"name": None}, "line 7.name"),
        ({"birthDate": "2099"}, "line 7.birthDate"),
    ],
)
def test_a_related_person_that_cannot_be_taken(body: dict[str, Any], where: str) -> None:
    found = related(**body)
    assert isinstance(found, Rejected)
    assert found.where == where
