"""Started, stopped and started again; tokens."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx

from daybook.simulators.payer.app import create_app
from daybook.simulators.payer.edge.message import Operation
from daybook.simulators.payer.edge.operations import Sleep
from daybook.simulators.payer.edge.rest import token_of
from daybook.simulators.payer.faults import Fault, Kind
from daybook.simulators.payer.settings import Settings

from .clients import CLIENTS, PASSWORD, USER, asking
from .conftest import Slept
from .edge_world import SEED, START, member, sent
from .sent_claims import Bill, bills
from .sent_questions import inquiry


class Once:
    """A sleep that does not end, and whether anybody is asleep."""

    def __init__(self) -> None:
        self.asleep = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.asleep.set()
        await asyncio.Event().wait()


@asynccontextmanager
async def served(
    settings: Settings, wall_ahead: int = 0, sleep: Sleep | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(settings, lambda: START + timedelta(days=wall_ahead), sleep or Slept())
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://payer") as http,
    ):
        yield http


async def test_time_faults_and_claims_are_kept_over_a_restart(tmp_path: Path) -> None:
    fault = Fault(kind=Kind.LATE, days=200)
    known = Settings(tmp_path, SEED, start=START, senders={USER: PASSWORD}, faults=(fault,))
    async with served(known) as http:
        batch = sent([bills(Bill(member(), "A1"))])
        said = asking(Operation.SUBMIT, "X12_837_Request_005010X222A1", "b1", batch)
        await CLIENTS["rest"].send(http, Operation.SUBMIT, said)
        await http.post("/admin/clock", json={"days": 1})
    async with served(known) as http:
        assert (await http.get("/admin/clock")).json()["now"] == "2026-03-03T09:00:00+00:00"
        assert len((await http.get("/admin/faults")).json()["items"]) == 1
        await http.post("/admin/clock", json={"days": 60})
        items = (await http.get("/admin/documents")).json()["items"]
        assert [one["kind"] for one in items] == ["999", "277CA", "277CA", "835"]
        assert items[3]["ready_at"] > "2026-09"


async def test_time_that_runs_goes_on_with_the_wall(tmp_path: Path) -> None:
    known = Settings(tmp_path, SEED, running=True)
    async with served(known) as http:
        await http.post("/admin/clock", json={"days": 3})
    async with served(known, wall_ahead=1) as http:
        assert (await http.get("/admin/clock")).json()["now"] == "2026-03-05T09:00:00+00:00"
    async with served(known, wall_ahead=9) as http:
        assert (await http.get("/admin/clock")).json()["now"] == "2026-03-11T09:00:00+00:00"


async def test_files_in_the_drop_folder_are_found_without_being_asked(tmp_path: Path) -> None:
    known = Settings(tmp_path, SEED, start=START, senders={USER: PASSWORD}, sweep_seconds=1)
    inbox = tmp_path / "drop" / USER / "inbox"
    inbox.mkdir(parents=True)
    (inbox / "claims.edi").write_bytes(sent([bills(Bill(member(), "A1"))]))
    once = Once()
    async with served(known, sleep=once), asyncio.timeout(10):
        await once.asleep.wait()
    assert len(list((tmp_path / "drop" / USER / "outbox").iterdir())) == 3


async def test_a_token_stands_for_user_and_password(http: httpx.AsyncClient) -> None:
    assert (await http.post("/rest/v4/token", auth=(USER, "wrong"))).status_code == 401
    assert (await http.post("/rest/v4/token")).status_code == 401
    token = (await http.post("/rest/v4/token", auth=(USER, PASSWORD))).json()["access_token"]
    payload = sent([inquiry(member())]).decode()
    body = {
        "PayloadType": "X12_270_Request_005010X279A1",
        "ProcessingMode": "RealTime",
        "PayloadID": "p1",
        "TimeStamp": "2026-03-02T09:00:00Z",
        "SenderID": USER,
        "ReceiverID": "CLEARING",
        "CORERuleVersion": "4.0.0",
        "Payload": payload,
    }
    for said, status in ((token_of(USER, "wrong"), 401), (token, 200)):
        headers = {"authorization": f"Bearer {said}"}
        answer = await http.post("/rest/v4/real-time", json=body, headers=headers)
        assert answer.status_code == status
