"""Telemetry set up for a test, its spans kept in memory."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from daybook.runtime.settings import Settings
from daybook.runtime.telemetry import Telemetry, setup

Start = Callable[..., Telemetry]


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def start(spans: InMemorySpanExporter) -> Iterator[Start]:
    """Sets telemetry up, with changed settings; takes it down after the test."""
    started: list[Telemetry] = []

    def one(name: str = "registration", **changed: Any) -> Telemetry:
        settings = Settings(**{"postgres": "", "sample": 1.0, **changed})
        started.append(setup(settings, name, spans=SimpleSpanProcessor(spans)))
        return started[-1]

    yield one
    for telemetry in started:
        telemetry.shutdown()


@pytest.fixture
def telemetry(start: Start) -> Telemetry:
    return start()
