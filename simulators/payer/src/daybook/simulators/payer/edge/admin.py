"""By hand: time, faults, mistakes, and what went where. For tests and demonstrations only."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from daybook.simulators.payer.books.exporting import as_csv, as_json, bank_file
from daybook.simulators.payer.clearing.clearinghouse import Clearinghouse
from daybook.simulators.payer.faults import Fault
from daybook.simulators.payer.payments import Mistake, Recovery
from daybook.simulators.payer.storage import Document

_CSV = "text/csv; charset=utf-8"
_EDI = "application/EDI-X12"


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Move(_Body):
    """How far time moves on: to an instant, or by days."""

    to: datetime | None = None
    days: int | None = Field(default=None, ge=0, le=3660)

    @model_validator(mode="after")
    def _one_of_both(self) -> "Move":
        if (self.to is None) == (self.days is None):
            raise ValueError("say `to` or `days`")
        return self


class TakeBack(_Body):
    """A claim, by the payer's number (CLP07), that turns out to have been paid by mistake."""

    number: str
    mistake: Mistake
    recovery: Recovery


class CoverageEnd(_Body):
    """A coverage that ended on a day, as its payer finds out; `payer` is its name."""

    payer: str
    member_id: str
    last: date
    recovery: Recovery


class Settlement(_Body):
    """Something between payer and provider outside of any claim (PLB CS); positive pays less."""

    payer: str
    npi: str
    reference: str = Field(min_length=1, max_length=30)
    cents: int


def routes(house: Clearinghouse, sweep: Callable[[], int]) -> APIRouter:
    """Everything below `/admin`."""
    router = APIRouter(prefix="/admin", tags=["by hand"])
    _time(router, house, sweep)
    _faults(router, house)
    _mistakes(router, house)
    _documents(router, house)
    _books(router, house)
    return router


def _time(router: APIRouter, house: Clearinghouse, sweep: Callable[[], int]) -> None:
    @router.get("/clock")
    async def clock() -> dict[str, str]:
        return {"now": house.clock.now().isoformat()}

    @router.post("/clock", summary="Move time on; payers work each day that passes")
    async def move(move: Move) -> dict[str, str]:
        to = move.to or house.clock.now() + timedelta(days=move.days or 0)
        try:
            house.move_to(to)
        except ValueError as error:
            raise HTTPException(422, str(error)) from None
        sweep()
        return {"now": house.clock.now().isoformat()}

    @router.post("/sweep", summary="Look into the drop folders now")
    async def look() -> dict[str, int]:
        return {"files": sweep()}


def _faults(router: APIRouter, house: Clearinghouse) -> None:
    @router.get("/faults")
    async def all_faults() -> dict[str, Any]:
        items = [{"id": id, **fault.model_dump(mode="json")} for id, fault in house.faults.all()]
        return {"items": items}

    @router.post("/faults", status_code=201, summary="Have something go wrong")
    async def add(fault: Fault) -> dict[str, int]:
        return {"id": house.faults.add(fault)}

    @router.delete("/faults/{id}", status_code=204)
    async def drop(id: int) -> None:
        if not house.faults.drop(id):
            raise HTTPException(404, "there is no such fault")


def _mistakes(router: APIRouter, house: Clearinghouse) -> None:
    @router.post("/take-backs", status_code=202, summary="A payer finds that it paid by mistake")
    async def take_back(body: TakeBack) -> None:
        try:
            house.take_back(body.number, body.mistake, body.recovery)
        except KeyError:
            raise HTTPException(404, "no claim has that number") from None
        except ValueError as error:
            raise HTTPException(409, str(error)) from None

    @router.post("/coverage-ends", status_code=202, summary="A coverage ended, perhaps long ago")
    async def end_coverage(body: CoverageEnd) -> None:
        try:
            house.end_coverage(body.payer, body.member_id, body.last, body.recovery)
        except KeyError:
            raise HTTPException(404, "nobody is insured there under that id") from None

    @router.post("/settlements", status_code=202, summary="Adjust a provider's next payment")
    async def settle(body: Settlement) -> None:
        if body.payer not in {one.name for one in house.office.payers}:
            raise HTTPException(404, "no payer has that name")
        house.settle(body.payer, body.npi, body.reference, body.cents)


def _documents(router: APIRouter, house: Clearinghouse) -> None:
    @router.get("/documents", summary="Everything filed for somebody, without its text")
    async def documents() -> dict[str, Any]:
        return {"items": [_listed(one) for one in house.storage.documents()]}

    @router.get("/documents/{id}", summary="One of them, as it was or will be sent")
    async def document(id: int) -> Response:
        for one in house.storage.documents():
            if one.id == id:
                return Response(one.body, media_type=_EDI)
        raise HTTPException(404, "there is no such document")

    @router.get("/traffic", summary="Every file on every hop, with its control numbers")
    async def traffic() -> dict[str, Any]:
        passed = [asdict(one) for one in house.storage.traffic()]
        return {"items": [{**one, "body": one["body"].decode("latin-1")} for one in passed]}


def _books(router: APIRouter, house: Clearinghouse) -> None:
    @router.get("/payers")
    async def payers() -> dict[str, Any]:
        return {"items": [asdict(one) for one in house.office.payers]}

    @router.get("/ledger.json", summary="The payers' books, to the cent")
    async def ledger() -> Response:
        return Response(as_json(house.office.ledger), media_type="application/json")

    @router.get("/ledger.csv")
    async def ledger_csv() -> Response:
        return Response(as_csv(house.office.ledger), media_type=_CSV)

    @router.get("/balances", summary="What patients owe by what was decided so far")
    async def balances() -> dict[str, Any]:
        return {"items": [asdict(one) for one in house.office.balances()]}

    @router.get("/bank.csv", summary="What the providers' bank credited, up to today")
    async def bank(until: Annotated[date | None, Query()] = None) -> Response:
        today = house.clock.now().date()
        return Response(bank_file(house.office.bank(min(until or today, today))), media_type=_CSV)


def _listed(one: Document) -> dict[str, Any]:
    said = asdict(one)
    del said["body"]
    return said
