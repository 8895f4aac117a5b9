"""Three ways to the same clearinghouse, as a provider's software writes them."""

import base64
import hashlib
from dataclasses import dataclass, replace
from typing import Any, Protocol

import httpx
from lxml import etree

from daybook.simulators.payer.edge import multipart, soap
from daybook.simulators.payer.edge.message import ANSWERED, FIELDS, Message, Operation, of_texts

USER, PASSWORD = "MILLSTREET", "secret"
_WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"


def asking(operation: Operation, type: str, id: str, payload: bytes | None = None) -> Message:
    """An envelope with everything right."""
    said = Message(
        payload_type=type,
        processing_mode=operation.mode,
        payload_id=id,
        time_stamp="2026-03-02T09:00:00Z",
        sender_id=USER,
        receiver_id="CLEARING",
        payload=payload,
    )
    if payload is None or operation is Operation.REAL_TIME:
        return said
    sums = hashlib.sha1(payload).hexdigest()
    return replace(said, payload_length=str(len(payload)), check_sum=sums)


class Client(Protocol):
    @property
    def version(self) -> str: ...

    async def send(
        self, http: httpx.AsyncClient, operation: Operation, said: Message, password: str = PASSWORD
    ) -> tuple[int, Message]: ...


def _fields(said: Message, version: str) -> dict[str, str]:
    if not said.rule_version:
        said = replace(said, rule_version=version)
    return {name: getattr(said, to) for name, to in FIELDS.items() if getattr(said, to)}


@dataclass(frozen=True)
class Soap:
    version: str = "2.2.0"

    async def send(
        self, http: httpx.AsyncClient, operation: Operation, said: Message, password: str = PASSWORD
    ) -> tuple[int, Message]:
        kind, body = soap_request(operation, said, password, self.version)
        answer = await http.post("/core/soap", content=body, headers={"content-type": kind})
        if not answer.content:
            return answer.status_code, Message()
        return answer.status_code, soap_answer(answer.headers["content-type"], answer.content)


def soap_request(
    operation: Operation, said: Message, password: str = PASSWORD, version: str = "2.2.0"
) -> tuple[str, bytes]:
    fields = "".join(f"<{name}>{text}</{name}>" for name, text in _fields(said, version).items())
    payload, parts = "", []
    if said.payload is not None and operation is Operation.REAL_TIME:
        payload = f"<Payload><![CDATA[{said.payload.decode()}]]></Payload>"
    elif said.payload is not None:
        payload = (
            '<Payload><xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include"'
            ' href="cid:batch"/></Payload>'
        )
        parts.append(multipart.Part("batch", said.payload, "application/octet-stream"))
    xml = (
        f'<s:Envelope xmlns:s="{soap.SOAP}"><s:Header><w:Security xmlns:w="{_WSS}">'
        f"<w:UsernameToken><w:Username>{USER}</w:Username><w:Password>{password}</w:Password>"
        f"</w:UsernameToken></w:Security></s:Header><s:Body><c:COREEnvelope{operation.value}"
        f' xmlns:c="{soap.CORE}">{fields}{payload}</c:COREEnvelope{operation.value}></s:Body>'
        "</s:Envelope>"
    ).encode()
    if not parts:
        return "application/soap+xml; charset=utf-8", xml
    return multipart.related(multipart.Part("root", xml, "application/xop+xml"), parts, "x")


def soap_answer(kind: str, body: bytes) -> Message:
    attached: dict[str, bytes] = {}
    if kind.startswith("multipart/"):
        first, *others = multipart.read(kind, body)
        body, attached = first.content, {one.name: one.content for one in others}
    envelope: Any = etree.fromstring(body)
    (said,) = envelope.find(f"{{{soap.SOAP}}}Body")
    texts = {to: said.findtext(name) or "" for name, to in ANSWERED.items()}
    payload = said.find("Payload")
    if payload is None:
        return of_texts(texts, None)
    if len(payload):
        return of_texts(texts, attached[payload[0].get("href").removeprefix("cid:")])
    return of_texts(texts, payload.text.encode())


@dataclass(frozen=True)
class Mime:
    version: str = "2.2.0"

    async def send(
        self, http: httpx.AsyncClient, operation: Operation, said: Message, password: str = PASSWORD
    ) -> tuple[int, Message]:
        fields = {**_fields(said, self.version), "UserName": USER, "Password": password}
        files = {"Payload": said.payload} if said.payload is not None else {"none": b""}
        answer = await http.post("/core/mime", data=fields, files=files)
        if not answer.content:
            return answer.status_code, Message()
        parts = {
            one.name: one.content
            for one in multipart.read(answer.headers["content-type"], answer.content)
        }
        texts = {to: parts[name].decode() for name, to in ANSWERED.items() if name in parts}
        return answer.status_code, of_texts(texts, parts.get("Payload"))


@dataclass(frozen=True)
class Rest:
    version: str = "4.0.0"

    async def send(
        self, http: httpx.AsyncClient, operation: Operation, said: Message, password: str = PASSWORD
    ) -> tuple[int, Message]:
        fields = _fields(said, self.version)
        text = operation is Operation.REAL_TIME
        if said.payload is not None:
            coded = said.payload if text else base64.b64encode(said.payload)
            fields["Payload"] = coded.decode()
        method, path = {
            Operation.REAL_TIME: ("POST", "real-time"),
            Operation.SUBMIT: ("POST", "batches"),
            Operation.ACKNOWLEDGMENT: ("GET", "acknowledgments"),
            Operation.RESULTS: ("GET", "results"),
            Operation.ACKNOWLEDGE: ("POST", "acknowledgments"),
        }[operation]
        answer = await http.request(
            method,
            f"/rest/v4/{path}",
            json=fields if method == "POST" else None,
            params=fields if method == "GET" else None,
            auth=(USER, password),
        )
        if not answer.content:
            return answer.status_code, Message()
        had = answer.json()
        texts = {to: had[name] for name, to in ANSWERED.items() if name in had}
        payload = had.get("Payload")
        if payload is None:
            return answer.status_code, of_texts(texts, None)
        return answer.status_code, of_texts(
            texts, payload.encode() if text else base64.b64decode(payload)
        )


CLIENTS: dict[str, Client] = {"soap": Soap(), "mime": Mime(), "rest": Rest()}
