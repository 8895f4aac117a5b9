"""The two addresses of vC2.2.0: `/core/soap` and `/core/mime`."""

from fastapi import APIRouter, Request, Response

from daybook.simulators.payer.edge import mime, soap
from daybook.simulators.payer.edge.body import body
from daybook.simulators.payer.edge.message import SUCCESS, UNAUTHORIZED, Operation
from daybook.simulators.payer.edge.operations import Down, Operations

VERSION = "2.2.0"


def routes(operations: Operations) -> APIRouter:
    """HTTP statuses are those of 4.3.3.1: an envelope that was read is answered with 200 or 202."""
    router = APIRouter(prefix="/core", tags=["CORE vC2.2.0"])

    @router.post("/soap", summary="Real time and batch, SOAP 1.2 and MTOM")
    async def by_soap(request: Request) -> Response:
        kind = request.headers.get("content-type", "")
        try:
            asked = soap.read_request(kind, await body(request))
            answer = await operations.answered(asked.operation, asked.message, asked.who, VERSION)
        except soap.Fault as fault:
            status = 400 if fault.code == "Sender" else 500
            return _response(*soap.fault(fault.code, fault.reason), status)
        except Down:
            return Response(status_code=503)
        return _response(*soap.written(asked.operation, answer), 200)

    @router.post("/mime", summary="Real time and batch, multipart/form-data")
    async def by_mime(request: Request) -> Response:
        kind = request.headers.get("content-type", "")
        if not kind.lower().startswith("multipart/form-data"):
            return Response(status_code=400)
        message, who = mime.read_request(kind, await body(request))
        operation = mime.operation_of(message)
        try:
            answer = await operations.answered(operation, message, who, VERSION)
        except Down:
            return Response(status_code=503)
        status = 202 if operation is Operation.SUBMIT else 200
        if answer.error_code != SUCCESS:
            status = 401 if answer.error_code == UNAUTHORIZED else 200
        return _response(*mime.written(answer), status)

    return router


def _response(kind: str, content: bytes, status: int) -> Response:
    return Response(content, status, media_type=None, headers={"content-type": kind})
