"""One trace from a request to another service's table, over either log; and /metrics."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import APIRouter, Depends, Response
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from daybook.events.codec import from_record
from daybook.events.practice import PayerListed
from daybook.runtime.edge.issuer import DevelopmentIssuer
from daybook.runtime.edge.writing import origin
from daybook.runtime.log.opening import open_log
from daybook.runtime.migrating import KEYS, LOG, SERVICE
from daybook.runtime.running import Running, app_of, running
from daybook.runtime.service import Machine, Service
from daybook.runtime.settings import Settings
from daybook.runtime.telemetry.setup import Telemetry, setup
from daybook.runtime.testing import Databases, until
from daybook.runtime.writing import Decision, Origin

from ..flow import TOPIC, Names, make_tables

PAYERS = "/example/payers/{id}"


def writes(machine: Machine) -> APIRouter:
    routes = APIRouter()

    @routes.post("/payers", status_code=201)
    async def list_payer(
        by: Annotated[Origin, Depends(origin("manager", creates=PAYERS))], response: Response
    ) -> dict[str, Any]:
        id = machine.world.new_id()
        event = PayerListed(payer_id=id, name="A")
        written = await machine.store.append(by, f"payer/{id}", 0, Decision((event,)))
        return {"id": str(written.id)}

    return routes


def no_routes(machine: Machine) -> APIRouter:
    return APIRouter()


@dataclass(slots=True)
class Two:
    """Two processes: one that is asked and publishes, one that reads."""

    http: httpx.AsyncClient
    reader: Running
    settings: Settings
    telemetry: Telemetry
    tenant: UUID
    token: str

    async def ask(self, **headers: str) -> None:
        """One request, and its effect in the other service."""
        before = self.reader.consumer.progress.applied if self.reader.consumer else 0
        answer = await self.http.post(
            "/example/payers", headers={"Authorization": f"Bearer {self.token}", **headers}
        )
        assert answer.status_code == 201, answer.text
        consumer = self.reader.consumer
        assert consumer is not None
        await until(lambda: consumer.progress.applied == before + 1)

    async def traceparents(self) -> list[str | None]:
        log = await open_log(self.settings)
        found = [from_record(each.record).traceparent async for each in log.scan(TOPIC)]
        await log.close()
        return found


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def telemetry(spans: InMemorySpanExporter) -> Iterator[Telemetry]:
    made = setup(Settings(postgres="", sample=1.0), "tests", spans=SimpleSpanProcessor(spans))
    yield made
    made.shutdown()


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
async def two(
    request: pytest.FixtureRequest, databases: Databases, telemetry: Telemetry
) -> AsyncIterator[Two]:
    names = {"example": (SERVICE,), "reading": (SERVICE,), "keys": (KEYS,), "log": (LOG,)}
    settings = await databases.make(dict(names))
    if request.param == "kafka":
        settings = replace(settings, kafka=request.getfixturevalue("kafka"))
    await make_tables(settings, database="reading")
    folder, tenant = databases.servers.folder, uuid4()
    issuer = DevelopmentIssuer(folder / "issuer.pem")
    issuer.publish(folder / "jwks.json")
    log = await open_log(settings)
    await log.create([TOPIC])
    await log.close()
    asked = Service("example", "Writes", writes, (), Path(), (TOPIC,))
    reads = Service("reading", "Reads", no_routes, (Names(),), Path())
    async with AsyncExitStack() as stack:
        meters = telemetry.meters
        one = await stack.enter_async_context(running(settings, [asked], meters=meters))
        other = await stack.enter_async_context(running(settings, [reads], meters=meters))
        transport = httpx.ASGITransport(app_of(one))
        http = httpx.AsyncClient(transport=transport, base_url="http://localhost")
        await stack.enter_async_context(http)
        token = issuer.token(tenant=tenant, actor="tester", roles=["manager"])
        yield Two(http, other["reading"], settings, telemetry, tenant, token)


async def test_one_trace_leads_from_the_request_to_the_other_services_table(
    two: Two, spans: InMemorySpanExporter
) -> None:
    await two.ask()
    wanted = {"POST /example/payers", f"relay {TOPIC}", f"project {TOPIC}"}
    await until(lambda: {span.name for span in spans.get_finished_spans()} >= wanted)
    found = [span for span in spans.get_finished_spans() if span.name in wanted]
    assert len(found) == 3
    assert len({span.context.trace_id for span in found if span.context}) == 1
    (request,) = (span for span in found if span.name.startswith("POST"))
    below = [span.parent for span in found if span is not request]
    assert [at.span_id for at in below if at] == [request.context.span_id] * 2  # type: ignore[union-attr]
    text = "".join(span.to_json() for span in spans.get_finished_spans())
    assert str(two.tenant) not in text


async def test_where_nobody_traces_the_id_goes_on_and_no_span_is_made(
    two: Two, spans: InMemorySpanExporter
) -> None:
    trace = uuid4().hex
    await two.ask(traceparent=f"00-{trace}-00f067aa0ba902b7-00")
    (said,) = await two.traceparents()
    assert said is not None
    assert said.split("-")[1] == trace
    assert said.endswith("-00")
    assert spans.get_finished_spans() == ()


@pytest.mark.parametrize("two", ["embedded"], indirect=True)
async def test_the_figures_of_the_flow_have_names(two: Two) -> None:
    await two.ask()
    read: Callable[[], str] = lambda: two.telemetry.exposition()[0].decode()  # noqa: E731
    await until(
        lambda: 'daybook_events_applied_total{role="project",service="reading"} 1.0' in read()
    )
    for name in (
        f'daybook_consumer_lag{{role="project",service="reading",topic="{TOPIC}"}} 0.0',
        f'daybook_consumer_lag_seconds{{role="project",service="reading",topic="{TOPIC}"}} 0.0',
        'daybook_outbox_oldest_seconds{service="example"} 0.0',
        'daybook_parked_keys{projection="names@1",service="reading"} 0.0',
        'daybook_events_appended_total{service="example"} 1.0',
        'daybook_events_relayed_total{service="example"} 1.0',
    ):
        await until(lambda name=name: name in read())  # type: ignore[misc]
    assert str(two.tenant) not in read()
