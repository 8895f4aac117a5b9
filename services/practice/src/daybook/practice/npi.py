"""The check digit of a National Provider Identifier.

Source: CMS, "Requirements for National Provider Identifier (NPI) and NPI Check Digit": the Luhn
formula (ISO/IEC 7812) over the NPI with the card issuer prefix 80840 before it.
"""

_PREFIX = "80840"


def is_valid(npi: str) -> bool:
    """Whether it has ten digits and the last one checks."""
    if len(npi) != 10 or not (npi.isascii() and npi.isdigit()):
        return False
    total = 0
    for place, digit in enumerate(reversed(_PREFIX + npi)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled // 10 + doubled % 10
    return total % 10 == 0
