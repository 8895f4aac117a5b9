"""HTTP with a MIME multipart body (vC2.2.0 section 4.2.1): a form, its payload a file."""

from daybook.simulators.payer.edge.message import (
    ACKNOWLEDGED,
    ACKNOWLEDGMENTS,
    ANSWERED,
    FIELDS,
    RESULTS,
    Credentials,
    Message,
    Operation,
    of_texts,
)
from daybook.simulators.payer.edge.multipart import Part, form, read


def read_request(content_type: str, body: bytes) -> tuple[Message, Credentials]:
    """The fields of a form; a body that is none has no field."""
    parts = {part.name: part.content for part in read(content_type, body)}
    texts = {
        to: parts[name].decode("utf-8", "replace").strip()
        for name, to in FIELDS.items()
        if name in parts
    }
    user, password = (
        parts.get(name, b"").decode("utf-8", "replace").strip() for name in ("UserName", "Password")
    )
    return of_texts(texts, parts.get("Payload")), Credentials(user, password)


def operation_of(message: Message) -> Operation:
    """What a form asks: there is one address, so mode and payload type say it."""
    if message.payload_type in ACKNOWLEDGMENTS:
        return Operation.ACKNOWLEDGMENT
    if message.payload_type in RESULTS:
        return Operation.RESULTS
    if message.payload_type in ACKNOWLEDGED:
        return Operation.ACKNOWLEDGE
    return Operation.SUBMIT if message.processing_mode == "Batch" else Operation.REAL_TIME


def written(answer: Message) -> tuple[str, bytes]:
    """(content type, body) of an answer."""
    parts = [
        Part(name, getattr(answer, to).encode())
        for name, to in ANSWERED.items()
        if getattr(answer, to) or name in ("ErrorCode", "ErrorMessage")
    ]
    if answer.payload is not None:
        parts.append(Part("Payload", answer.payload, "application/EDI-X12", "payload.edi"))
    return form(parts)
