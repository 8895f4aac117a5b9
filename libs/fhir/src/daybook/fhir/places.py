"""States and countries: names that exporters write to the codes that addresses carry."""

_STATES = """
AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware
DC District of Columbia|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa
KS Kansas|KY Kentucky|LA Louisiana|ME Maine|MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota
MS Mississippi|MO Missouri|MT Montana|NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey
NM New Mexico|NY New York|NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|OR Oregon
PA Pennsylvania|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah
VT Vermont|VA Virginia|WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming|PR Puerto Rico
GU Guam|VI U.S. Virgin Islands|AS American Samoa|MP Northern Mariana Islands
"""
_COUNTRIES = """
US United States|US United States of America|US U.S.A.|US U.S.|US USA|CA Canada|CA CAN|MX Mexico
MX México|MX MEX|GB United Kingdom|GB GBR|GB UK|DE Germany|DE DEU|FR France|FR FRA|IN India|IN IND
CN China|CN CHN|PH Philippines|PH PHL|DO Dominican Republic|DO DOM|CU Cuba|CU CUB|SV El Salvador
SV SLV|GT Guatemala|GT GTM|HT Haiti|HT HTI|PT Portugal|PT PRT|BR Brazil|BR BRA|VN Vietnam|VN VNM
KR South Korea|KR KOR|JP Japan|JP JPN|IE Ireland|IE IRL|IT Italy|IT ITA|PL Poland|PL POL|ES Spain
ES ESP|CO Colombia|CO COL|JM Jamaica|JM JAM|NG Nigeria|NG NGA|AU Australia|AU AUS
"""


def _by_name(table: str) -> dict[str, str]:
    rows = table.strip().replace("\n", "|").split("|")
    return {name.casefold(): code for code, _, name in (row.partition(" ") for row in rows)}


_STATE_CODES = _by_name(_STATES)
_COUNTRY_CODES = _by_name(_COUNTRIES)

UNKNOWN = "ZZ"
"""A country that could not be told: user-assigned in ISO 3166-1, so it never names one."""


def state_code(said: str) -> str:
    """The USPS code of a state called by its name; anything else as it is."""
    return _STATE_CODES.get(said.casefold(), said.upper() if len(said) == 2 else said)


def country_code(said: str | None) -> str:
    """The ISO 3166-1 alpha-2 code; US where nothing is said, UNKNOWN where it cannot be told."""
    if not said:
        return "US"
    if known := _COUNTRY_CODES.get(said.casefold()):
        return known
    return said.upper() if len(said) == 2 and said.isascii() and said.isalpha() else UNKNOWN
