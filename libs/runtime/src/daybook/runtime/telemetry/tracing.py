"""Spans of our own, continued from one process to the next by the event's traceparent.

An event carries the traceparent (W3C Trace Context, level 1) of the request that led to it. Relay
and consumer look at its sampled bit first, so an event that nobody traces costs a string compare.
Attributes are names, counts and opaque ids; an error is recorded as its type, never as its text,
as that may quote a row.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import Token
from datetime import datetime
from types import TracebackType
from typing import NamedTuple, Protocol

from opentelemetry import context, metrics, trace
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, StatusCode
from opentelemetry.util.types import AttributeValue

from daybook.events.envelope import Envelope
from daybook.runtime.log import Delivered

Attributes = Mapping[str, AttributeValue]

TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?"
)
SERVICE = "daybook.service"
TOPIC = "messaging.destination.name"


class HandedOver(NamedTuple):
    """An event that the log has taken: its topic, when it came into the outbox, its trace."""

    topic: str
    enqueued_at: datetime
    traceparent: str | None


class Arriving(Protocol):
    """A record that a consumer was given, as daybook.runtime.reading knows it."""

    @property
    def envelope(self) -> Envelope | None: ...

    @property
    def delivered(self) -> Delivered: ...


class Process:
    """The process's tracer, and the durations of its requests in seconds: both of them go nowhere
    until `setup` sets them, and again after its shutdown."""

    def __init__(self) -> None:
        self.tracer: trace.Tracer = trace.NoOpTracer()
        self.durations: metrics.Histogram = metrics.NoOpHistogram("none")


PROCESS = Process()


def current_traceparent() -> str | None:
    """The current span's traceparent, sampled or not; None outside of any."""
    return traceparent_of(trace.get_current_span().get_span_context())


def traceparent_of(span: SpanContext) -> str | None:
    if not span.is_valid:
        return None
    return f"00-{span.trace_id:032x}-{span.span_id:016x}-{span.trace_flags:02x}"


def sampled(traceparent: str | None) -> bool:
    """Whether the trace is recorded; the flags are the last two digits, the bit their lowest."""
    return traceparent is not None and traceparent[-1:] in "13579bdf"


def parse(traceparent: str | None) -> SpanContext | None:
    """The span that `traceparent` names; None if it names none."""
    found = TRACEPARENT.fullmatch(traceparent) if traceparent else None
    if found is None:
        return None
    trace_id, span_id, flags = (int(part, 16) for part in found.groups())
    return SpanContext(trace_id, span_id, is_remote=True, trace_flags=trace.TraceFlags(flags))


def continued(
    traceparent: str | None,
    name: str,
    attributes: Attributes | None = None,
    kind: SpanKind = SpanKind.INTERNAL,
) -> AbstractContextManager[Span]:
    """A current span below the one that `traceparent` names, or the first of a new trace.

    Where the trace is not sampled nothing is recorded, but its id goes on.
    """
    parent = parse(traceparent)
    if parent is not None and not parent.trace_flags.sampled:
        return _Current(NonRecordingSpan(parent))
    return _Current(_start(parent, name, attributes, kind))


def relayed(service: str, handed_over: Iterable[HandedOver]) -> None:
    """Records `relay <topic>` for each traced event: from the outbox's insert until now."""
    for topic, enqueued_at, traceparent in handed_over:
        if sampled(traceparent):
            began = int(enqueued_at.timestamp() * 1e9)
            attributes = {SERVICE: service, TOPIC: topic}
            parent = parse(traceparent)
            _start(parent, f"relay {topic}", attributes, SpanKind.PRODUCER, began).end()


@contextmanager
def spans_of(service: str, arrivals: Sequence[Arriving]) -> Iterator[None]:
    """Records `project <topic>` for each traced event of a batch, as long as the batch takes."""
    spans = [
        _start(
            parse(arrival.envelope.traceparent),
            f"project {arrival.delivered.spot.topic}",
            {SERVICE: service, TOPIC: arrival.delivered.spot.topic},
            SpanKind.CONSUMER,
        )
        for arrival in arrivals
        if arrival.envelope is not None and sampled(arrival.envelope.traceparent)
    ]
    try:
        yield
    except BaseException as error:
        for span in spans:
            _fail(span, error)
        raise
    finally:
        for span in spans:
            span.end()


def _start(
    parent: SpanContext | None,
    name: str,
    attributes: Attributes | None,
    kind: SpanKind,
    began: int | None = None,
) -> Span:
    above = context.Context()
    if parent is not None:
        above = trace.set_span_in_context(NonRecordingSpan(parent), above)
    return PROCESS.tracer.start_span(name, above, kind, attributes, start_time=began)


def _fail(span: Span, error: BaseException) -> None:
    span.set_status(StatusCode.ERROR)
    span.set_attribute("error.type", type(error).__qualname__)


class _Current:
    """A span that is current inside `with`."""

    __slots__ = ("_span", "_token")

    def __init__(self, span: Span) -> None:
        self._span = span

    def __enter__(self) -> Span:
        self._token: Token[context.Context] = context.attach(trace.set_span_in_context(self._span))
        return self._span

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        context.detach(self._token)
        if error is not None:
            _fail(self._span, error)
        self._span.end()
