"""Providers of a claim (2310) and of a line (2420): the same parties at two levels."""

from typing import Annotated

from daybook.x12.declaring import LoopModel, loop
from daybook.x12.guides.professional_claim.parties import LOCALITY, STREET
from daybook.x12.segments.people import (
    Contact,
    Locality,
    Name,
    ProviderInformation,
    Reference,
    Street,
)

_PERSON = "02=1 03! 04? 05? 07? 08?=XX 09?"
_EITHER = "02=1|2 03! 04? 05? 07? 08?=XX 09?"
_PLACE = "01=77 02=2 03! 08?=XX 09?"
_OF_PAYER = "04?(01=2U 02!)"
_FACILITY_PHONE = "01=IC 02? 03=TE 04! 05?=EX 06?"


@loop("2310A")
class ReferringProvider(LoopModel):
    name: Annotated[Name, f"01=DN|P3 {_PERSON}"]
    secondary_ids: Annotated[tuple[Reference, ...], 3, "01=0B|1G|G2 02!"] = ()


@loop("2310B")
class RenderingProvider(LoopModel):
    name: Annotated[Name, f"01=82 {_EITHER}"]
    specialty: Annotated[ProviderInformation | None, "01=PE 02=PXC 03!"] = None
    secondary_ids: Annotated[tuple[Reference, ...], 4, "01=0B|1G|G2|LU 02!"] = ()


@loop("2310C")
class ServiceFacility(LoopModel):
    name: Annotated[Name, _PLACE]
    street: Annotated[Street, STREET]
    locality: Annotated[Locality, LOCALITY]
    secondary_ids: Annotated[tuple[Reference, ...], 3, "01=0B|G2|LU 02!"] = ()
    contact: Annotated[Contact | None, _FACILITY_PHONE] = None


@loop("2310D")
class SupervisingProvider(LoopModel):
    name: Annotated[Name, f"01=DQ {_PERSON}"]
    secondary_ids: Annotated[tuple[Reference, ...], 4, "01=0B|1G|G2|LU 02!"] = ()


@loop("2310E")
class AmbulancePickUp(LoopModel):
    name: Annotated[Name, "01=PW 02=2"]
    street: Annotated[Street, STREET]
    locality: Annotated[Locality, LOCALITY]


@loop("2310F")
class AmbulanceDropOff(LoopModel):
    name: Annotated[Name, "01=45 02=2 03?"]
    street: Annotated[Street, STREET]
    locality: Annotated[Locality, LOCALITY]


@loop("2420A")
class LineRenderingProvider(LoopModel):
    name: Annotated[Name, f"01=82 {_EITHER}"]
    specialty: Annotated[ProviderInformation | None, "01=PE 02=PXC 03!"] = None
    secondary_ids: Annotated[tuple[Reference, ...], 20, f"01=0B|1G|G2|LU 02! {_OF_PAYER}"] = ()


@loop("2420B")
class PurchasedServiceProvider(LoopModel):
    name: Annotated[Name, "01=QB 02=1|2 08?=XX 09?"]
    secondary_ids: Annotated[tuple[Reference, ...], 20, f"01=0B|1G|G2 02! {_OF_PAYER}"] = ()


@loop("2420C")
class LineServiceFacility(LoopModel):
    name: Annotated[Name, _PLACE]
    street: Annotated[Street, STREET]
    locality: Annotated[Locality, LOCALITY]
    secondary_ids: Annotated[tuple[Reference, ...], 3, f"01=G2|LU 02! {_OF_PAYER}"] = ()


@loop("2420D")
class LineSupervisingProvider(LoopModel):
    name: Annotated[Name, f"01=DQ {_PERSON}"]
    secondary_ids: Annotated[tuple[Reference, ...], 20, f"01=0B|1G|G2|LU 02! {_OF_PAYER}"] = ()


@loop("2420E")
class OrderingProvider(LoopModel):
    name: Annotated[Name, f"01=DK {_PERSON}"]
    street: Annotated[Street | None, STREET] = None
    locality: Annotated[Locality | None, LOCALITY] = None
    secondary_ids: Annotated[tuple[Reference, ...], 20, f"01=0B|1G|G2 02! {_OF_PAYER}"] = ()
    contact: Annotated[
        Contact | None, "01=IC 02? 03=EM|FX|TE 04! 05?=EM|EX|FX|TE 06? 07?=EM|EX|FX|TE 08?"
    ] = None


@loop("2420F")
class LineReferringProvider(LoopModel):
    name: Annotated[Name, f"01=DN|P3 {_PERSON}"]
    secondary_ids: Annotated[tuple[Reference, ...], 20, f"01=0B|1G|G2 02! {_OF_PAYER}"] = ()


@loop("2420G")
class LineAmbulancePickUp(LoopModel):
    name: Annotated[Name, "01=PW 02=2"]
    street: Annotated[Street, STREET]
    locality: Annotated[Locality, LOCALITY]


@loop("2420H")
class LineAmbulanceDropOff(LoopModel):
    name: Annotated[Name, "01=45 02=2 03?"]
    street: Annotated[Street, STREET]
    locality: Annotated[Locality, LOCALITY]
