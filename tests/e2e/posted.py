"""A reader of its own for whole days: every row of every read table, and the counterpart of every
appointment, encounter and claim."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from .audit import SERVICES, Audit, Auditor, same_events
from .counterparts import without_counterpart
from .posted_people import RULES as PEOPLE
from .posted_visits import RULES as VISITS
from .told import Row, Story, plain, stories

RULES = {**PEOPLE, **VISITS}
KEYS = {
    **dict.fromkeys(("charts", "accounts"), ("patient_id",)),
    **dict.fromkeys(("visits", "charges"), ("encounter_id",)),
    **dict.fromkeys(("patient_terms", "chart_terms"), ("patient_id", "kind", "term")),
    "patient_words": ("patient_id", "word"),
    "corrections": ("patient_id", "version"),
}
"""What a row is known by within a practice, where that is not its id."""
Reads = Callable[[str, str], Awaitable[list[Row]]]
"""Gives the rows of a query at a service's database."""
TABLES = """
    SELECT DISTINCT table_name FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name = 'stream_version'
"""


@dataclass(frozen=True, slots=True)
class DayAuditor:
    """Audits what a practice day left behind."""

    auditor: Auditor

    async def audit(self) -> Audit:
        """Compares stores, log and every read table, and looks for what has no counterpart."""
        audit = Audit()
        stored = [event for name in SERVICES for event in await self.auditor.stored(name, audit)]
        audit.events = len(stored)
        same_events(stored, await self.auditor.logged(), audit)
        told = await self.told()
        for service in SERVICES:
            for table in await self.auditor.rows(service, TABLES):
                await self._compare(service, table["table_name"], told, audit, self.auditor.rows)
        audit.wrong += without_counterpart(told)
        return audit

    async def compared(self, service: str, table: str, rows: Reads | None = None) -> Audit:
        """Compares one table, whose rows may be read in another way."""
        audit = Audit()
        how = rows or self.auditor.rows
        await self._compare(service, table, await self.told(), audit, how)
        return audit

    async def told(self) -> Mapping[str, Story]:
        """Every stream of every store."""
        keys = await self.auditor.keys()
        query = "SELECT * FROM events ORDER BY stream, version"
        rows = [row for name in SERVICES for row in await self.auditor.rows(name, query)]
        return stories(rows, keys)

    async def _compare(
        self, service: str, table: str, told: Mapping[str, Story], audit: Audit, reads: Reads
    ) -> None:
        if (service, table) not in RULES:
            audit.wrong.append(f"{service}.{table}: nobody here says what its rows must be")
            return
        kind, rule = RULES[service, table]
        wanted: dict[tuple[Any, ...], Row] = {}
        for stream, story in told.items():
            if stream.startswith(f"{kind}/"):
                at = {"stream": stream, "stream_version": story[-1].version}
                wanted |= {key: {**row, **at} for key, row in rule(story)}
        names = KEYS.get(table, ("id",))
        rows = await reads(service, f"SELECT * FROM {table}")
        found = {tuple(plain(row[name]) for name in names): row for row in rows}
        audit.rows += len(rows)
        audit.expect(len(found) == len(rows), f"{service}.{table}: two rows are one")
        audit.wrong += [f"{service}.{table}: {key} is missing" for key in wanted.keys() - found]
        audit.wrong += [f"{service}.{table}: {key} is too many" for key in found.keys() - wanted]
        for key in wanted.keys() & found.keys():
            audit.wrong += [
                f"{service}.{table}: {key} has another {name}"
                for name, value in wanted[key].items()
                if (plain(found[key][name]) or None) != (plain(value) or None)
            ]


async def audited(auditor: DayAuditor, seconds: float = 20.0) -> Audit:
    """An audit, once everything that was said has been read; at the latest after some seconds."""
    latest = monotonic() + seconds
    while True:
        audit = await auditor.audit()
        if not audit.wrong or monotonic() > latest:
            return audit
