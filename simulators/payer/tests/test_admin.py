"""By hand: time, mistakes and books."""

import csv
from io import StringIO
from typing import Any

import httpx

from daybook.simulators.payer.edge.message import Message, Operation
from daybook.x12.guides.remittance import ClaimPayment, Remittance

from .clients import CLIENTS, asking
from .edge_world import MEMBERS, NPI, member, one_had, sent
from .sent_claims import Bill, bills

REST = CLIENTS["rest"]


async def submit(http: httpx.AsyncClient, *some: Bill) -> None:
    batch = sent([bills(*some)])
    said = asking(Operation.SUBMIT, "X12_837_Request_005010X222A1", "b1", batch)
    _, answer = await REST.send(http, Operation.SUBMIT, said)
    assert answer.error_code == "Success"


async def remittances(http: httpx.AsyncClient) -> list[Remittance]:
    """Every 835 that waits."""
    found: list[Remittance] = []
    wanted = asking(Operation.RESULTS, "X12_005010_Request_Batch_Results_835", "new")
    said = Message(payload=b"")
    while said.payload is not None:
        _, said = await REST.send(http, Operation.RESULTS, wanted)
        if said.payload:
            found.append(one_had(said.payload, Remittance))
    return found


async def claims_had(http: httpx.AsyncClient) -> list[ClaimPayment]:
    return [
        claim for said in await remittances(http) for group in said.groups for claim in group.claims
    ]


async def days(http: httpx.AsyncClient, count: int) -> None:
    assert (await http.post("/admin/clock", json={"days": count})).status_code == 200


async def test_time_moves_on_and_never_back(http: httpx.AsyncClient) -> None:
    assert (await http.get("/admin/clock")).json() == {"now": "2026-03-02T09:00:00+00:00"}
    moved = await http.post("/admin/clock", json={"to": "2026-03-05T10:00:00-05:00"})
    assert moved.json() == {"now": "2026-03-05T15:00:00+00:00"}
    for body in ({"to": "2026-03-01T00:00:00Z"}, {"to": "2026-04-01T00:00:00"}, {}, {"days": -1}):
        assert (await http.post("/admin/clock", json=body)).status_code == 422


async def test_835s_bank_and_ledger_agree_to_the_cent(http: httpx.AsyncClient) -> None:
    await submit(http, *(Bill(one, f"A{at}") for at, one in enumerate(MEMBERS[:30])))
    await days(http, 90)
    told = {one.trace.number: one.payment.amount.cents for one in await remittances(http)}
    text = (await http.get("/admin/bank.csv")).text
    had = {row["trace"]: int(row["cents"]) for row in csv.DictReader(StringIO(text))}
    assert had == {trace: cents for trace, cents in told.items() if cents}
    ledger: Any = (await http.get("/admin/ledger.json")).json()
    assert ledger["totals"]["transferred"] == sum(told.values())
    assert ledger["totals"]["credited"] == sum(had.values())
    assert (await http.get("/admin/ledger.csv")).text.count("\n") == len(ledger["entries"]) + 1


async def test_the_bank_tells_nothing_of_tomorrow(http: httpx.AsyncClient) -> None:
    await submit(http, *(Bill(one, f"A{at}") for at, one in enumerate(MEMBERS[:30])))
    known = 0
    for _ in range(20):
        await days(http, 1)
        today = (await http.get("/admin/clock")).json()["now"][:10]
        text = (await http.get("/admin/bank.csv", params={"until": "2030-01-01"})).text
        credited = [row["credited_on"] for row in csv.DictReader(StringIO(text))]
        assert all(one <= today for one in credited)
        known = len(credited)
    assert known


async def test_what_was_paid_by_mistake_is_reversed(http: httpx.AsyncClient) -> None:
    await submit(http, Bill(member(), "A1"))
    await days(http, 60)
    (paid,) = await remittances(http)
    number = paid.groups[0].claims[0].information.payer_control_number
    body = {"number": number, "mistake": "duplicate", "recovery": "later"}
    assert (await http.post("/admin/take-backs", json=body)).status_code == 202
    await days(http, 60)
    claims = await claims_had(http)
    assert "22" in [one.information.status for one in claims]
    assert (await http.post("/admin/take-backs", json=body)).status_code == 409
    unknown = {**body, "number": "NONE"}
    assert (await http.post("/admin/take-backs", json=unknown)).status_code == 404


async def test_a_coverage_that_ended_takes_back_what_came_later(http: httpx.AsyncClient) -> None:
    one = member()
    await submit(http, Bill(one, "A1"))
    await days(http, 60)
    await remittances(http)
    body = {
        "payer": one.payer,
        "member_id": one.member_id,
        "last": "2026-02-28",
        "recovery": "later",
    }
    assert (await http.post("/admin/coverage-ends", json=body)).status_code == 202
    await days(http, 60)
    claims = await claims_had(http)
    reasons = {
        reason
        for claim in claims
        for service in claim.services
        for segment in service.adjustments
        for reason, _ in segment.reasons
    }
    assert "27" in reasons
    unknown = {**body, "member_id": "H1"}
    assert (await http.post("/admin/coverage-ends", json=unknown)).status_code == 404


async def test_a_settlement_lessens_the_next_payment(http: httpx.AsyncClient) -> None:
    one = member()
    await submit(http, Bill(one, "A1"))
    body = {"payer": one.payer, "npi": NPI, "reference": "RENT7", "cents": 500}
    assert (await http.post("/admin/settlements", json=body)).status_code == 202
    await days(http, 60)
    said = [
        (reason.reason, reason.reference, amount.cents)
        for payment in await remittances(http)
        for segment in payment.provider_adjustments
        for reason, amount in segment.adjustments
    ]
    assert ("CS", "RENT7", 500) in said
    unknown = {**body, "payer": "NOBODY"}
    assert (await http.post("/admin/settlements", json=unknown)).status_code == 404


async def test_traffic_has_the_control_numbers_of_each_hop(http: httpx.AsyncClient) -> None:
    await submit(http, Bill(member(), "A1"))
    items = (await http.get("/admin/traffic")).json()["items"]
    assert items[0]["numbers"] == "ISA 000000001, GS 1, ST 0001"
    assert {one["hop"] for one in items} == {
        "provider to clearinghouse",
        "clearinghouse to payer",
        "payer to clearinghouse",
        "clearinghouse to provider",
    }


async def test_documents_are_listed_and_read(http: httpx.AsyncClient) -> None:
    await submit(http, Bill(member(), "A1"))
    items = (await http.get("/admin/documents")).json()["items"]
    assert [one["kind"] for one in items] == ["999", "277CA", "277CA"]
    assert (await http.get(f"/admin/documents/{items[0]['id']}")).content.startswith(b"ISA*")
    assert (await http.get("/admin/documents/99")).status_code == 404
