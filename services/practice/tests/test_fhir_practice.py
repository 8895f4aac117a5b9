"""The practice's own facts, from FHIR."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from daybook.events.values import Period
from daybook.fhir.resource import Container, Ignored, Rejected, Resource
from daybook.practice.adapters import fhir
from daybook.practice.npi import is_valid

NPI = "http://hl7.org/fhir/sid/us-npi"


def resource(kind: str, holder: Container | None = None, /, **body: Any) -> Resource:
    return Resource(kind, "1", None, body, "entry[3].resource", holder)


def coded(code: str, system: str = "s") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


@pytest.mark.parametrize("npi", ["1234567893", "1245319599"])
def test_a_sound_npi(npi: str) -> None:
    assert is_valid(npi)


@pytest.mark.parametrize(
    "npi", ["1234567890", "1243567893", "123456789", "", "123456789x", "١٢٣٤٥٦٧٨٩٣"]
)
def test_an_npi_that_is_not(npi: str) -> None:
    assert not is_valid(npi)


def organization(*kinds: str, holder: Container | None = None, **body: Any) -> Any:
    said = {"name": "Northside", "type": [coded(kind) for kind in kinds], **body}
    return fhir.read_organization(resource("Organization", holder, **said))


def test_an_organization_that_treats() -> None:
    found = organization(
        "prov",
        identifier=[
            {"system": NPI, "value": "1234567890"},
            {
                "type": coded("TAX"),
                "system": "urn:oid:2.16.840.1.113883.4.4",
                "value": "12-3456789",
            },
        ],
        address={"line": "1 Main St", "city": "Boston", "state": "Massachusetts"},
    )
    assert isinstance(found, fhir.ImportedOrganization)
    assert (found.group_npi, found.npi_doubtful, found.tin) == ("1234567890", True, "123456789")
    assert found.street_address
    assert found.street_address.state == "MA"
    assert found.keys == ("Organization/1", f"Organization?identifier={NPI}|1234567890")
    assert isinstance(organization(), fhir.ImportedOrganization)


@pytest.mark.parametrize("kind", ["ins", "pay"])
def test_an_organization_that_pays(kind: str) -> None:
    assert organization(kind) == fhir.ImportedPayer(("Organization/1",), "Northside")


def test_a_payer_in_a_coverage_has_the_keys_that_registration_gives_it() -> None:
    inside = organization(holder=Container("Coverage", "c"))
    assert inside == fhir.ImportedPayer(("Organization?name=northside",), "Northside")


def test_other_organizations_are_none_of_ours() -> None:
    assert isinstance(organization("edu"), Ignored)
    assert isinstance(organization(holder=Container("Observation", "o")), Ignored)
    assert organization(name=" ") == Rejected(
        "entry[3].resource.name", "is missing: give it a name"
    )


def test_payers_that_only_coverages_name() -> None:
    def payer(**payor: Any) -> Any:
        return fhir.read_payer(
            resource("Coverage", beneficiary={"reference": "Patient/1"}, payor=[payor])
        )

    expected = fhir.ImportedPayer(("Organization?name=blue cross",), "Blue Cross")
    assert payer(display="Blue Cross") == expected
    assert payer(reference="Organization/7", display="Aetna").keys == ("Organization/7",)
    assert isinstance(payer(reference="Organization/7"), Ignored)
    assert isinstance(payer(display="NO_INSURANCE"), Ignored)
    assert isinstance(payer(reference="Patient/1"), Ignored)
    assert isinstance(payer(), Rejected)


def test_a_practitioner() -> None:
    found = fhir.read_practitioner(
        resource(
            "Practitioner",
            name=[{"use": "old", "family": "Ek"}, {"use": "official", "family": "Berg"}],
            identifier=[{"system": NPI, "value": "3140"}, {"system": NPI, "value": "1234567893"}],
            qualification=[{"code": coded("207Q00000X", fhir.NUCC)}, {"code": coded("MD")}],
        )
    )
    assert isinstance(found, fhir.ImportedPractitioner)
    assert (found.name.text, found.npi, found.npi_doubtful) == ("Berg", "1234567893", False)
    assert found.taxonomies == ("207Q00000X",)
    nameless = fhir.read_practitioner(resource("Practitioner"))
    assert isinstance(nameless, Rejected)
    assert nameless.where == "entry[3].resource.name"


def test_a_role_with_logical_references() -> None:
    def logical(system: str, value: str) -> dict[str, Any]:
        return {"identifier": {"system": system, "value": value}}

    made = {
        "practitioner": logical(NPI, "1234567893"),
        "organization": logical("https://o", "9"),
        "location": [{"reference": "Location/5"}, {"display": "somewhere"}],
        "code": [coded("208D00000X", fhir.NUCC), coded("doctor")],
        "specialty": [coded("207Q00000X", fhir.NUCC)],
        "period": {"start": "2020-05"},
    }
    found = fhir.read_role(resource("PractitionerRole", **made))
    assert isinstance(found, fhir.ImportedRole)
    assert found.practitioner == f"Practitioner?identifier={NPI}|1234567893"
    assert found.organization == "Organization?identifier=https://o|9"
    assert found.locations == ("Location/5",)
    assert (found.role, found.taxonomies) == ("doctor", ("207Q00000X", "208D00000X"))
    assert found.period == Period(start=date(2020, 5, 1))
    made["practitioner"] = {"display": "Dr. Berg"}
    assert isinstance(fhir.read_role(resource("PractitionerRole", **made)), Rejected)


def location(**body: Any) -> Any:
    return fhir.read_location(resource("Location", **{"name": "Main", **body}), "America/Chicago")


def test_a_location() -> None:
    found = location(
        managingOrganization={"reference": "Organization/1"},
        identifier=[{"system": "urn:oid:2.16.840.1.113883.4.7", "value": "05D0642827"}],
        telecom=[{"system": "fax", "value": "1"}, {"system": "phone", "value": "6176634997"}],
        address={"line": ["1 Main St"], "city": "Boston"},
    )
    assert (found.organization, found.time_zone) == ("Organization/1", "America/Chicago")
    assert (found.place_of_service, found.clia) == ("11", "05D0642827")
    assert (found.phone, found.address.use) == ("+16176634997", "work")
    assert location().address is None


def test_what_is_no_place_of_service() -> None:
    assert isinstance(location(mode="kind"), Ignored)
    assert isinstance(location(physicalType=coded("bd")), Ignored)
    assert isinstance(location(name=None), Rejected)


NONSENSE: tuple[Any, ...] = (None, 3, True, "x", [], {}, [[]], [None], [{"a": 1}], {"coding": 3})


def test_nonsense_in_every_element_is_no_exception() -> None:
    readers: dict[str, Callable[[Resource], object]] = {
        "Organization": fhir.read_organization,
        "Coverage": fhir.read_payer,
        "Practitioner": fhir.read_practitioner,
        "PractitionerRole": fhir.read_role,
        "Location": lambda each: fhir.read_location(each, "America/Chicago"),
    }
    elements = ["name", "type", "address", "identifier", "telecom", "period", "practitioner"]
    elements += ["payor", "code", "qualification", "location", "physicalType", "beneficiary"]
    for nonsense in NONSENSE:
        for kind, read in readers.items():
            for element in elements:
                read(resource(kind, **{element: nonsense}))
