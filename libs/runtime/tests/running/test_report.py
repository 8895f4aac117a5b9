"""What /readyz says of the loops of a process: figures of each, and failure for a stopped one."""

from pathlib import Path

import pytest
from fastapi import APIRouter

from daybook.runtime.log import Spot
from daybook.runtime.running import Running
from daybook.runtime.service import Service

from ..flow import TOPIC, Flow
from ..plans import Plans


@pytest.mark.parametrize("stopped", ["", "project", "process"])
async def test_projections_and_processes_are_told_apart(embedded_flow: Flow, stopped: str) -> None:
    flow = embedded_flow
    service = Service("example", "An example", lambda _: APIRouter(), (), Path())
    one = Running(service, flow.database, flow.store)
    one.consumer, one.reactor = flow.consumer(), flow.reactor(Plans(flow.store))
    one.consumer.progress.lag[Spot(TOPIC, 0)] = 3
    one.reactor.progress.lag[Spot(TOPIC, 0)] = 5
    one.reactor.progress.parked["plans@1"] = 2
    if stopped:
        consumer = one.consumer if stopped == "project" else one.reactor
        consumer.progress.stopped = "too many keys parked"
    report = await one.report()
    assert report.figures == {
        "lag_events": 3,
        "parked_keys": 0,
        "process_lag_events": 5,
        "process_parked_keys": 2,
    }
    assert list(report.stopped) == ([stopped] if stopped else [])
