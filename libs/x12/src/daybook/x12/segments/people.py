"""Who: names, addresses, numbers, dates, coverage."""

from datetime import date
from decimal import Decimal

from daybook.x12.declaring import SegmentModel, segment
from daybook.x12.segments.composites import FurtherReference, RaceOrEthnicity
from daybook.x12.values import day


@segment("NM1", "98 1065 1035 1036 1037 1038 1039 66 67 706 98 1035", "P0809 C1110 C1203")
class Name(SegmentModel):
    """A person (type 1) or an organization (type 2, the name in `last_name`), and one number."""

    entity: str
    type: str
    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    prefix: str = ""
    suffix: str = ""
    id_qualifier: str = ""
    id: str = ""
    relationship: str = ""
    related_entity: str = ""
    second_name: str = ""

    @property
    def npi(self) -> str:
        return self.id if self.id_qualifier == "XX" else ""

    @property
    def words(self) -> str:
        said = (self.prefix, self.first_name, self.middle_name, self.last_name, self.suffix)
        return " ".join(word for word in said if word)


@segment("N1", "98 93 66 67 706 98", "R0203 P0304")
class Party(SegmentModel):
    entity: str
    name: str = ""
    id_qualifier: str = ""
    id: str = ""
    relationship: str = ""
    related_entity: str = ""


@segment("N2", "93 93")
class FurtherName(SegmentModel):
    name: str
    more: str = ""


@segment("N3", "166 166")
class Street(SegmentModel):
    line: str
    second_line: str = ""


@segment("N4", "19 156 116 26 309 310 1715", "E0207 C0605 C0704")
class Locality(SegmentModel):
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    location_qualifier: str = ""
    location: str = ""
    subdivision: str = ""


@segment("PER", "366 93 365 364 365 364 365 364 443", "P0304 P0506 P0708")
class Contact(SegmentModel):
    """A person or office, and up to three ways to it (TE phone, EM e-mail, UR web …)."""

    function: str
    name: str = ""
    qualifier: str = ""
    number: str = ""
    qualifier_2: str = ""
    number_2: str = ""
    qualifier_3: str = ""
    number_3: str = ""
    inquiry: str = ""


@segment("REF", "128 127 352 C040", "R0203")
class Reference(SegmentModel):
    qualifier: str
    value: str = ""
    description: str = ""
    further: FurtherReference | None = None


@segment("PRV", "1221 128 127 156 C035 1223", "P0203")
class ProviderInformation(SegmentModel):
    """A provider's role and taxonomy code (PXC)."""

    role: str
    qualifier: str = ""
    taxonomy: str = ""
    state: str = ""
    specialty: str = ""
    organization: str = ""


@segment("CUR", "98 100 280 98 100 669")
class Currency(SegmentModel):
    entity: str
    code: str
    rate: Decimal | None = None
    second_entity: str = ""
    second_code: str = ""
    market: str = ""


@segment("DMG", "1250 1251 1068 1067 C056^10 1066 26 659 380 1270 1271", "P0102 P1011 C1105")
class Demographics(SegmentModel):
    date_format: str = ""
    birth: str = ""
    sex: str = ""
    marital_status: str = ""
    race: tuple[RaceOrEthnicity, ...] = ()
    citizenship: str = ""
    country: str = ""
    basis: str = ""
    quantity: Decimal | None = None
    code_list: str = ""
    industry_code: str = ""

    @property
    def birth_date(self) -> date | None:
        return _day(self.birth[:8])


@segment("SBR", "1138 1069 127 93 1336 1143 1073 584 1032")
class SubscriberInformation(SegmentModel):
    """Which payer in the order (P first, S second …), the relationship, the kind of coverage."""

    responsibility: str
    relationship: str = ""
    group: str = ""
    plan_name: str = ""
    insurance_type: str = ""
    coordination: str = ""
    condition: str = ""
    employment: str = ""
    filing_indicator: str = ""


@segment("PAT", "1069 1384 584 1220 1250 1251 355 81 1073", "P0506 P0708")
class PatientInformation(SegmentModel):
    relationship: str = ""
    location: str = ""
    employment: str = ""
    student: str = ""
    date_format: str = ""
    death: str = ""
    unit: str = ""
    weight: Decimal | None = None
    pregnant: str = ""

    @property
    def date_of_death(self) -> date | None:
        return _day(self.death[:8])


@segment(
    "INS",
    "1073 1069 875 1203 1216 C052 1219 584 1220 1073 1250 1251 1165 19 156 26 1470",
    "P1112",
)
class Insured(SegmentModel):
    """Whether this is the subscriber, how related, and whether the payer changed what it holds."""

    subscriber: str
    relationship: str
    maintenance_type: str = ""
    maintenance_reason: str = ""
    benefit_status: str = ""
    medicare_status: str = ""
    cobra: str = ""
    employment: str = ""
    student: str = ""
    handicap: str = ""
    date_format: str = ""
    death: str = ""
    confidentiality: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    birth_sequence: int | None = None


@segment("MPI", "1201 584 1595 352 1596 1250 1251", "P0607")
class MilitaryService(SegmentModel):
    status: str
    employment: str
    affiliation: str
    description: str = ""
    rank: str = ""
    date_format: str = ""
    period: str = ""


@segment("DTP", "374 1250 1251")
class Dated(SegmentModel):
    """A day (D8), a time (DT) or a period (RD8) and what it is the date of."""

    qualifier: str
    format: str
    value: str

    @staticmethod
    def on(qualifier: str, when: date) -> "Dated":
        return Dated(qualifier=qualifier, format="D8", value=f"{when:%Y%m%d}")

    @staticmethod
    def between(qualifier: str, first: date, last: date) -> "Dated":
        value = f"{first:%Y%m%d}-{last:%Y%m%d}"
        return Dated(qualifier=qualifier, format="RD8", value=value)

    @property
    def start(self) -> date | None:
        return _day(self.value.partition("-")[0][:8])

    @property
    def end(self) -> date | None:
        """The last day of a period, or the day itself."""
        return _day(self.value.rpartition("-")[2][:8])


def _day(text: str) -> date | None:
    try:
        return day(text) if len(text) == 8 else None
    except ValueError:
        return None
