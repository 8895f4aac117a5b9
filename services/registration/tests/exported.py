"""FHIR resources as an exporter writes them."""

from typing import Any

HOSPITAL = "urn:oid:1.2.3.4"
MR = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]}


def patient(id: str, family: str = "Moss", mrn: str | None = None, **body: Any) -> dict[str, Any]:
    """A patient as an exporter writes one."""
    if mrn:
        numbers = [{"system": HOSPITAL, "value": mrn, "type": MR}]
        body["identifier"] = [*body.get("identifier", []), *numbers]
    return {
        "resourceType": "Patient",
        "id": id,
        "name": [{"use": "official", "family": family, "given": ["Wren"]}],
        "birthDate": "1984-03-09",
        **body,
    }


def related(id: str, of: str, family: str = "Moss", **body: Any) -> dict[str, Any]:
    return {
        "resourceType": "RelatedPerson",
        "id": id,
        "patient": {"reference": f"Patient/{of}"},
        "name": [{"family": family, "given": ["Alder"]}],
        **body,
    }


def coverage(id: str, of: str, payer: str = "Blue Sky", **body: Any) -> dict[str, Any]:
    return {
        "resourceType": "Coverage",
        "id": id,
        "status": "active",
        "beneficiary": {"reference": f"Patient/{of}"},
        "payor": [{"display": payer}],
        "subscriberId": f"M{id}",
        **body,
    }


def of_child(subscriber: str | None = None, **said: Any) -> dict[str, Any]:
    """The elements of a coverage that somebody else holds for their child."""
    reference = {"reference": subscriber, **said} if subscriber else said
    return {"relationship": {"coding": [{"code": "child"}]}, "subscriber": reference}
