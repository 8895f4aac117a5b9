"""One trace from the request to the projection; nothing of what was said in it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from daybook.events.codec import to_record
from daybook.events.envelope import Envelope
from daybook.runtime.log import Delivered, Spot
from daybook.runtime.settings import Settings
from daybook.runtime.telemetry import (
    HandedOver,
    Telemetry,
    continued,
    current_traceparent,
    relayed,
    setup,
    spans_of,
)
from daybook.runtime.telemetry.tracing import PROCESS

Start = Callable[..., Telemetry]

PLANTED = "Plantagenet-Quill"
TOPIC = "registration.patient"
SAMPLED = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
UNSAMPLED = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"


@dataclass(frozen=True)
class Arrival:
    """As the consumer has it."""

    delivered: Delivered
    envelope: Envelope | None


def arrival(traceparent: str | None) -> Arrival:
    event_id, now = uuid4(), datetime.now(UTC)
    envelope = Envelope(
        id=event_id,
        type="registration.patient-registered",
        schema_version=1,
        source="registration",
        tenant=uuid4(),
        stream=f"patient/{event_id}",
        version=1,
        actor="test",
        occurred_at=now,
        recorded_at=now,
        correlation=event_id,
        causation=event_id,
        traceparent=traceparent,
    )
    return Arrival(Delivered(Spot(TOPIC, 0), 0, to_record(envelope, b"{}"), now), envelope)


def ids(span: ReadableSpan) -> tuple[int, int | None]:
    assert span.context is not None
    return span.context.trace_id, span.parent.span_id if span.parent else None


@pytest.mark.usefixtures("telemetry")
def test_one_trace_runs_from_the_request_to_the_projection_in_another_service(
    spans: InMemorySpanExporter,
) -> None:
    with continued(None, "POST /registration/patients"):
        carried = current_traceparent()
    enqueued = datetime.now(UTC) - timedelta(seconds=2)
    relayed("registration", [HandedOver(TOPIC, enqueued, carried)])
    with spans_of("scheduling", [arrival(carried)]):
        pass
    request, relay, project = spans.get_finished_spans()
    assert (relay.name, project.name) == (f"relay {TOPIC}", f"project {TOPIC}")
    assert request.context is not None
    below = (request.context.trace_id, request.context.span_id)
    assert ids(request) == (request.context.trace_id, None)
    assert ids(relay) == ids(project) == below
    assert relay.attributes is not None
    assert relay.attributes["daybook.service"] == "registration"
    assert project.attributes is not None
    assert project.attributes["daybook.service"] == "scheduling"
    assert relay.start_time == int(enqueued.timestamp() * 1e9)


@pytest.mark.usefixtures("telemetry")
def test_what_is_not_sampled_is_not_recorded_but_its_id_goes_on(
    spans: InMemorySpanExporter,
) -> None:
    with continued(UNSAMPLED, "GET /registration/patients"):
        assert current_traceparent() == UNSAMPLED
        with continued(current_traceparent(), "below"):
            assert current_traceparent() == UNSAMPLED
    relayed("registration", [HandedOver(TOPIC, datetime.now(UTC), UNSAMPLED)])
    with spans_of("scheduling", [arrival(UNSAMPLED), arrival(None)]):
        pass
    assert spans.get_finished_spans() == ()


@pytest.mark.usefixtures("telemetry")
def test_an_event_that_nobody_traces_does_not_reach_the_tracer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(PROCESS, "tracer", None)
    with continued(UNSAMPLED, "request"):
        relayed("registration", [HandedOver(TOPIC, datetime.now(UTC), UNSAMPLED)])
    with spans_of("scheduling", [arrival(UNSAMPLED), arrival(None)]):
        assert current_traceparent() is None
    with pytest.raises(AttributeError), spans_of("scheduling", [arrival(SAMPLED)]):
        pass


def test_a_share_of_new_traces_is_sampled_and_every_one_has_an_id(
    start: Start, spans: InMemorySpanExporter
) -> None:
    start(sample=0.5)
    seen = set()
    for _ in range(400):
        with continued(None, "request"):
            seen.add(current_traceparent())
    assert len(seen) == 400
    assert 120 < len(spans.get_finished_spans()) < 280
    assert 120 < sum(1 for one in seen if one is not None and int(one[-2:], 16) & 1) < 280


@pytest.mark.usefixtures("telemetry")
def test_a_sampled_caller_is_continued_and_the_context_is_given_back(
    spans: InMemorySpanExporter,
) -> None:
    assert current_traceparent() is None
    with continued(SAMPLED, "request", {"daybook.service": "registration"}) as span:
        assert trace.get_current_span() is span
        carried = current_traceparent()
    assert current_traceparent() is None
    (recorded,) = spans.get_finished_spans()
    assert ids(recorded) == (0x4BF92F3577B34DA6A3CE929D0E0E4736, 0x00F067AA0BA902B7)
    assert recorded.context is not None
    assert carried == f"{SAMPLED[:36]}{recorded.context.span_id:016x}-01"


@pytest.mark.usefixtures("telemetry")
@pytest.mark.parametrize(
    "wrong",
    ["", "1", PLANTED, SAMPLED[:-1], "ff" + SAMPLED[2:], f"00-{'0' * 32}-00f067aa0ba902b7-00"],
)
def test_a_traceparent_that_is_none_begins_a_new_trace(
    wrong: str, spans: InMemorySpanExporter
) -> None:
    with continued(wrong, "request"):
        assert current_traceparent() is not None
    relayed("registration", [HandedOver(TOPIC, datetime.now(UTC), wrong)])
    assert all(span.parent is None for span in spans.get_finished_spans())


@pytest.mark.usefixtures("telemetry")
def test_of_an_error_a_span_keeps_the_type_and_not_the_text(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match=PLANTED), continued(None, "request"):
        raise ValueError(PLANTED)
    with (
        pytest.raises(LookupError, match=PLANTED),
        spans_of("scheduling", [arrival(SAMPLED), arrival(SAMPLED)]),
    ):
        raise LookupError(PLANTED)
    request, *projected = spans.get_finished_spans()
    for span, kind in ((request, "ValueError"), *((one, "LookupError") for one in projected)):
        assert span.status.status_code is trace.StatusCode.ERROR
        assert span.attributes is not None
        assert span.attributes["error.type"] == kind
        assert PLANTED not in span.to_json()
    assert len(projected) == 2


def test_without_telemetry_and_after_its_end_nothing_is_recorded_and_nothing_breaks(
    spans: InMemorySpanExporter, telemetry: Telemetry
) -> None:
    telemetry.shutdown()
    with continued(SAMPLED, "request"), spans_of("scheduling", [arrival(SAMPLED)]):
        assert current_traceparent() == SAMPLED
    relayed("registration", [HandedOver(TOPIC, datetime.now(UTC), SAMPLED)])
    assert spans.get_finished_spans() == ()


def test_telemetry_can_be_set_up_again() -> None:
    for _ in range(2):
        again = setup(Settings(postgres=""), "registration")
        assert again.exposition()[1].startswith("text/plain")
        again.shutdown()
