"""The metadata of a CORE envelope, whichever way it is written.

Sources: CAQH CORE Connectivity Rule vC2.2.0, section 4.4.2 (metadata) and 4.3.3 (status and error
codes); vC4.0.0, REST. Payload types of 835, 278 and 277CA are by interpretation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Operation(StrEnum):
    """What is asked (vC2.2.0 sections 6.3.1 and 6.3.2, the interactions)."""

    REAL_TIME = "RealTimeRequest"
    SUBMIT = "BatchSubmission"
    ACKNOWLEDGMENT = "BatchSubmissionAckRetrievalRequest"
    RESULTS = "BatchResultsRetrievalRequest"
    ACKNOWLEDGE = "BatchResultsAckSubmission"

    @property
    def mode(self) -> str:
        """Its ProcessingMode."""
        return "RealTime" if self is Operation.REAL_TIME else "Batch"

    @property
    def answer(self) -> str:
        """What its answer is called."""
        return f"{self.value.removesuffix('Request')}Response"


@dataclass(frozen=True, slots=True)
class Message:
    """An envelope; what was not said is "". `payload` is None where there is none."""

    payload_type: str = ""
    processing_mode: str = ""
    payload_id: str = ""
    payload_length: str = ""
    time_stamp: str = ""
    sender_id: str = ""
    receiver_id: str = ""
    rule_version: str = ""
    check_sum: str = ""
    payload: bytes | None = None
    error_code: str = ""
    error_message: str = ""


FIELDS = {
    "PayloadType": "payload_type",
    "ProcessingMode": "processing_mode",
    "PayloadID": "payload_id",
    "PayloadLength": "payload_length",
    "TimeStamp": "time_stamp",
    "SenderID": "sender_id",
    "ReceiverID": "receiver_id",
    "CORERuleVersion": "rule_version",
    "CheckSum": "check_sum",
}
"""The fields that are text, by their name in the rule, in its order."""
ANSWERED = {**FIELDS, "ErrorCode": "error_code", "ErrorMessage": "error_message"}


def of_texts(texts: Mapping[str, str], payload: bytes | None) -> Message:
    """A message of its text fields, by their names here."""
    said: dict[str, Any] = dict(texts)
    return Message(**said, payload=payload)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who says they send (WS-Security UsernameToken, MIME fields, or HTTP Basic)."""

    user: str = ""
    password: str = ""


class EnvelopeError(Exception):
    """An envelope that is not processed: its ErrorCode, and a sentence without values."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


REQUESTS = {
    "X12_270_Request_005010X279A1": "270",
    "X12_276_Request_005010X212": "276",
    "X12_278_Request_005010X217E1_2": "278",
    "X12_837_Request_005010X222A1": "837",
}
ACKNOWLEDGMENTS = {
    "X12_999_RetrievalRequest_005010X231A1": ("999", "TA1"),
    "X12_TA1_RetrievalRequest_00501X231A1": ("TA1",),
}
RESULTS = {
    f"X12_005010_Request_Batch_Results_{kind}": (kind,)
    for kind in ("271", "277", "278", "277CA", "835")
}
ACKNOWLEDGED = frozenset(
    {"X12_999_SubmissionRequest_005010X231A1", "X12_TA1_SubmissionRequest_00501X231A1"}
)
RESPONSES = {
    "271": "X12_271_Response_005010X279A1",
    "277": "X12_277_Response_005010X212",
    "277CA": "X12_277CA_Response_005010X214",
    "278": "X12_278_Response_005010X217E1_2",
    "835": "X12_835_Response_005010X221A1",
    "999": "X12_999_Response_005010X231A1",
    "TA1": "X12_TA1_Response_00501X231A1",
}
RECEIPT = "X12_BatchReceiptConfirmation"
CONFIRMED = "X12_Response_ConfirmReceiptReceived"
NO_ACKNOWLEDGMENT = "X12_005010_Response_NoBatchAckFile"
NO_RESULTS = "X12_005010_Response_NoBatchResultsFile"
ERROR = "CoreEnvelopeError"
SUCCESS = "Success"
UNAUTHORIZED = "UnAuthorized"
