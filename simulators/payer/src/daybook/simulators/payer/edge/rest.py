"""REST (CAQH CORE Connectivity Rule vC4.0.0): JSON with the envelope's metadata.

The rule fixes POST and GET, JSON, the metadata and OAuth 2.0; the paths are ours, by
interpretation. Payloads are text in real time and base64 in batches.
"""

import base64
import binascii
import json
from hashlib import sha256
from hmac import compare_digest
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBasic, HTTPBasicCredentials

from daybook.simulators.payer.edge.body import body
from daybook.simulators.payer.edge.message import (
    ANSWERED,
    FIELDS,
    SUCCESS,
    UNAUTHORIZED,
    Credentials,
    Message,
    Operation,
    of_texts,
)
from daybook.simulators.payer.edge.operations import Down, Operations

VERSION = "4.0.0"
_basic = HTTPBasic(auto_error=False)


def token_of(user: str, password: str) -> str:
    """The access token of a sender; it is the same as long as the password is."""
    return sha256(f"{user}\n{password}".encode()).hexdigest()


def routes(operations: Operations) -> APIRouter:
    """Envelope errors are HTTP errors here, with ErrorCode and ErrorMessage in the body."""
    router = APIRouter(prefix="/rest/v4", tags=["CORE vC4.0.0"])

    def sender(
        basic: Annotated[HTTPBasicCredentials | None, Depends(_basic)],
        authorization: Annotated[str, Header()] = "",
    ) -> Credentials:
        """Whose token it is, or the user of HTTP Basic."""
        kind, _, token = authorization.partition(" ")
        if kind.lower() == "bearer":
            for user, password in operations.senders.items():
                if compare_digest(token_of(user, password).encode(), token.encode()):
                    return Credentials(user, password)
        return Credentials(basic.username, basic.password) if basic else Credentials()

    Sender = Annotated[Credentials, Depends(sender)]

    @router.post("/token", summary="OAuth 2.0 client credentials (RFC 6749 4.4)")
    async def token(who: Sender) -> Response:
        if operations.senders.get(who.user) != who.password:
            return JSONResponse({"error": "invalid_client"}, 401)
        said = token_of(who.user, who.password)
        return JSONResponse({"access_token": said, "token_type": "Bearer", "expires_in": 3600})

    @router.post("/real-time", summary="One question, answered at once")
    async def real_time(request: Request, who: Sender) -> Response:
        return await _posted(operations, Operation.REAL_TIME, request, who, 200)

    @router.post("/batches", summary="Submit a batch")
    async def submit(request: Request, who: Sender) -> Response:
        return await _posted(operations, Operation.SUBMIT, request, who, 202)

    @router.get("/acknowledgments", summary="Pick up the 999 or TA1 of a batch")
    async def acknowledgment(request: Request, who: Sender) -> Response:
        said = _message(dict(request.query_params), Operation.ACKNOWLEDGMENT)
        return await _answered(operations, Operation.ACKNOWLEDGMENT, said, who, 200)

    @router.get("/results", summary="Pick up 271, 277, 277CA, 278 or 835")
    async def results(request: Request, who: Sender) -> Response:
        said = _message(dict(request.query_params), Operation.RESULTS)
        return await _answered(operations, Operation.RESULTS, said, who, 200)

    @router.post("/acknowledgments", summary="Acknowledge what was picked up")
    async def acknowledge(request: Request, who: Sender) -> Response:
        return await _posted(operations, Operation.ACKNOWLEDGE, request, who, 202)

    return router


async def _posted(
    operations: Operations, operation: Operation, request: Request, who: Credentials, status: int
) -> Response:
    try:
        said = json.loads(await body(request))
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        return JSONResponse({"ErrorCode": "PayloadRequired", "ErrorMessage": "Send JSON."}, 400)
    return await _answered(operations, operation, _message(said, operation), who, status)


async def _answered(
    operations: Operations, operation: Operation, message: Message, who: Credentials, status: int
) -> Response:
    try:
        answer = await operations.answered(operation, message, who, VERSION)
    except Down:
        return Response(status_code=503)
    if answer.error_code != SUCCESS:
        status = 401 if answer.error_code == UNAUTHORIZED else 400
    return JSONResponse(_body(answer, operation), status)


def _message(said: dict[str, Any], operation: Operation) -> Message:
    texts = {
        to: said[name]
        for name, to in FIELDS.items()
        if isinstance(said.get(name), str) and said[name]
    }
    payload = said.get("Payload")
    if not isinstance(payload, str):
        return of_texts(texts, None)
    if operation is Operation.REAL_TIME:
        return of_texts(texts, payload.encode("utf-8", "replace"))
    try:
        return of_texts(texts, base64.b64decode(payload, validate=True))
    except (binascii.Error, ValueError):
        return of_texts(texts, None)


def _body(answer: Message, operation: Operation) -> dict[str, str]:
    said = {name: getattr(answer, to) for name, to in ANSWERED.items() if getattr(answer, to)}
    if answer.payload is not None:
        plain = operation is Operation.REAL_TIME
        said["Payload"] = (
            answer.payload.decode("utf-8", "replace")
            if plain
            else base64.b64encode(answer.payload).decode()
        )
    return said
