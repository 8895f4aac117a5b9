"""Procedure codes by the service types (X12 1365) plans speak of: ranges of numbers, no words."""

from enum import StrEnum


class Service(StrEnum):
    """A kind of service a plan has terms for, as its X12 service type."""

    MEDICAL = "1"
    SURGICAL = "2"
    IMAGING = "4"
    LABORATORY = "5"
    IMMUNISATION = "80"
    ROUTINE_PHYSICAL = "81"
    OFFICE_VISIT = "98"
    MENTAL_HEALTH = "MH"
    PHYSICAL_THERAPY = "PT"
    VISION = "AL"


_RANGES = (
    (10_000, 69_999, Service.SURGICAL),
    (70_000, 79_999, Service.IMAGING),
    (80_000, 89_999, Service.LABORATORY),
    (90_460, 90_756, Service.IMMUNISATION),
    (90_785, 90_899, Service.MENTAL_HEALTH),
    (92_002, 92_499, Service.VISION),
    (97_010, 97_799, Service.PHYSICAL_THERAPY),
    (99_202, 99_215, Service.OFFICE_VISIT),
    (99_381, 99_397, Service.ROUTINE_PHYSICAL),
)
PREVENTIVE = frozenset({Service.IMMUNISATION, Service.ROUTINE_PHYSICAL})
"""Free of any share in network (45 CFR 147.130)."""
DRAWING = frozenset({"36415", "36416", "99000"})
"""Part of whatever else is done that day."""


def service_of(code: str) -> Service:
    """The kind of service a code is; medical care where no range says more."""
    if code in DRAWING:
        return Service.LABORATORY
    if code.isdigit() and len(code) == 5:
        for first, last, service in _RANGES:
            if first <= int(code) <= last:
                return service
    return Service.MEDICAL
