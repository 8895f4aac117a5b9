"""The small practice of the first start."""

from collections import Counter

from daybook.practice import npi
from daybook.practice.domain.location import OpenLocation
from daybook.practice.domain.organization import RegisterOrganization
from daybook.practice.domain.payer import ListPayer
from daybook.practice.domain.practitioner import RegisterPractitioner
from daybook.registration.domain.patient import LinkRelatedPerson, RegisterPatient
from daybook.simulators.practice.population import practice

SEVEN = practice(7)


def test_a_seed_gives_the_same_practice_to_the_letter() -> None:
    assert practice(7) == SEVEN
    assert practice(8) != SEVEN


def test_its_numbers_are_valid() -> None:
    numbers = [
        SEVEN.organization["group_npi"],
        *(one["facility_npi"] for one in SEVEN.locations),
        *(one.body["npi"] for one in SEVEN.practitioners),
    ]
    assert all(npi.is_valid(number) for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_every_body_is_one_the_services_take() -> None:
    RegisterOrganization.model_validate(SEVEN.organization)
    for body in SEVEN.locations:
        OpenLocation.model_validate({**body, "organization_id": "0" * 32})
    for one in SEVEN.practitioners:
        RegisterPractitioner.model_validate(one.body)
    for payer in SEVEN.payers:
        ListPayer.model_validate(payer.body)
    for patient in SEVEN.patients:
        RegisterPatient.model_validate(patient.body)
        if patient.related is not None:
            LinkRelatedPerson.model_validate(patient.related)


def test_it_has_what_a_practice_has() -> None:
    assert len(SEVEN.patients) == 40
    assert len({one["time_zone"] for one in SEVEN.locations}) == 2
    assert any(role.supervisor is not None for one in SEVEN.practitioners for role in one.roles)
    covered = Counter(len(patient.coverages) for patient in SEVEN.patients)
    assert covered[1] > covered[2] > 0
    held = [cov for patient in SEVEN.patients for cov in patient.coverages if cov.subscriber]
    assert {one.relationship for one in held} == {"child", "spouse"}
    mrns = {patient.body["mrn"] for patient in SEVEN.patients}
    assert len(mrns) == 40
