"""What a payer allows for a code: its fee schedule, by seed, in US cents."""

from decimal import ROUND_HALF_UP, Decimal

from daybook.simulators.payer.members.chance import number
from daybook.simulators.payer.members.services import DRAWING, Service, service_of

_USUAL = {
    "99202": 75_00,
    "99203": 110_00,
    "99204": 165_00,
    "99205": 215_00,
    "99211": 24_00,
    "99212": 55_00,
    "99213": 90_00,
    "99214": 128_00,
    "99215": 180_00,
    "99396": 125_00,
    "83036": 10_00,
    "81002": 4_00,
    "90471": 22_00,
    "90686": 24_00,
}
_FROM_TO = {
    Service.MEDICAL: (20_00, 150_00),
    Service.SURGICAL: (90_00, 600_00),
    Service.IMAGING: (60_00, 450_00),
    Service.LABORATORY: (4_00, 60_00),
    Service.IMMUNISATION: (20_00, 120_00),
    Service.ROUTINE_PHYSICAL: (90_00, 150_00),
    Service.OFFICE_VISIT: (40_00, 220_00),
    Service.MENTAL_HEALTH: (80_00, 170_00),
    Service.PHYSICAL_THERAPY: (25_00, 60_00),
    Service.VISION: (60_00, 140_00),
}


def fee(seed: int, payer: str, code: str, units: Decimal) -> int:
    """What is allowed for so many units of a code; payers differ by up to a sixth."""
    if code in DRAWING:
        usual = 3_00
    else:
        least, most = _FROM_TO[service_of(code)]
        usual = _USUAL.get(code) or least + number(most - least, seed, "fee", code)
    share = Decimal(90 + number(26, seed, "level", payer)) / 100
    return int((usual * share * units).quantize(Decimal(1), ROUND_HALF_UP))
