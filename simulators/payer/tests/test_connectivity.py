"""CAQH CORE connectivity, the same by SOAP, MIME and REST (vC2.2.0 and vC4.0.0)."""

import hashlib
from dataclasses import replace

import httpx
import pytest

from daybook.simulators.payer.edge.message import Message, Operation
from daybook.x12.guides.claim_acknowledgment import ClaimAcknowledgment
from daybook.x12.guides.eligibility_answer import EligibilityAnswer

from .clients import CLIENTS, Client, asking
from .edge_world import member, one_had, sent
from .sent_claims import Bill, bills
from .sent_questions import inquiry

ASK = "X12_270_Request_005010X279A1"
CLAIM = "X12_837_Request_005010X222A1"
GET_999 = "X12_999_RetrievalRequest_005010X231A1"
SEND_999 = "X12_999_SubmissionRequest_005010X231A1"


@pytest.fixture(params=sorted(CLIENTS))
def client(request: pytest.FixtureRequest) -> Client:
    return CLIENTS[request.param]


def results(kind: str) -> str:
    return f"X12_005010_Request_Batch_Results_{kind}"


def question(id: str = "p1") -> Message:
    return asking(Operation.REAL_TIME, ASK, id, sent([inquiry(member())]))


def claims(id: str = "b1", number: int = 1) -> Message:
    return asking(Operation.SUBMIT, CLAIM, id, sent([bills(Bill(member(), "A1"))], number))


async def test_a_question_is_answered_in_real_time(http: httpx.AsyncClient, client: Client) -> None:
    status, said = await client.send(http, Operation.REAL_TIME, question())
    assert (status, said.error_code) == (200, "Success")
    assert said.payload_type == "X12_271_Response_005010X279A1"
    assert (said.sender_id, said.receiver_id) == ("CLEARING", "MILLSTREET")
    assert (said.rule_version, said.processing_mode) == (client.version, "RealTime")
    assert said.payload_id not in ("", "p1")
    assert said.payload
    one_had(said.payload, EligibilityAnswer)


async def test_a_question_that_breaks_the_guide_is_answered_by_999(
    http: httpx.AsyncClient, client: Client
) -> None:
    broken = sent([inquiry(member())]).replace(b"BHT*0022*13", b"BHT*0022*99")
    said = asking(Operation.REAL_TIME, ASK, "p1", broken)
    _, answer = await client.send(http, Operation.REAL_TIME, said)
    assert answer.payload_type == "X12_999_Response_005010X231A1"


async def test_a_batch_goes_the_whole_way(http: httpx.AsyncClient, client: Client) -> None:
    status, receipt = await client.send(http, Operation.SUBMIT, claims())
    assert receipt.error_code == "Success"
    assert receipt.payload_type == "X12_BatchReceiptConfirmation"
    assert status == (200 if client is CLIENTS["soap"] else 202)
    _, taken = await client.send(
        http, Operation.ACKNOWLEDGMENT, asking(Operation.ACKNOWLEDGMENT, GET_999, "b1")
    )
    assert taken.payload_type == "X12_999_Response_005010X231A1"
    wanted = asking(Operation.RESULTS, results("277CA"), "b1")
    _, had = await client.send(http, Operation.RESULTS, wanted)
    assert had.payload
    assert had.payload.count(b"ISA*") == 2
    assert had.payload_length == str(len(had.payload))
    sums = {"2.2.0": hashlib.sha1(had.payload), "4.0.0": hashlib.sha256(had.payload)}
    assert had.check_sum == sums[client.version].hexdigest()
    acknowledged = asking(Operation.ACKNOWLEDGE, SEND_999, had.payload_id, b"ISA*")
    _, confirmed = await client.send(http, Operation.ACKNOWLEDGE, acknowledged)
    assert confirmed.payload_type == "X12_Response_ConfirmReceiptReceived"
    items = (await http.get("/admin/documents")).json()["items"]
    assert any(one["acknowledged_at"] for one in items)


async def test_remittances_are_picked_up_one_by_one_until_there_are_none(
    http: httpx.AsyncClient, client: Client
) -> None:
    await client.send(http, Operation.SUBMIT, claims())
    wanted = asking(Operation.RESULTS, results("835"), "new")
    _, early = await client.send(http, Operation.RESULTS, wanted)
    assert early.payload_type == "X12_005010_Response_NoBatchResultsFile"
    assert early.payload is None
    await http.post("/admin/clock", json={"days": 60})
    _, had = await client.send(http, Operation.RESULTS, wanted)
    assert had.payload_type == "X12_835_Response_005010X221A1"
    _, none = await client.send(http, Operation.RESULTS, wanted)
    assert none.payload_type == "X12_005010_Response_NoBatchResultsFile"


async def test_answers_to_a_batch_can_be_picked_up_again(
    http: httpx.AsyncClient, client: Client
) -> None:
    await client.send(http, Operation.SUBMIT, claims())
    wanted = asking(Operation.RESULTS, results("277CA"), "b1")
    _, once = await client.send(http, Operation.RESULTS, wanted)
    _, twice = await client.send(http, Operation.RESULTS, wanted)
    assert once.payload
    assert once.payload == twice.payload
    one, *_ = once.payload.split(b"ISA*")[1:]
    one_had(b"ISA*" + one, ClaimAcknowledgment)


REAL_TIME_ERRORS = {
    "PayloadTypeRequired": {"payload_type": ""},
    "PayloadTypeIllegal": {"payload_type": CLAIM},
    "ProcessingModeRequired": {"processing_mode": ""},
    "ProcessingModeIllegal": {"processing_mode": "Realtime"},
    "PayloadIDRequired": {"payload_id": ""},
    "PayloadIDIllegal": {"payload_id": "x" * 51},
    "TimeStampRequired": {"time_stamp": ""},
    "TimeStampIllegal": {"time_stamp": "yesterday"},
    "SenderIDRequired": {"sender_id": ""},
    "SenderIDIllegal": {"sender_id": "SOMEBODY"},
    "ReceiverIDRequired": {"receiver_id": ""},
    "ReceiverIDIllegal": {"receiver_id": "SOMEBODY"},
    "VersionMismatch": {"rule_version": "1.1.0"},
    "PayloadRequired": {"payload": None},
    "PayloadIllegal": {"payload": b"no X12"},
}


async def test_an_envelope_with_an_error_is_answered_by_its_code(
    http: httpx.AsyncClient, client: Client
) -> None:
    for code, change in REAL_TIME_ERRORS.items():
        said = replace(question(), **change)  # type: ignore[arg-type]
        status, answer = await client.send(http, Operation.REAL_TIME, said)
        assert (answer.error_code, answer.payload_type) == (code, "CoreEnvelopeError")
        assert answer.error_message
        assert answer.payload is None
        assert status == (400 if client is CLIENTS["rest"] else 200)


BATCH_ERRORS = {
    "ProcessingModeIllegal": {"processing_mode": "RealTime"},
    "PayloadLengthRequired": {"payload_length": ""},
    "PayloadLengthIllegal": {"payload_length": "7"},
    "CheckSumRequired": {"check_sum": ""},
    "ChecksumMismatched": {"check_sum": "0" * 40},
}


async def test_a_batch_with_an_error_is_not_taken(http: httpx.AsyncClient, client: Client) -> None:
    for code, change in BATCH_ERRORS.items():
        said = replace(claims(), **change)  # type: ignore[arg-type]
        _, answer = await client.send(http, Operation.SUBMIT, said)
        # By MIME the mode says what is asked, and an 837P is not asked in real time.
        by_mode = client is CLIENTS["mime"] and code == "ProcessingModeIllegal"
        assert answer.error_code == ("PayloadTypeIllegal" if by_mode else code)
    assert (await http.get("/admin/documents")).json()["items"] == []


async def test_who_is_not_known_gets_nothing(http: httpx.AsyncClient, client: Client) -> None:
    status, answer = await client.send(http, Operation.REAL_TIME, question(), "wrong")
    assert answer.error_code == "UnAuthorized"
    assert status == (200 if client is CLIENTS["soap"] else 401)


async def test_a_payload_id_is_used_once_whichever_way_it_comes(http: httpx.AsyncClient) -> None:
    codes = []
    for client in CLIENTS.values():
        _, answer = await client.send(http, Operation.REAL_TIME, question())
        codes.append(answer.error_code)
    assert codes == ["Success", "PayloadIDIllegal", "PayloadIDIllegal"]


async def test_the_ways_tell_the_same(http: httpx.AsyncClient) -> None:
    said = []
    for number, client in enumerate(CLIENTS.values()):
        _, answer = await client.send(http, Operation.REAL_TIME, question(f"p{number}"))
        assert answer.payload
        said.append(answer.payload.partition(b"BHT")[2].partition(b"SE*")[0])
    assert said[0] == said[1] == said[2]


async def test_what_was_picked_up_by_nobody_cannot_be_acknowledged(
    http: httpx.AsyncClient, client: Client
) -> None:
    said = asking(Operation.ACKNOWLEDGE, SEND_999, "unheard-of", b"ISA*")
    _, answer = await client.send(http, Operation.ACKNOWLEDGE, said)
    assert answer.error_code == "PayloadIDIllegal"
