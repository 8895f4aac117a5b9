"""Composite elements, by their number in the dictionary (C003 …)."""

from decimal import Decimal

from daybook.x12.declaring import CompositeModel, composite
from daybook.x12.values import Money


@composite("C003", "235 234 1339 1339 1339 1339 352 234")
class Procedure(CompositeModel):
    """What was done: a code of a system (HC for HCPCS), up to four modifiers."""

    system: str
    code: str = ""
    modifier_1: str = ""
    modifier_2: str = ""
    modifier_3: str = ""
    modifier_4: str = ""
    description: str = ""
    through: str = ""

    @property
    def modifiers(self) -> tuple[str, ...]:
        said = (self.modifier_1, self.modifier_2, self.modifier_3, self.modifier_4)
        return tuple(one for one in said if one)


@composite("C004", "1328 1328 1328 1328")
class Pointers(CompositeModel):
    """Up to four diagnoses of the claim, counted from 1, the one that matters most first."""

    first: int
    second: int | None = None
    third: int | None = None
    fourth: int | None = None

    @property
    def numbers(self) -> tuple[int, ...]:
        said = (self.first, self.second, self.third, self.fourth)
        return tuple(one for one in said if one is not None)


@composite("C022", "1270 1271 1250 1251 782 380 799 1271 1073", "P0304 E0809")
class HealthCareCode(CompositeModel):
    """A diagnosis, procedure or condition: ABK and ABF are ICD-10-CM, principal and other."""

    qualifier: str
    code: str
    date_format: str = ""
    date: str = ""
    amount: Money | None = None
    quantity: Decimal | None = None
    version: str = ""
    through: str = ""
    present_on_admission: str = ""


@composite("C023", "1331 1332 1325")
class FacilityCode(CompositeModel):
    """Place of service, B, and the claim's frequency (1 first, 7 replaces, 8 voids)."""

    value: str
    qualifier: str = ""
    frequency: str = ""


@composite("C024", "1362 1362 1362 156 26")
class RelatedCauses(CompositeModel):
    """An accident (AA car, EM work, OA other), and the state of a car's."""

    cause_1: str
    cause_2: str = ""
    cause_3: str = ""
    state: str = ""
    country: str = ""


@composite("C040", "128 127 128 127 128 127", "P0304 P0506")
class FurtherReference(CompositeModel):
    """References below a reference; 2U names the payer an id belongs to."""

    qualifier: str
    value: str
    qualifier_2: str = ""
    value_2: str = ""
    qualifier_3: str = ""
    value_3: str = ""


@composite("C042", "426 127")
class ProviderAdjustmentReason(CompositeModel):
    """Why the payer changed a payment outside of a claim (WO recovery, L6 interest …)."""

    reason: str
    reference: str = ""


@composite("C043", "1271 1271 98 1270")
class StatusCode(CompositeModel):
    """A claim status: category, status, whom it is about."""

    category: str
    status: str
    entity: str = ""
    code_list: str = ""


@composite("C056", "1109 1270 1271", "P0203")
class RaceOrEthnicity(CompositeModel):
    code: str = ""
    code_list: str = ""
    industry_code: str = ""


@composite("C001", "355")
class Unit(CompositeModel):
    code: str


@composite("C030", "722 1528 1686")
class ElementPosition(CompositeModel):
    """Element, component and repetition, each from 1."""

    element: int
    component: int | None = None
    repetition: int | None = None


@composite("C998", "9999 9998")
class ContextName(CompositeModel):
    """What the error is in (`CLM01` and the claim's number), or SITUATIONAL TRIGGER."""

    name: str
    value: str = ""
