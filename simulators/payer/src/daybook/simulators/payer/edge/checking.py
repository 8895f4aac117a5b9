"""Whether an envelope is processed: every field that is missing or wrong, by the rule's codes.

vC2.2.0 4.3.3.2 names them: `<Field>Required`, `<Field>Illegal`, VersionMismatch, UnAuthorized,
ChecksumMismatched.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from hmac import compare_digest

from daybook.simulators.payer.edge.message import (
    ACKNOWLEDGED,
    ACKNOWLEDGMENTS,
    FIELDS,
    REQUESTS,
    RESULTS,
    UNAUTHORIZED,
    Credentials,
    EnvelopeError,
    Message,
    Operation,
)

_ALWAYS = ("PayloadType", "ProcessingMode", "PayloadID", "TimeStamp", "SenderID", "ReceiverID")
_ID = re.compile(r"[!-~]{1,50}")
_WITH_PAYLOAD = (Operation.REAL_TIME, Operation.SUBMIT, Operation.ACKNOWLEDGE)
_WITH_SUM = (Operation.SUBMIT, Operation.ACKNOWLEDGE)


def checked(
    operation: Operation,
    message: Message,
    who: Credentials,
    version: str,
    senders: Mapping[str, str],
    receiver: str,
) -> None:
    """Raises EnvelopeError for the first thing that is wrong; `senders` are names and passwords."""
    if not message.rule_version:
        raise EnvelopeError("CORERuleVersionRequired", "CORERuleVersion is missing.")
    if message.rule_version != version:
        raise EnvelopeError("VersionMismatch", f"This is the address of rule version {version}.")
    password = senders.get(who.user)
    if password is None or not compare_digest(password.encode(), who.password.encode()):
        raise EnvelopeError(UNAUTHORIZED, "The user name or password is not known.")
    for name in _ALWAYS:
        if not getattr(message, FIELDS[name]):
            raise EnvelopeError(f"{name}Required", f"{name} is missing.")
    if message.processing_mode != operation.mode:
        raise _illegal("ProcessingMode", f"say {operation.mode} here")
    if message.payload_type not in _types(operation):
        raise _illegal("PayloadType", "it is not one of this request's")
    if not _ID.fullmatch(message.payload_id):
        raise _illegal("PayloadID", "at most 50 printed characters, a UUID best")
    if not _is_instant(message.time_stamp):
        raise _illegal("TimeStamp", "write it as 2026-01-02T08:15:00Z")
    if message.sender_id != who.user:
        raise _illegal("SenderID", "it is not the user's")
    if message.receiver_id != receiver:
        raise _illegal("ReceiverID", f"this is {receiver}")
    if operation in _WITH_PAYLOAD:
        _payload(operation, message)


def _payload(operation: Operation, message: Message) -> None:
    payload = message.payload
    if not payload:
        raise EnvelopeError("PayloadRequired", "Payload is missing.")
    if operation not in _WITH_SUM:
        return
    for name in ("PayloadLength", "CheckSum"):
        if not getattr(message, FIELDS[name]):
            raise EnvelopeError(f"{name}Required", f"{name} is missing.")
    if message.payload_length != str(len(payload)):
        raise _illegal("PayloadLength", "it is not the number of bytes that came")
    if message.check_sum.lower() not in _sums(payload):
        raise EnvelopeError("ChecksumMismatched", "Send again: the payload is not what was summed.")


def check_sum(payload: bytes, version: str) -> str:
    """The sum we send: SHA-1 in vC2.2.0 (4.4.2), SHA-256 in vC4.0.0, in hexadecimal."""
    return _sums(payload)[version.startswith("4")]


def _sums(payload: bytes) -> tuple[str, str]:
    # SHA-1 is what the rule asks for; it guards against accidents, not against people.
    old = hashlib.sha1(payload, usedforsecurity=False).hexdigest()
    return old, hashlib.sha256(payload).hexdigest()


def _types(operation: Operation) -> frozenset[str]:
    match operation:
        case Operation.REAL_TIME:
            # 837P is taken in batches only (vC2.2.0 does not ask for more).
            return frozenset(name for name, kind in REQUESTS.items() if kind != "837")
        case Operation.SUBMIT:
            return frozenset(REQUESTS)
        case Operation.ACKNOWLEDGMENT:
            return frozenset(ACKNOWLEDGMENTS)
        case Operation.RESULTS:
            return frozenset(RESULTS)
        case Operation.ACKNOWLEDGE:
            return ACKNOWLEDGED


def _is_instant(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _illegal(field: str, why: str) -> EnvelopeError:
    return EnvelopeError(f"{field}Illegal", f"{field} is not right: {why}.")
