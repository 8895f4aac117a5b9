"""SOAP as such: what is no envelope is a fault, and nothing in it is ever looked up."""

import base64

import httpx
import pytest

from daybook.simulators.payer.edge import soap
from daybook.simulators.payer.edge.message import Operation

from .clients import asking, soap_answer, soap_request
from .edge_world import member, sent
from .sent_questions import inquiry

ASK = "X12_270_Request_005010X279A1"


def request_body() -> bytes:
    said = asking(Operation.REAL_TIME, ASK, "p1", sent([inquiry(member())]))
    return soap_request(Operation.REAL_TIME, said)[1]


async def post(http: httpx.AsyncClient, body: bytes) -> httpx.Response:
    kind = {"content-type": "application/soap+xml"}
    return await http.post("/core/soap", content=body, headers=kind)


ENTITY = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (b"<s:Envelope", ENTITY + b"<s:Envelope", b"soap:Sender"),
        (b"</s:Envelope>", b"", b"soap:Sender"),
        (b"COREEnvelopeRealTimeRequest", b"SomethingElse", b"soap:Sender"),
        (soap.SOAP.encode(), soap.SOAP_11.encode(), b"soap:VersionMismatch"),
    ],
)
async def test_what_is_no_core_envelope_is_a_fault(
    http: httpx.AsyncClient, before: bytes, after: bytes, code: bytes
) -> None:
    answer = await post(http, request_body().replace(before, after))
    assert answer.status_code in (400, 500)
    assert code in answer.content
    assert answer.headers["content-type"].startswith("application/soap+xml")


async def test_a_file_of_this_machine_is_never_read(http: httpx.AsyncClient) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
    body = request_body().replace(b"<s:Envelope", bomb + b"<s:Envelope").replace(b"p1", b"&f;")
    answer = await post(http, body)
    assert answer.status_code == 400
    assert b"document type" in answer.content


async def test_an_attachment_that_is_named_and_not_there_is_a_fault(
    http: httpx.AsyncClient,
) -> None:
    said = asking(Operation.SUBMIT, "X12_837_Request_005010X222A1", "b1", b"ISA*")
    kind, body = soap_request(Operation.SUBMIT, said)
    answer = await http.post(
        "/core/soap", content=body.replace(b"<batch>", b"<other>"), headers={"content-type": kind}
    )
    assert answer.status_code == 400


async def test_a_batch_may_be_base64_in_the_envelope_too(http: httpx.AsyncClient) -> None:
    payload = sent([inquiry(member())])
    said = asking(Operation.SUBMIT, ASK, "b1", payload)
    _, package = soap_request(Operation.SUBMIT, said)
    xml = package.split(b"\r\n\r\n")[1].rpartition(b"\r\n--")[0]
    start, end = xml.index(b"<xop:"), xml.index(b"</Payload>")
    answer = await post(http, xml[:start] + _base64(payload) + xml[end:])
    assert soap_answer(answer.headers["content-type"], answer.content).error_code == "Success"


def _base64(payload: bytes) -> bytes:
    return base64.encodebytes(payload)
