"""What the API's description shows of claims and charges: one visit, from its fees to its claim."""

from typing import Any

PATIENT = "0192f7a0-0000-7000-8000-000000000001"
PAYER = "0192f7a0-0000-7000-8000-0000000000b1"
COVERAGE = "0192f7a0-0000-7000-8000-0000000000c1"
ENCOUNTER = "0192f7a0-0000-7000-8000-0000000000e1"
CLAIM = "0192f7a0-0000-7000-8000-0000000000f1"
FEES = "0192f7a0-0000-7000-8000-0000000000f2"
Example = dict[str, Any]


def shown(example: Example) -> Example:
    """As pydantic takes it."""
    return {"examples": [example]}


def money(cents: int) -> Example:
    return {"cents": cents, "currency": "USD"}


def _source(type: str, by: str) -> Example:
    return {
        "event": "0192f7a0-0000-7000-8000-0000000000d1",
        "type": type,
        "recorded_at": "2026-03-09T15:04:05Z",
        "by": by,
    }


NAME: Example = {"use": "legal", "family": "O'Brien", "given": ["Ana"]}
STREET: Example = {
    "use": "home",
    "lines": ["12 Main Street"],
    "city": "Boston",
    "state": "MA",
    "postal_code": "02108",
    "country": "US",
}
SUBMITTED = _source("billing.claim-submitted", "biller-1")
FEE_SOURCE = _source("billing.fee-schedule-published", "manager-1")
EDIT: Example = {
    "code": "field-missing",
    "at": "/coverages/0/member_id",
    "waits": False,
    "detail": "is needed on a claim; say it where it is kept",
}
SUMMARY: Example = {
    "id": CLAIM,
    "version": 3,
    "state": "submitted",
    "touched": True,
    "patient_id": PATIENT,
    "patient_name": NAME,
    "encounter_ids": [ENCOUNTER],
    "payer_id": PAYER,
    "payer_name": "Blue Sky Health",
    "date_of_service": "2026-03-09",
    "filing_deadline": "2026-09-05",
    "total": money(12500),
    "edits": [],
    "submitted": SUBMITTED,
}
DOCUMENT: Example = {
    "control_number": "K7Q2M9XW4TBC3H",
    "frequency": "1",
    "payment_basis": "insurance",
    "date_of_service": "2026-03-09",
    "place_of_service": "11",
    "filing_deadline": "2026-09-05",
    "patient": {"name": NAME, "birth_date": "1984-03-09", "sex": "female", "address": STREET},
    "billing": {
        "id": "0192f7a0-0000-7000-8000-0000000000a1",
        "name": "Elm Street Clinic",
        "tin": "123456789",
        "npi": "1245319599",
        "taxonomy": "261QP2300X",
        "address": STREET,
    },
    "facility": {
        "id": "0192f7a0-0000-7000-8000-0000000000a2",
        "name": "Elm Street",
        "address": STREET,
    },
    "rendering": {
        "id": "0192f7a0-0000-7000-8000-0000000000a3",
        "name": {"use": "legal", "family": "Okafor", "given": ["Ruth"]},
        "npi": "1234567893",
        "taxonomy": "207Q00000X",
    },
    "coverages": [
        {
            "id": COVERAGE,
            "payer_id": PAYER,
            "payer_name": "Blue Sky Health",
            "payer_identifier": "BSH01",
            "filing_indicator": "CI",
            "plan_name": "Blue Sky Gold",
            "member_id": "W123456789-02",
            "relationship": "self",
            "assignment_of_benefits": True,
            "release_of_information": "yes",
        }
    ],
    "diagnoses": [{"system": "ICD-10-CM", "edition": "2026", "code": "J06.9"}],
    "lines": [
        {
            "control_number": "K7Q2M9XW4TBC3H01",
            "code": "99213",
            "modifiers": [],
            "units": 1,
            "pointers": [1],
            "charge": money(12500),
        }
    ],
    "total": money(12500),
}
WHOLE: Example = {
    **SUMMARY,
    "claim": DOCUMENT,
    "differs": [
        {
            "at": "/patient/name",
            "submitted": NAME,
            "today": {**NAME, "family": "O'Brien-Diaz"},
            "source": _source("registration.patient-demographics-corrected", "desk-2"),
        }
    ],
}
LINEAGE: Example = {
    "id": CLAIM,
    "version": 3,
    "fields": [
        {
            "at": "/coverages/0/member_id",
            "value": "W123456789-02",
            "source": _source("registration.coverage-recorded", "desk-1"),
        },
        {"at": "/lines/0/charge", "value": money(12500), "source": FEE_SOURCE},
    ],
}
CHARGES: Example = {
    "encounter_id": ENCOUNTER,
    "version": 1,
    "patient_id": PATIENT,
    "date_of_service": "2026-03-09",
    "payment_basis": "insurance",
    "payer_id": PAYER,
    "unpriced": 0,
    "lines": [
        {
            "code": "99213",
            "modifiers": [],
            "units": 1,
            "fee": money(12500),
            "amount": money(12500),
            "fee_schedule_id": FEES,
        }
    ],
    "total": money(12500),
    "captured": _source("billing.charges-captured", "process:billing.claiming"),
}
SCHEDULE: Example = {
    "id": FEES,
    "version": 1,
    "name": "Blue Sky Health 2026",
    "payer_id": PAYER,
    "period": {"start": "2026-01-01", "end": "2026-12-31"},
    "published": FEE_SOURCE,
}
SCHEDULE_WHOLE: Example = {
    **SCHEDULE,
    "fees": [{"code": "99213", "modifier": "25", "amount": money(13500)}],
}
ON_ACCOUNT: Example = {
    "visits": [
        {
            "encounter_id": ENCOUNTER,
            "date_of_service": "2026-03-09",
            "status": "released",
            "payment_basis": "insurance",
            "charge": money(12500),
            "unpriced": 0,
        }
    ],
    "balance": {"amount": money(0), "unpriced_visits": 0},
    "claims": [SUMMARY],
}
