"""What the practice decides: given what is known, when somebody asks, then this follows."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from daybook.events.practice import (
    PayerAddress,
    PractitionerRegistered,
    PractitionerRoleAssigned,
)
from daybook.events.values import HumanName, Period
from daybook.practice.domain import location, organization, payer, plan, practitioner
from daybook.practice.domain.places import PLACES_OF_SERVICE, TIME_ZONES
from daybook.practice.domain.practitioner import Surroundings
from daybook.runtime.writing import NotFound, Refused, Take

ONE, TWO, THREE = (UUID(int=n) for n in (1, 2, 3))
NPI, WRONG_NPI = "1234567893", "1234567890"
KNOWN = PractitionerRegistered(practitioner_id=ONE, name=HumanName(family="Okafor"))
ALL_THERE = Surroundings(organization=True, location=True, supervisor=True)


def a_location(**said: Any) -> location.OpenLocation:
    usual = {
        "organization_id": TWO,
        "name": "Main Street",
        "time_zone": "America/Chicago",
        "place_of_service": "11",
    }
    return location.OpenLocation.model_validate({**usual, **said})


def a_role(**said: Any) -> practitioner.AssignRole:
    usual = {"role": "physician", "organization_id": TWO, "location_id": THREE}
    return practitioner.AssignRole.model_validate({**usual, **said})


def a_practitioner(**said: Any) -> practitioner.RegisterPractitioner:
    usual = {"name": {"family": "Okafor", "given": ["Ngozi"]}, "npi": NPI}
    return practitioner.RegisterPractitioner.model_validate({**usual, **said})


def test_an_organization_holds_its_group_npi_and_its_foreign_names() -> None:
    command = organization.RegisterOrganization(name="Lakeside", group_npi=NPI)
    decision = organization.register(ONE, command, ["urn:a"])
    assert decision.takes == (Take("npi", NPI), Take("external-organization", "urn:a"))


def test_an_organization_without_an_npi_holds_none() -> None:
    assert organization.register(ONE, organization.RegisterOrganization(name="L")).takes == ()


def test_a_mistyped_group_npi_is_refused() -> None:
    command = organization.RegisterOrganization(name="Lakeside", group_npi=WRONG_NPI)
    with pytest.raises(Refused) as refused:
        organization.register(ONE, command)
    assert (refused.value.code, refused.value.pointer) == ("npi-check-digit", "/group_npi")


@pytest.mark.parametrize("tin", ["12345678", "1234567890", "12-3456789", "١٢٣٤٥٦٧٨٩"])
def test_a_tax_id_has_nine_digits(tin: str) -> None:
    with pytest.raises(ValidationError):
        organization.RegisterOrganization(name="Lakeside", tin=tin)


def test_a_location_opens_at_an_organization_that_is_there() -> None:
    decision = location.open_location(ONE, a_location(clia="11D2030855"), True, ["urn:l"])
    assert decision.takes == (Take("external-location", "urn:l"),)
    with pytest.raises(Refused) as refused:
        location.open_location(ONE, a_location(), False)
    assert (refused.value.code, refused.value.pointer) == (
        "unknown-organization",
        "/organization_id",
    )


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("time_zone", "America/Springfield", "unknown-time-zone"),
        ("time_zone", "localtime", "unknown-time-zone"),
        ("time_zone", "../../etc/passwd", "unknown-time-zone"),
        ("place_of_service", "00", "unknown-place-of-service"),
        ("place_of_service", "1", "unknown-place-of-service"),
        ("facility_npi", WRONG_NPI, "npi-check-digit"),
        ("clia", "11D203085", "clia-format"),
        ("clia", "11d2030855", "clia-format"),
        ("clia", "11D20308551", "clia-format"),
    ],
)
def test_what_a_location_says_must_exist(field: str, value: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        location.open_location(ONE, a_location(**{field: value}), True)
    assert (refused.value.code, refused.value.pointer) == (code, f"/{field}")


def test_telehealth_and_office_are_places_and_zones_are_ianas() -> None:
    assert {"02", "10", "11", "66"} <= PLACES_OF_SERVICE.keys()
    assert all(len(code) == 2 and code.isdigit() for code in PLACES_OF_SERVICE)
    assert {"America/New_York", "Pacific/Honolulu", "UTC"} <= TIME_ZONES


def test_a_practitioner_holds_their_npi() -> None:
    decision = practitioner.register(ONE, a_practitioner(), ["urn:p"])
    assert decision.takes == (Take("npi", NPI), Take("external-practitioner", "urn:p"))


def test_a_typed_npi_with_a_wrong_check_digit_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        practitioner.register(ONE, a_practitioner(npi=WRONG_NPI))
    assert (refused.value.code, refused.value.pointer) == ("npi-check-digit", "/npi")


def test_an_imported_one_is_kept_as_doubtful_and_not_reserved() -> None:
    decision = practitioner.register(ONE, a_practitioner(npi=WRONG_NPI), imported=True)
    (event,) = decision.events
    assert isinstance(event, PractitionerRegistered)
    assert (event.npi, event.npi_doubtful) == (WRONG_NPI, True)
    assert decision.takes == ()


def test_an_imported_npi_that_checks_is_not_doubtful() -> None:
    decision = practitioner.register(ONE, a_practitioner(), imported=True)
    assert decision.takes == (Take("npi", NPI),)
    assert isinstance(decision.events[0], PractitionerRegistered)
    assert not decision.events[0].npi_doubtful


def test_a_role_said_twice_alike_is_assigned_once_and_can_be_ended() -> None:
    state = practitioner.Practitioner(KNOWN)
    first = practitioner.assign_role(state, TWO, a_role(), ALL_THERE)
    for event in first.events:
        state = practitioner.evolve(state, event)
    assert practitioner.assign_role(state, TWO, a_role(), ALL_THERE).events == ()
    ended = a_role(period={"end": "2026-06-30"})
    (event,) = practitioner.assign_role(state, TWO, ended, ALL_THERE).events
    assert isinstance(event, PractitionerRoleAssigned)
    assert event.period == Period(end=date(2026, 6, 30))
    assert len(practitioner.evolve(state, event).roles) == 1


@pytest.mark.parametrize("missing", ["organization", "location", "supervisor"])
def test_a_role_names_only_what_is_there(missing: str) -> None:
    there = {"organization": True, "location": True, "supervisor": True, missing: False}
    with pytest.raises(Refused) as refused:
        practitioner.assign_role(
            practitioner.Practitioner(KNOWN),
            TWO,
            a_role(supervisor_id=THREE),
            Surroundings(**there),
        )
    assert (refused.value.code, refused.value.pointer) == (f"unknown-{missing}", f"/{missing}_id")


def test_nobody_supervises_themselves() -> None:
    with pytest.raises(Refused) as refused:
        practitioner.assign_role(
            practitioner.Practitioner(KNOWN), TWO, a_role(supervisor_id=ONE), ALL_THERE
        )
    assert (refused.value.code, refused.value.pointer) == ("supervises-self", "/supervisor_id")


def test_a_role_ends_no_earlier_than_it_starts() -> None:
    with pytest.raises(ValidationError, match="ends before it starts"):
        a_role(period={"start": "2026-07-01", "end": "2026-06-30"})


def test_a_role_needs_a_practitioner() -> None:
    with pytest.raises(NotFound):
        practitioner.assign_role(None, TWO, a_role(), ALL_THERE)


@pytest.mark.parametrize("same", ["blue sky health", "BLUE SKY HEALTH", "Blue  Sky Health"])
def test_payers_are_told_apart_by_name_whatever_its_case(same: str) -> None:
    taken = payer.list_payer(ONE, payer.ListPayer(name="Blue Sky Health")).takes
    assert payer.list_payer(TWO, payer.ListPayer(name=same)).takes == taken


def test_a_payer_has_one_id_for_a_transaction_at_a_clearinghouse() -> None:
    def addressed(*uses: tuple[str, str]) -> payer.ListPayer:
        found = tuple(
            PayerAddress(transaction=t, clearinghouse=c, payer_identifier="BSH01") for t, c in uses
        )
        return payer.ListPayer(name="Blue Sky", addresses=found)

    payer.list_payer(ONE, addressed(("270", "north"), ("837P", "north"), ("270", "south")))
    with pytest.raises(Refused) as refused:
        payer.list_payer(ONE, addressed(("270", "north"), ("837P", "north"), ("270", "North")))
    assert (refused.value.code, refused.value.pointer) == ("address-twice", "/addresses/2")
    with pytest.raises(Refused) as refused:
        payer.list_payer(ONE, addressed(("270A", "north")))
    assert refused.value.pointer == "/addresses/0/transaction"


def test_a_plan_is_a_listed_payers() -> None:
    command = plan.ListPlan(payer_id=TWO, name="Gold PPO", kind="12")
    assert plan.list_plan(ONE, command, True, ["urn:x"]).takes == (Take("external-plan", "urn:x"),)
    with pytest.raises(Refused) as refused:
        plan.list_plan(ONE, command, False)
    assert (refused.value.code, refused.value.pointer) == ("unknown-payer", "/payer_id")


def test_a_stream_holds_only_its_own_events() -> None:
    stranger = PractitionerRegistered(practitioner_id=ONE, name=HumanName(family="Okafor"))
    for evolve in (organization.evolve, location.evolve, payer.evolve, plan.evolve):
        with pytest.raises(ValueError, match="does not belong"):
            evolve(None, stranger)
