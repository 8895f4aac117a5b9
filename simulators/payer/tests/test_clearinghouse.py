"""Both hops, from the bytes a provider sends to the bytes it gets."""

from datetime import timedelta

from .edge_world import SENDER, START, clearinghouse, member, sent
from .sent_claims import Bill, bills
from .sent_questions import authorisation_request, inquiry, status_inquiry


def test_a_270_is_answered_by_a_271_with_the_askers_trace() -> None:
    one = member()
    said = clearinghouse().real_time(SENDER, "p1", sent([inquiry(one)]))
    assert said.kind == "271"
    print(said.body.decode())


def test_claims() -> None:
    house = clearinghouse()
    one, other = member(0), member(1)
    house.take_batch(SENDER, "b1", sent([bills(Bill(one, "A1"), Bill(other, "A2"))]))
    house.catch_up()
    print(house.real_time(SENDER, "p1", sent([authorisation_request(one)])).body.decode())
    print(house.real_time(SENDER, "p1", sent([status_inquiry(one, "A1")])).body.decode())
    house.move_to(START + timedelta(days=60))
    print(house.real_time(SENDER, "p1", sent([status_inquiry(one, "A1")])).body.decode())
    for doc in house.storage.documents():
        print(doc.kind, doc.body.decode())
    assert 0
