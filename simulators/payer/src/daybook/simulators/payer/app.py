"""The composition root: world, office, storage, clock and edge to one application."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from fastapi import FastAPI

from daybook.simulators.payer.adjudicating.claims_office import ClaimsOffice
from daybook.simulators.payer.clearing.clearinghouse import Clearinghouse
from daybook.simulators.payer.clock import Clock
from daybook.simulators.payer.edge import admin, core_routes, rest
from daybook.simulators.payer.edge.folder import DropFolder
from daybook.simulators.payer.edge.operations import Operations, Sleep
from daybook.simulators.payer.members.made_up import made_up
from daybook.simulators.payer.members.population import read
from daybook.simulators.payer.members.world import World
from daybook.simulators.payer.remembering import RememberingOffice
from daybook.simulators.payer.settings import Settings
from daybook.simulators.payer.storage import Storage


def create_app(
    settings: Settings, wall: Callable[[], datetime], sleep: Sleep = asyncio.sleep
) -> FastAPI:
    """`wall` is the clock time starts by, and runs with where the settings say so."""
    settings.data.mkdir(parents=True, exist_ok=True)
    house = _house(settings, wall)
    folder = DropFolder(house, settings.data / "drop", settings.senders)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        sweeping = asyncio.create_task(_sweeping(folder, settings.sweep_seconds, sleep))
        yield
        sweeping.cancel()
        with suppress(asyncio.CancelledError):
            await sweeping
        house.storage.close()

    app = FastAPI(title="A clearinghouse and its payers", lifespan=lifespan)
    operations = Operations(house, settings.senders, sleep)
    app.include_router(core_routes.routes(operations))
    app.include_router(rest.routes(operations))
    app.include_router(admin.routes(house, folder.sweep))

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "up"}

    return app


def _house(settings: Settings, wall: Callable[[], datetime]) -> Clearinghouse:
    storage = Storage(settings.data / "payer.sqlite3")
    kept = storage.get("now")
    begins = datetime.fromisoformat(kept) if kept else settings.start or wall()
    if kept and settings.running:
        begins = max(begins, wall())
    clock = Clock(begins, wall if settings.running else None)
    office = RememberingOffice(lambda: ClaimsOffice(_world(settings)), storage)
    house = Clearinghouse(office, storage, clock, settings.seed)
    if kept is None:
        for fault in settings.faults:
            house.faults.add(fault)
    return house


def _world(settings: Settings) -> World:
    if settings.population is None:
        return made_up(settings.seed, outside=settings.outside)
    return read(settings.population.read_bytes(), settings.outside)


async def _sweeping(folder: DropFolder, seconds: float, sleep: Sleep) -> None:
    while seconds > 0:
        folder.sweep()
        await sleep(seconds)
