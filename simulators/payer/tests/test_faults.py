"""Faults on demand: for one sender, member or payload, so many times."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from daybook.simulators.payer.clearing.clearinghouse import Clearinghouse
from daybook.simulators.payer.edge.message import Operation
from daybook.simulators.payer.faults import Fault, Kind
from daybook.x12.checking.check import check
from daybook.x12.guides.eligibility_answer import EligibilityAnswer, SourceLevel

from .clients import CLIENTS, asking
from .conftest import Slept
from .edge_world import SENDER, START, TODAY, clearinghouse, filed, member, one_had, sent
from .sent_claims import Bill, bills
from .sent_questions import inquiry, status_inquiry

ASK = "X12_270_Request_005010X279A1"
LATER = START + timedelta(days=60)


@pytest.fixture
def house() -> Clearinghouse:
    return clearinghouse()


def asked(house: Clearinghouse, which: int = 0) -> bytes:
    return house.real_time(SENDER, "p1", sent([inquiry(member(which))])).body


def source(body: bytes) -> SourceLevel:
    (found,) = one_had(body, EligibilityAnswer).sources
    return found


def remitted(house: Clearinghouse, *faults: Fault) -> list[bytes]:
    """The 835s of one claim with some faults, and when they are there."""
    for fault in faults:
        house.faults.add(fault)
    house.take_batch(SENDER, "b1", sent([bills(Bill(member(), "A1"))]))
    house.move_to(LATER)
    return [one.body for one in filed(house, "835")]


def test_a_271_about_another_member_keeps_the_askers_trace(house: Clearinghouse) -> None:
    one = member()
    house.faults.add(Fault(kind=Kind.ANOTHER_MEMBER, member=one.member_id))
    (wrong,) = source(asked(house)).askers[0].subscribers
    assert wrong.subscriber.name.id != one.member_id
    assert wrong.subscriber.name.last_name != one.person.family
    assert wrong.traces[0].number == f"T{one.member_id}"
    (right,) = source(asked(house)).askers[0].subscribers
    assert right.subscriber.name.id == one.member_id


def test_a_fault_meets_only_whom_it_is_meant_for(house: Clearinghouse) -> None:
    house.faults.add(Fault(kind=Kind.GARBAGE, member=member(1).member_id))
    house.faults.add(Fault(kind=Kind.GARBAGE, sender="SOMEBODY"))
    house.faults.add(Fault(kind=Kind.GARBAGE, payload_id="p9"))
    house.faults.add(Fault(kind=Kind.GARBAGE, transaction="835"))
    assert asked(house).startswith(b"ISA*")
    assert not asked(house, 1).startswith(b"ISA*")


def test_a_payer_that_cannot_be_reached_is_told_by_code(house: Clearinghouse) -> None:
    house.faults.add(Fault(kind=Kind.UNREACHABLE, times=2))
    said = source(asked(house))
    assert [(one.reason, one.follow_up) for one in said.source.rejections] == [("42", "R")]
    body = house.real_time(SENDER, "", sent([status_inquiry(member(), "A1")])).body
    assert b"STC*E1:689:PR*" in body


def test_garbage_is_the_same_for_the_same_seed(house: Clearinghouse) -> None:
    house.faults.add(Fault(kind=Kind.GARBAGE, times=2))
    first, again = asked(house), asked(house)
    assert first == again
    assert not check(first, TODAY).interchanges


def test_half_a_file_ends_in_the_middle(house: Clearinghouse) -> None:
    house.faults.add(Fault(kind=Kind.HALF))
    half, whole = asked(house), asked(house)
    assert len(half) == len(whole) // 2
    assert not check(half, TODAY).sound


def test_wrong_control_numbers_break_the_envelope_and_nothing_else(house: Clearinghouse) -> None:
    house.faults.add(Fault(kind=Kind.WRONG_NUMBERS))
    said = check(asked(house), TODAY)
    assert {one.place.segment for one in said.all_problems()} == {"GE", "IEA"}
    assert check(asked(house), TODAY).sound


def test_an_835_comes_twice(house: Clearinghouse) -> None:
    first, second = remitted(house, Fault(kind=Kind.DUPLICATE, sender=SENDER))
    assert first == second


def test_an_835_comes_after_the_money(house: Clearinghouse) -> None:
    remitted(house, Fault(kind=Kind.LATE, days=90))
    assert house.office.bank(LATER.date())
    assert house.storage.waiting(SENDER, ("835",), "http", house.clock.now()) == []
    house.move_to(LATER + timedelta(days=90))
    assert house.storage.waiting(SENDER, ("835",), "http", house.clock.now())


def test_late_and_twice_are_of_the_835_where_nothing_else_is_said(house: Clearinghouse) -> None:
    house.faults.add(Fault(kind=Kind.LATE))
    house.take_batch(SENDER, "b1", sent([bills(Bill(member(), "A1"))]))
    assert len(house.storage.answers_to(SENDER, (), "b1", START)) == 3
    assert house.faults.all()


async def send(http: httpx.AsyncClient, id: str = "p1", way: str = "rest") -> int:
    said = asking(Operation.REAL_TIME, ASK, id, sent([inquiry(member())]))
    status, _ = await CLIENTS[way].send(http, Operation.REAL_TIME, said)
    return status


async def fault(http: httpx.AsyncClient, **said: Any) -> int:
    answer = await http.post("/admin/faults", json=said)
    assert answer.status_code == 201
    return int(answer.json()["id"])


async def test_a_slow_answer_is_waited_for(http: httpx.AsyncClient, slept: Slept) -> None:
    await fault(http, kind="slow", seconds=55, sender="MILLSTREET")
    assert await send(http) == 200
    assert slept.seconds == [55]
    assert await send(http, "p2") == 200
    assert slept.seconds == [55]


@pytest.mark.parametrize("way", sorted(CLIENTS))
async def test_nobody_answers_until_the_fault_is_over(http: httpx.AsyncClient, way: str) -> None:
    await fault(http, kind="down", times=2)
    assert [await send(http, way=way) for _ in range(3)] == [503, 503, 200]


async def test_faults_are_listed_and_dropped(http: httpx.AsyncClient) -> None:
    id = await fault(http, kind="garbage", times=None, transaction="271")
    (listed,) = (await http.get("/admin/faults")).json()["items"]
    assert (listed["id"], listed["kind"], listed["times"]) == (id, "garbage", None)
    assert (await http.delete(f"/admin/faults/{id}")).status_code == 204
    assert (await http.delete(f"/admin/faults/{id}")).status_code == 404
    assert (await http.get("/admin/faults")).json()["items"] == []


async def test_a_fault_nobody_knows_is_refused(http: httpx.AsyncClient) -> None:
    assert (await http.post("/admin/faults", json={"kind": "flood"})).status_code == 422
