"""`/<name>/healthz` (the loop answers) and `/<name>/readyz` (its consumers run; counts, no ids)."""

import asyncio
import logging

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from daybook.runtime.edge.parts import Health, HealthReport

logger = logging.getLogger("daybook.edge")

LONGEST = 2.0


class Alive(BaseModel):
    """The process answers."""

    alive: bool = True


class Readiness(BaseModel):
    """Counts by name (`outbox`, `lag_events.patients`); no ids."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "ready": True,
                    "stopped": [],
                    "figures": {"outbox": 0, "lag_events.patients": 3, "parked_keys": 0},
                    "note": None,
                }
            ]
        },
    )

    ready: bool
    stopped: tuple[str, ...] = Field(default=(), description="Consumers that stopped and stay so")
    figures: dict[str, int | float] = Field(default_factory=dict)
    note: str | None = None


def health_routes(health: Health) -> APIRouter:
    """The two health routes; the same in every role."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    async def healthz() -> Alive:
        """200 as long as the process answers at all."""
        return Alive()

    @router.get("/readyz", responses={503: {"model": Readiness, "description": "One stopped"}})
    async def readyz(response: Response) -> Readiness:
        """503 only for a stopped consumer, which needs a person; lag and parked keys are counts."""
        report, note = await _report(health)
        if report.stopped:
            response.status_code = 503
        return Readiness(
            ready=not report.stopped,
            stopped=tuple(sorted(report.stopped)),
            figures=dict(report.figures),
            note=note,
        )

    return router


async def _report(health: Health) -> tuple[HealthReport, str | None]:
    """Restarting this process would not bring a database back, so that alone fails nothing."""
    try:
        async with asyncio.timeout(LONGEST):
            return await health.report(), None
    except Exception as error:
        logger.warning("readyz has no figures (%s)", type(error).__name__)
        return HealthReport(), "the figures cannot be read just now"
