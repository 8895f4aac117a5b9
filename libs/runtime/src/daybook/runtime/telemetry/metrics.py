"""Metrics of the event flow, read from what the loops keep about themselves.

The loops write to plain objects of theirs and know nothing of metrics; those objects are looked at
when somebody asks. Attributes are names of services, topics and projections, never ids.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Protocol

from opentelemetry.metrics import CallbackOptions, Meter, Observation

from daybook.runtime.log import Spot


class ConsumerFigures(Protocol):
    """What a consumer knows of itself: daybook.runtime.reading.consumer.Progress."""

    @property
    def lag(self) -> Mapping[Spot, int]: ...

    @property
    def behind_since(self) -> Mapping[Spot, datetime]: ...

    @property
    def parked(self) -> Mapping[str, int]: ...

    @property
    def applied(self) -> int: ...

    @property
    def dropped(self) -> int: ...


class OutboxFigures(Protocol):
    """What a relay knows of its outbox: daybook.runtime.writing.relay.OutboxState."""

    @property
    def rows(self) -> int: ...

    @property
    def oldest_seconds(self) -> float: ...

    @property
    def sent(self) -> int: ...


class StoreFigures(Protocol):
    """How many events a store has appended since it started."""

    @property
    def appended(self) -> int: ...


Read = Callable[[], Iterator[Observation]]


class Meters:
    """The instruments, and whose figures they show; a service is watched once in each role."""

    def __init__(self, meter: Meter, now: Callable[[], datetime]) -> None:
        self._meter, self._now = meter, now
        self._consumers: dict[tuple[str, str], ConsumerFigures] = {}
        self._outboxes: dict[str, OutboxFigures] = {}
        self._stores: dict[str, StoreFigures] = {}
        gauge, counter = meter.create_observable_gauge, meter.create_observable_counter
        for create, name, unit, read in (
            (gauge, "daybook.consumer.lag", "{event}", self._lag),
            (gauge, "daybook.consumer.lag.seconds", "s", self._lag_seconds),
            (gauge, "daybook.parked.keys", "{key}", self._parked),
            (counter, "daybook.events.applied", "{event}", self._applied),
            (counter, "daybook.events.dropped", "{event}", self._dropped),
            (gauge, "daybook.outbox.rows", "{row}", self._rows),
            (gauge, "daybook.outbox.oldest.seconds", "s", self._oldest),
            (counter, "daybook.events.relayed", "{event}", self._relayed),
            (counter, "daybook.events.appended", "{event}", self._appended),
        ):
            create(name, [_callback(read)], unit)

    def watch_consumer(self, service: str, figures: ConsumerFigures, role: str = "project") -> None:
        """Shows what the consumer of a service's projections or processes knows of itself."""
        self._consumers[service, role] = figures

    def watch_outbox(self, service: str, figures: OutboxFigures) -> None:
        self._outboxes[service] = figures

    def watch_store(self, service: str, figures: StoreFigures) -> None:
        self._stores[service] = figures

    def _lag(self) -> Iterator[Observation]:
        for (service, role), figures in self._consumers.items():
            by_topic: dict[str, int] = defaultdict(int)
            for spot, lag in dict(figures.lag).items():
                by_topic[spot.topic] += lag
            for topic, lag in by_topic.items():
                yield Observation(lag, {"service": service, "role": role, "topic": topic})

    def _lag_seconds(self) -> Iterator[Observation]:
        """How long ago the log took the oldest event that a topic's readers had last come to."""
        now = self._now()
        for (service, role), figures in self._consumers.items():
            behind = dict(figures.behind_since)
            for topic in {spot.topic for spot in dict(figures.lag)}:
                since = min((at for spot, at in behind.items() if spot.topic == topic), default=now)
                seconds = max(0.0, (now - since).total_seconds())
                yield Observation(seconds, {"service": service, "role": role, "topic": topic})

    def _parked(self) -> Iterator[Observation]:
        for (service, _), figures in self._consumers.items():
            for projection, keys in dict(figures.parked).items():
                yield Observation(keys, {"service": service, "projection": projection})

    def _applied(self) -> Iterator[Observation]:
        for (service, role), figures in self._consumers.items():
            yield Observation(figures.applied, {"service": service, "role": role})

    def _dropped(self) -> Iterator[Observation]:
        for (service, role), figures in self._consumers.items():
            told = {"service": service, "role": role, "why": "duplicate"}
            yield Observation(figures.dropped, told)

    def _rows(self) -> Iterator[Observation]:
        for service, figures in self._outboxes.items():
            yield Observation(figures.rows, {"service": service})

    def _oldest(self) -> Iterator[Observation]:
        for service, figures in self._outboxes.items():
            yield Observation(figures.oldest_seconds, {"service": service})

    def _relayed(self) -> Iterator[Observation]:
        for service, figures in self._outboxes.items():
            yield Observation(figures.sent, {"service": service})

    def _appended(self) -> Iterator[Observation]:
        for service, figures in self._stores.items():
            yield Observation(figures.appended, {"service": service})


def _callback(read: Read) -> Callable[[CallbackOptions], Iterable[Observation]]:
    # A list, not a generator: the reader may be a thread of its own, and should not linger.
    return lambda _: list(read())
