"""One span per request, continued from outside, with a template and no ids in it."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from daybook.runtime.edge.tracing import Tracing

TRACE = "0af7651916cd43dd8448eb211c80319c"
INCOMING = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
PATIENT = "0192f7a0-0000-7000-8000-000000000001"


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def traced(build_example: Callable[..., Any], spans: InMemorySpanExporter) -> Any:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    return build_example(tracer=provider.get_tracer("test"))


def client(example: Any) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(example.platform)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost")


def only(spans: InMemorySpanExporter) -> ReadableSpan:
    (span,) = spans.get_finished_spans()
    spans.clear()
    return span


async def test_a_command_has_one_span_that_its_events_carry_on(
    traced: Any, spans: InMemorySpanExporter, registration: dict[str, Any]
) -> None:
    async with client(traced) as http:
        await http.put(
            f"/example/patients/{PATIENT}?why=Zyxwvut",
            json=registration,
            headers=traced.headers("front-desk") | INCOMING,
        )
    span = only(spans)
    assert (span.name, span.kind) == ("PUT /example/patients/{patient_id}", SpanKind.SERVER)
    assert dict(span.attributes or {}) == {
        "http.request.method": "PUT",
        "http.response.status_code": 200,
        "http.route": "/example/patients/{patient_id}",
    }
    assert span.context is not None
    assert span.parent is not None
    assert f"{span.context.trace_id:032x}" == TRACE
    assert f"{span.parent.span_id:016x}" == "b7ad6b7169203331"
    (origin,) = traced.store.origins
    assert origin.traceparent == f"00-{TRACE}-{span.context.span_id:016x}-01"
    assert "zyxwvut" not in span.to_json().casefold()


async def test_a_failure_marks_the_span_and_names_the_trace(
    traced: Any, spans: InMemorySpanExporter
) -> None:
    traced.troubles.error = ValueError("Zyxwvut")
    async with client(traced) as http:
        answer = await http.get("/example/trouble", headers=traced.headers() | INCOMING)
    span = only(spans)
    assert answer.json()["trace"] == TRACE
    assert span.status.status_code is StatusCode.ERROR
    assert (span.attributes or {})["error.type"] == "500"
    assert span.events == ()
    assert "Zyxwvut" not in span.to_json()


async def test_requests_without_a_route_and_refused_ones(
    traced: Any, spans: InMemorySpanExporter
) -> None:
    async with client(traced) as http:
        await http.get("/example/Zyxwvut", headers=traced.headers())
        assert only(spans).name == "GET"
        await http.get(f"/example/patients/{PATIENT}")
        assert (span := only(spans)).name == "GET"
        assert (span.attributes or {})["http.response.status_code"] == 401
        await http.request("ZYXWVUT", "/example/patients", headers=traced.headers())
        span = only(spans)
        assert span.name.startswith("HTTP")
        assert (span.attributes or {})["http.request.method"] == "_OTHER"


async def test_health_is_not_traced(traced: Any, spans: InMemorySpanExporter) -> None:
    async with client(traced) as http:
        await http.get("/example/healthz")
        await http.get("/example/readyz")
    assert spans.get_finished_spans() == ()


async def test_a_broken_traceparent_begins_a_new_trace(
    traced: Any, spans: InMemorySpanExporter
) -> None:
    async with client(traced) as http:
        await http.get("/example/metadata", headers={"traceparent": "Zyxwvut"})
    span = only(spans)
    assert span.parent is None
    assert span.name == "GET /example/metadata"


async def test_an_exception_is_not_quoted_in_a_span(spans: InMemorySpanExporter) -> None:
    async def breaks(scope: Any, receive: Any, send: Any) -> None:
        raise ValueError("Zyxwvut")

    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    app = Tracing(breaks, untraced=frozenset(), tracer=provider.get_tracer("test"))
    with pytest.raises(ValueError, match="Zyxwvut"):
        await app({"type": "http", "method": "GET", "path": "/", "headers": []}, None, None)  # type: ignore[arg-type]
    span = only(spans)
    assert span.status.status_code is StatusCode.ERROR
    assert "Zyxwvut" not in span.to_json()
