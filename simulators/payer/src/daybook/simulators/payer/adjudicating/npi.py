"""The check digit of a national provider identifier."""


def is_npi(text: str) -> bool:
    """Whether the Luhn sum with 80840 in front comes out (CMS, NPI check digit)."""
    if not (len(text) == 10 and text.isascii() and text.isdigit() and text[0] in "12"):
        return False
    places = [int(one) * (1 + n % 2) for n, one in enumerate(reversed("80840" + text))]
    return sum(one // 10 + one % 10 for one in places) % 10 == 0
