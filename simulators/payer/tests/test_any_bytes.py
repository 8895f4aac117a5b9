"""Whatever is sent: an answer or a clear refusal, and nothing half taken."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as some

from daybook.simulators.payer.app import create_app
from daybook.simulators.payer.clearing.clearinghouse import NoInterchange, NotOneTransaction
from daybook.simulators.payer.edge import body, mime, multipart, soap
from daybook.simulators.payer.edge.message import Operation
from daybook.simulators.payer.settings import Settings
from daybook.x12.checking.check import check
from daybook.x12.delimiters import Delimiters
from daybook.x12.writing import Envelope, write

from .clients import PASSWORD, USER, asking, soap_request
from .edge_world import SEED, SENDER, START, TODAY, clearinghouse, filed, member, sent
from .sent_claims import Bill, bills
from .sent_questions import authorisation_request, inquiry, status_inquiry

CHILD = member(relationship="19", own_id=False)
FILES = (
    sent([inquiry(member())]),
    sent([status_inquiry(member(), "A1")]),
    sent([authorisation_request(member())]),
    sent([bills(Bill(member(), "A1"), Bill(CHILD, "A2", (("99213", 100_00), ("36415", 5_00))))]),
)
HOUSE = clearinghouse()
SOAP = soap_request(
    Operation.REAL_TIME,
    asking(Operation.REAL_TIME, "X12_270_Request_005010X279A1", "p1", FILES[0]),
)
ODD = some.sampled_from(
    [b"", b"*", b"~", b"^", b":", b"\x00", b"\xff", b"9", b"ZZ", b"~HL*9*9*22*1"]
)


@some.composite
def changed(draw: some.DrawFn) -> bytes:
    """A good file with some stretches replaced, kept in its envelope or not."""
    file = draw(some.sampled_from(FILES))
    for _ in range(draw(some.integers(1, 3))):
        at = draw(some.integers(0, len(file)))
        file = file[:at] + draw(ODD) + file[at + draw(some.integers(0, 12)) :]
    return file


@settings(max_examples=100, deadline=None)
@given(changed())
def test_a_file_that_was_changed_is_answered_or_refused(file: bytes) -> None:
    before = len(HOUSE.storage.documents())
    try:
        said = HOUSE.real_time(SENDER, "", file)
        assert check(said.body, TODAY).interchanges
    except (NoInterchange, NotOneTransaction):
        pass
    assert len(HOUSE.storage.documents()) == before
    try:
        HOUSE.take_batch(SENDER, "", file)
    except NoInterchange:
        assert len(HOUSE.storage.documents()) == before


@given(some.binary(max_size=300), some.text(max_size=60))
def test_no_body_breaks_the_readers(sent: bytes, kind: str) -> None:
    list(multipart.read(f"multipart/form-data; {kind}", sent))
    mime.read_request("multipart/form-data; boundary=x", b"--x\r\n" + sent + b"\r\n--x--")
    with pytest.raises(soap.Fault):
        soap.read_request("multipart/related; boundary=x", b"--x\r\n" + sent + b"\r\n--x--")


def test_names_with_our_separators_are_repeated_with_others() -> None:
    house = clearinghouse()
    odd = Delimiters(element="|", component=">", repetition="!", segment="'")
    batch = bills(Bill(member(), "A*1~2"))
    envelope = Envelope(sender=SENDER, receiver="CLEARING", number=1, at=START)
    house.take_batch(SENDER, "b1", write(envelope, [batch], delimiters=odd))
    first, second = filed(house, "277CA")
    assert b"A*1~2" in first.body
    assert check(second.body, TODAY).sound


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    place = tmp_path_factory.mktemp("payer")
    known = Settings(data=place, seed=SEED, start=START, senders={USER: PASSWORD})
    return create_app(known, lambda: START)


@settings(max_examples=40, deadline=None)
@given(
    at=some.integers(0, len(SOAP[1])),
    put=some.binary(max_size=4),
    less=some.integers(0, 9),
    path=some.sampled_from(["/core/soap", "/core/mime", "/rest/v4/real-time"]),
    kind=some.sampled_from([SOAP[0], "multipart/related", "multipart/form-data; boundary=a"]),
)
def test_no_request_is_a_server_error(
    app: FastAPI, at: int, put: bytes, less: int, path: str, kind: str
) -> None:
    body = SOAP[1][:at] + put + SOAP[1][at + less :]

    async def post() -> int:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://payer") as http:
            answer = await http.post(path, content=body, headers={"content-type": kind})
            return answer.status_code

    assert asyncio.run(post()) in (200, 400, 401)


async def test_a_body_that_is_too_large_is_refused(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body, "MOST", 1000)
    for path in ("/core/soap", "/core/mime", "/rest/v4/real-time"):
        kind = {"content-type": "multipart/form-data; boundary=x"}
        answer = await http.post(path, content=b"x" * 1001, headers=kind)
        assert answer.status_code == 413
