"""SOAP 1.2 with WS-Security UsernameToken (vC2.2.0 section 4.2.2); batches as MTOM."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from daybook.simulators.payer.edge.message import (
    ANSWERED,
    FIELDS,
    Credentials,
    Message,
    Operation,
    of_texts,
)
from daybook.simulators.payer.edge.multipart import Part, read, related

SOAP = "http://www.w3.org/2003/05/soap-envelope"
SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
CORE = "http://www.caqh.org/SOAP/WSDL/CORERule2.2.0.xsd"
XOP = "http://www.w3.org/2004/08/xop/include"
_WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_TYPE = "application/soap+xml; charset=utf-8"
_OPERATIONS = {f"COREEnvelope{one.value}": one for one in Operation}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ROOT, _PAYLOAD = "root@clearing.example", "payload@clearing.example"


class Fault(Exception):
    """A request that is no CORE envelope: its SOAP fault code (Sender, VersionMismatch …)."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it was read."""

    operation: Operation
    message: Message
    who: Credentials


def read_request(content_type: str, body: bytes) -> Asked:
    """A SOAP request, plain or with attachments; raises Fault."""
    attachments: dict[str, bytes] = {}
    if content_type.lower().startswith("multipart/"):
        parts = list(read(content_type, body))
        if not parts:
            raise Fault("Sender", "The parts of the message cannot be told apart.")
        body = parts[0].content
        attachments = {part.name: part.content for part in parts[1:]}
    envelope = _parsed(body)
    found = envelope.find(f"{{{SOAP}}}Body")
    asked = next((one for one in (found if found is not None else ()) if _is_core(one)), None)
    if asked is None:
        raise Fault("Sender", "There is no CORE envelope in the body.")
    said = {_local(one): one for one in asked if isinstance(one.tag, str)}
    texts = {to: (said[name].text or "").strip() for name, to in FIELDS.items() if name in said}
    operation = _OPERATIONS[_local(asked)]
    payload = _payload(operation, said.get("Payload"), attachments)
    return Asked(operation, of_texts(texts, payload), _credentials(envelope))


def _parsed(body: bytes) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        raise Fault("Sender", "The message is not well-formed XML.") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Fault("Sender", "A SOAP message has no document type (SOAP 1.2 part 1, 5).")
    if root.tag == f"{{{SOAP_11}}}Envelope":
        raise Fault("VersionMismatch", "Send SOAP 1.2.")
    if root.tag != f"{{{SOAP}}}Envelope":
        raise Fault("Sender", "The message is no SOAP envelope.")
    return root


def _is_core(element: Any) -> bool:
    return (
        isinstance(element.tag, str)
        and etree.QName(element).namespace == CORE
        and _local(element) in _OPERATIONS
    )


def _local(element: Any) -> str:
    return etree.QName(element).localname


def _payload(operation: Operation, element: Any, attachments: dict[str, bytes]) -> bytes | None:
    """Text in real time; in batches an attachment (XOP) or base64."""
    if element is None:
        return None
    include = element.find(f"{{{XOP}}}Include")
    if include is not None:
        id = (include.get("href") or "").removeprefix("cid:")
        if id not in attachments:
            raise Fault("Sender", "The payload's attachment is not in the message.")
        return attachments[id]
    text = element.text or ""
    if operation is Operation.REAL_TIME:
        return text.strip().encode()
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Fault("Sender", "The payload is neither an attachment nor base64.") from None


def _credentials(envelope: Any) -> Credentials:
    token = envelope.find(f"{{{SOAP}}}Header/{{{_WSS}}}Security/{{{_WSS}}}UsernameToken")
    if token is None:
        return Credentials()
    return Credentials(
        (token.findtext(f"{{{_WSS}}}Username") or "").strip(),
        (token.findtext(f"{{{_WSS}}}Password") or "").strip(),
    )


def written(operation: Operation, answer: Message) -> tuple[str, bytes]:
    """(content type, body) of an answer."""
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
    body = etree.SubElement(envelope, f"{{{SOAP}}}Body")
    name = f"{{{CORE}}}COREEnvelope{operation.answer}"
    root = etree.SubElement(body, name, nsmap={"cor": CORE})
    for field, to in ANSWERED.items():
        value = getattr(answer, to)
        if value or field in ("ErrorCode", "ErrorMessage"):
            etree.SubElement(root, field).text = value
    attached = operation is not Operation.REAL_TIME
    if answer.payload is not None:
        payload = etree.Element("Payload")
        # The rule's schema has the payload before the two error fields.
        root.insert(len(root) - 2, payload)
        if attached:
            include = etree.SubElement(payload, f"{{{XOP}}}Include", nsmap={"xop": XOP})
            include.set("href", f"cid:{_PAYLOAD}")
        else:
            text = _NOT_XML.sub("?", answer.payload.decode("utf-8", "replace"))
            payload.text = text if "]]>" in text else etree.CDATA(text)
    xml = etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")
    if answer.payload is None or not attached:
        return _TYPE, xml
    part = Part(_ROOT, xml, 'application/xop+xml; charset=UTF-8; type="application/soap+xml"')
    file = Part(_PAYLOAD, answer.payload, "application/octet-stream")
    return related(part, [file], operation.value)


def fault(code: str, reason: str) -> tuple[str, bytes]:
    """(content type, body) of a SOAP fault."""
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
    body = etree.SubElement(envelope, f"{{{SOAP}}}Body")
    said = etree.SubElement(body, f"{{{SOAP}}}Fault")
    value = etree.SubElement(etree.SubElement(said, f"{{{SOAP}}}Code"), f"{{{SOAP}}}Value")
    value.text = f"soap:{code}"
    text = etree.SubElement(etree.SubElement(said, f"{{{SOAP}}}Reason"), f"{{{SOAP}}}Text")
    text.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
    text.text = reason
    return _TYPE, etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")
