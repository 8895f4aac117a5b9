"""Metrics show what the loops know of themselves, for every service of the process."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from prometheus_client.parser import text_string_to_metric_families

from daybook.runtime.clock import World
from daybook.runtime.log import Spot
from daybook.runtime.reading.consumer import Progress
from daybook.runtime.settings import Settings
from daybook.runtime.telemetry import Telemetry, continued, setup
from daybook.runtime.writing.relay import OutboxState

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
PATIENT, COVERAGE = "registration.patient", "registration.coverage"

Start = Callable[..., Telemetry]


@dataclass
class Store:
    appended: int = 0


def values(telemetry: Telemetry) -> dict[tuple[str, ...], float]:
    """(name, its attributes' values in order of their names) -> value."""
    body, kind = telemetry.exposition()
    assert kind.startswith("text/plain")
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
        if family.name.startswith("daybook")
    }


@pytest.fixture
def telemetry() -> Iterator[Telemetry]:
    made = setup(Settings(postgres=""), "daybook", world=World(now=lambda: NOW))
    yield made
    made.shutdown()


def test_lag_is_told_in_events_and_in_seconds_by_topic(telemetry: Telemetry) -> None:
    progress = Progress(
        lag={Spot(PATIENT, 0): 7, Spot(PATIENT, 1): 5, Spot(COVERAGE, 0): 0},
        behind_since={
            Spot(PATIENT, 0): NOW - timedelta(seconds=3),
            Spot(PATIENT, 1): NOW - timedelta(seconds=8),
        },
    )
    telemetry.meters.watch_consumer("scheduling", progress)
    seen = values(telemetry)
    assert seen["daybook_consumer_lag", "project", "scheduling", PATIENT] == 12
    assert seen["daybook_consumer_lag", "project", "scheduling", COVERAGE] == 0
    assert seen["daybook_consumer_lag_seconds", "project", "scheduling", PATIENT] == 8
    assert seen["daybook_consumer_lag_seconds", "project", "scheduling", COVERAGE] == 0
    progress.lag[Spot(PATIENT, 0)] = 0
    assert values(telemetry)["daybook_consumer_lag", "project", "scheduling", PATIENT] == 5


def test_each_service_of_the_process_is_told_by_itself(telemetry: Telemetry) -> None:
    for number, service in enumerate(("registration", "scheduling"), start=1):
        telemetry.meters.watch_outbox(
            service, OutboxState(rows=number, oldest_seconds=number / 2, sent=number * 10)
        )
        telemetry.meters.watch_consumer(
            service, Progress(parked={"patients@1": number}, applied=number, dropped=number * 3)
        )
        telemetry.meters.watch_store(service, Store(number * 100))
    seen = values(telemetry)
    for number, service in enumerate(("registration", "scheduling"), start=1):
        assert seen["daybook_outbox_rows", service] == number
        assert seen["daybook_outbox_oldest_seconds", service] == number / 2
        assert seen["daybook_parked_keys", "patients@1", service] == number
        assert seen["daybook_events_relayed_total", service] == number * 10
        assert seen["daybook_events_applied_total", "project", service] == number
        assert seen["daybook_events_dropped_total", "project", service, "duplicate"] == number * 3
        assert seen["daybook_events_appended_total", service] == number * 100


def test_traces_and_metrics_go_to_the_collector_at_the_latest_at_shutdown() -> None:
    posted: list[str] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            posted.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Collector) as collector:
        thread = threading.Thread(target=collector.serve_forever, args=(0.01,))
        thread.start()
        address = f"http://127.0.0.1:{collector.server_address[1]}/"
        telemetry = setup(Settings(postgres="", otlp=address, sample=1.0), "registration")
        telemetry.meters.watch_outbox("registration", OutboxState(rows=1))
        with continued(None, "request"):
            pass
        telemetry.shutdown()
        collector.shutdown()
        thread.join()
    assert set(posted) == {"/v1/traces", "/v1/metrics"}
