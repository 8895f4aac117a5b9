"""Telemetry of one process: one provider for all services in it, and none behind our back."""

from collections.abc import Callable
from typing import Any, Final

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.metrics import NoOpHistogram
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import NoOpTracer
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from daybook.runtime.clock import REAL, World
from daybook.runtime.settings import Settings
from daybook.runtime.telemetry.logs import json_logs
from daybook.runtime.telemetry.metrics import Meters
from daybook.runtime.telemetry.tracing import PROCESS

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
"""Seconds, as the semantic conventions for HTTP metrics advise."""

UVICORN: Final[dict[str, Any]] = {"log_config": None, "access_log": False}
"""What uvicorn.Config must be given, so that its loggers stay ours and no URL is logged."""


class Telemetry:
    """What a process tells of itself. `meters` is where its loops' figures are hung up."""

    def __init__(
        self,
        tracers: TracerProvider,
        metrics: MeterProvider,
        registry: CollectorRegistry,
        meters: Meters,
        put_logs_back: Callable[[], None],
    ) -> None:
        self._tracers, self._metrics, self._registry = tracers, metrics, registry
        self._put_logs_back = put_logs_back
        self.meters = meters

    def exposition(self) -> tuple[bytes, str]:
        """(body, content type) of /metrics, as Prometheus reads it."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST

    def shutdown(self) -> None:
        """Sends what is left, and takes everything down again; blocks for some seconds at most."""
        PROCESS.tracer, PROCESS.durations = NoOpTracer(), NoOpHistogram("none")
        self._tracers.shutdown()
        self._metrics.shutdown()
        self._put_logs_back()


def setup(
    settings: Settings,
    service_name: str,
    *,
    world: World = REAL,
    spans: SpanProcessor | None = None,
) -> Telemetry:
    """Sets up traces, metrics and logs of this process.

    `service_name` names the process (`registration`, or `daybook` where all run in one); `spans`
    hears of every recorded span, beside the collector at settings.otlp.
    """
    resource = Resource.create({"service.name": service_name, "service.namespace": "daybook"})
    tracers = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(settings.sample)), resource=resource
    )
    registry = CollectorRegistry()
    readers: list[MetricReader] = [
        PrometheusMetricReader(scope_info_enabled=False, registry=registry)
    ]
    if spans is not None:
        tracers.add_span_processor(spans)
    if settings.otlp is not None:
        address = settings.otlp.rstrip("/")
        tracers.add_span_processor(
            BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{address}/v1/traces"))
        )
        readers.append(
            PeriodicExportingMetricReader(OTLPMetricExporter(endpoint=f"{address}/v1/metrics"))
        )
    metrics = MeterProvider(readers, resource)
    logs = json_logs(service_name, settings.log_level)
    PROCESS.tracer = tracers.get_tracer("daybook")
    meter = metrics.get_meter("daybook")
    PROCESS.durations = meter.create_histogram(
        "http.server.request.duration",
        unit="s",
        description="Duration of HTTP server requests.",
        explicit_bucket_boundaries_advisory=BUCKETS,
    )
    meters = Meters(meter, world.now)
    return Telemetry(tracers, metrics, registry, meters, logs)
