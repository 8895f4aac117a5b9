"""Values that several events share: names, addresses, dates a person may know only in part."""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field, Strict, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from daybook.events.event import Value

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]

PartialDate = Annotated[
    str,
    StringConstraints(
        # [0-9] and not \d, which also means the digits of every other script.
        pattern=r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$",
    ),
    Field(examples=["1984-03-09", "1984-03", "1984"]),
]
"""A date as far as it is known: year, year and month, or the whole of it (FHIR R4 `date`)."""


def _written(value: object) -> object:
    if not isinstance(value, date) and not WRITTEN.fullmatch(str(value)):
        raise PydanticCustomError("date_type", "must be a date")
    return value


WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Day = Annotated[date, BeforeValidator(_written)]
"""A date, written in full: never a number, which would be taken for seconds since 1970."""
Flag = Annotated[bool, Strict()]
"""True or false, and no number or word that could be read as one."""
Whole = Annotated[int, Strict()]
"""A whole number, and no text that could be read as one."""


class Period(Value):
    """From one date to another, both included; either may be open."""

    start: Day | None = None
    end: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Period":
        if self.start and self.end and self.end < self.start:
            raise ValueError("ends before it starts")
        return self

    def covers(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


class NameUse(StrEnum):
    """What a name is for (FHIR R4 NameUse, as far as USCDI v3 asks)."""

    LEGAL = "legal"
    PREFERRED = "preferred"
    PREVIOUS = "previous"
    TEMPORARY = "temporary"


class HumanName(Value):
    """A person's name. A newborn without one has a family name and `use` temporary."""

    use: NameUse = NameUse.LEGAL
    family: Text | None = None
    given: tuple[Text, ...] = Field(default=(), max_length=10)
    prefix: Text | None = None
    suffix: Text | None = Field(default=None, description="Generational or professional: Jr, III")
    period: Period | None = None

    @model_validator(mode="after")
    def _some_part(self) -> "HumanName":
        if not self.family and not self.given:
            raise ValueError("a name needs a family or a given part")
        return self

    @property
    def text(self) -> str:
        """The name as one reads it aloud."""
        parts = (self.prefix, *self.given, self.family, self.suffix)
        return " ".join(part for part in parts if part)


class Address(Value):
    """A postal address; `state` and `country` are codes (USPS, ISO 3166-1 alpha-2)."""

    use: Code = Field(default="home", description="home, work, temp, old, billing (FHIR R4)")
    lines: tuple[Text, ...] = Field(default=(), max_length=4, examples=[["12 Main Street"]])
    city: Text | None = None
    state: Code | None = Field(default=None, examples=["MA"])
    postal_code: Code | None = None
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = "US"
    period: Period | None = None


class TelecomKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"


class Telecom(Value):
    """A phone (E.164 where it could be read as one) or an email, and whether it may be used."""

    kind: TelecomKind
    value: Text = Field(examples=["+16176634997"])
    use: Code = Field(default="home", description="home, work, temp, old, mobile (FHIR R4)")
    may_contact: bool = Field(default=False, description="Consent to be contacted here")
    period: Period | None = None


class Identifier(Value):
    """An identifier from elsewhere: the system that gave it, its type, its value."""

    system: Text
    value: Text
    type: Code | None = Field(default=None, description="HL7 v2-0203: DL, SS, PPN, PI ...")
    period: Period | None = None


class Sex(StrEnum):
    """Administrative sex (FHIR R4 AdministrativeGender)."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class BirthSex(StrEnum):
    """The sex recorded at birth (US Core 6.1.0 birthsex and sex): also asked, but not said."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"
    ASKED_DECLINED = "asked-declined"


class Money(Value):
    """An amount in integer cents; negative where it is owed the other way round."""

    cents: Whole = Field(ge=-(10**12), le=10**12, examples=[12500])
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "USD"


class PaymentBasis(StrEnum):
    """Who is to pay for a visit; `restricted` is paid by the patient in full and told to no plan.

    Source: 45 CFR 164.522(a)(1)(vi) for restricted.
    """

    INSURANCE = "insurance"
    SELF_PAY = "self-pay"
    WORKERS_COMPENSATION = "workers-compensation"
    AUTO = "auto"
    RESTRICTED = "restricted"


class Modality(StrEnum):
    """How patient and provider meet."""

    IN_PERSON = "in-person"
    TELEHEALTH = "telehealth"


ServiceType = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{1,3}$"), Field(examples=["98"])]
"""A service type code, as X12 270 EQ01 and 271 EB03 have it: 30 plan, 98 office visit."""
TimeZone = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_+/-]{1,64}$"), Field(examples=["America/New_York"])
]
PlaceOfService = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$"), Field(examples=["11"])]
"""A CMS place-of-service code: 11 office, 10 telehealth at home, 02 telehealth elsewhere."""
LocalTime = Annotated[
    str,
    StringConstraints(
        pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]$"
    ),
    Field(examples=["2026-03-09T09:30"]),
]
"""A date and a time of day as the clock on the wall shows them; the zone is said beside it."""
TimeOfDay = Annotated[
    str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"), Field(examples=["08:00"])
]
