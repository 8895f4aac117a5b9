"""MIME bodies of several parts, read with the standard library and written by hand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its field name or content id, and its bytes."""

    name: str
    content: bytes
    type: str = "text/plain"
    file_name: str = ""


def read(content_type: str, body: bytes) -> Iterator[Part]:
    """The parts of a body; none where it is not multipart."""
    head = b"Content-Type: " + content_type.encode("ascii", "replace") + b"\r\n\r\n"
    # The newer policies raise on some headers that are wrong; this one never does.
    message = BytesParser(policy=compat32).parsebytes(head + body)
    parts = message.get_payload()
    for part in parts if message.is_multipart() and isinstance(parts, list) else ():
        if not isinstance(part, Message):
            continue
        content = part.get_payload(decode=True)
        name = part.get_param("name", header="content-disposition")
        id = str(part.get("content-id") or "").strip().strip("<>")
        yield Part(
            name=name if isinstance(name, str) else id,
            content=content if isinstance(content, bytes) else b"",
            type=part.get_content_type(),
        )


def form(parts: Sequence[Part]) -> tuple[str, bytes]:
    """(content type, body) of a multipart/form-data."""
    boundary = _boundary(parts)
    pieces = []
    for part in parts:
        file = f'; filename="{part.file_name}"' if part.file_name else ""
        head = f'Content-Disposition: form-data; name="{part.name}"{file}\r\n'
        if part.file_name:
            head += f"Content-Type: {part.type}\r\nContent-Transfer-Encoding: binary\r\n"
        pieces.append(f"--{boundary}\r\n{head}\r\n".encode() + part.content + b"\r\n")
    body = b"".join(pieces) + f"--{boundary}--\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", body


def related(root: Part, others: Sequence[Part], action: str) -> tuple[str, bytes]:
    """(content type, body) of an XOP package (MTOM): the envelope first, then what it includes."""
    boundary = _boundary((root, *others))
    pieces = []
    for part in (root, *others):
        head = (
            f"Content-Type: {part.type}\r\nContent-Transfer-Encoding: binary\r\n"
            f"Content-ID: <{part.name}>\r\n"
        )
        pieces.append(f"--{boundary}\r\n{head}\r\n".encode() + part.content + b"\r\n")
    body = b"".join(pieces) + f"--{boundary}--\r\n".encode()
    kind = (
        f'multipart/related; type="application/xop+xml"; start="<{root.name}>";'
        f' start-info="application/soap+xml"; action="{action}"; boundary="{boundary}"'
    )
    return kind, body


def _boundary(parts: Sequence[Part]) -> str:
    """Made of the parts, so that the same ones have the same one and none holds it."""
    digest = sha256(b"\0".join(part.content for part in parts)).hexdigest()
    return f"part-{digest[:32]}"
