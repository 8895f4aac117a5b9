"""`daybook import`: FHIR files into a running platform, practice before registration."""

import csv
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
)
from rich.table import Table
from rich.text import Text

from daybook.cli.place import Place, reason
from daybook.cli.sorry import USAGE, Sorry
from daybook.cli.tokens import token as made_token

SERVICES = ("practice", "registration")
SUFFIXES = {
    ".json": "application/fhir+json",
    ".ndjson": "application/fhir+ndjson",
    ".jsonl": "application/fhir+ndjson",
}
ORDER = ("Organization", "Location", "Practitioner", "PractitionerRole", "Patient")
LAST = ("RelatedPerson", "Coverage")
KINDS = ("new", "there", "rejected", "ignored")
LEGEND = (
    "there: known before, left as it was · ignored: says nothing that is kept · other: of a type "
    "that is not imported"
)
BOTH = {"unreadable": "practice", "Coverage": "registration"}
"""What both services read and say much the same of -> the one whose word is shown."""
HEAD = 64 * 1024
TYPE = re.compile(rb'"resourceType"\s*:\s*"(\w{1,64})"')
POLL_SECONDS = 0.2
PAGE = 200
SHOWN = 20
NAME = 28
BARS = 30
"""Of more files than this, the bars of those that are done are taken away."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """One part of a file that was not imported."""

    file: str
    service: str
    type: str
    where: str
    what: str


class Sum:
    """What became of all files: counts by service, type and kind, and every rejection."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str, str]] = Counter()
        self.rejected: dict[Rejected, None] = {}
        self.untold = 0

    def add(self, service: str, counts: dict[str, int], rejected: Sequence[Rejected]) -> None:
        """Adds the report of one file at one service."""
        for key, count in counts.items():
            kind, _, type = key.partition(".")
            self.counts[service, type, kind] += count
        told = sum(count for key, count in counts.items() if key.startswith("rejected."))
        self.untold += told - len(rejected)
        self.rejected |= dict.fromkeys(rejected)

    def rows(self) -> Iterator[tuple[str, str, list[int]]]:
        """(service, type, counts by KINDS and other) of the table.

        What one service imports is no other's, and what both read is told once.
        """
        taken = {(s, t) for s, t, kind in self.counts if kind in KINDS}
        for service, type in sorted(taken):
            if BOTH.get(type, service) != service:
                continue
            yield service, type, [*(self.counts[service, type, kind] for kind in KINDS), 0]
        passed = {t for _, t, kind in self.counts if kind == "other"} - {t for _, t in taken}
        for type in sorted(passed):
            yield "", type, [0, 0, 0, 0, self.counts[SERVICES[0], type, "other"]]


def import_files(
    console: Console,
    files: Sequence[Path],
    data: Path,
    *,
    at: str = "",
    token: str = "",
    dry_run: bool = False,
    report: Path | None = None,
) -> int:
    """Imports files, each at each service; the exit code is 1 where something was rejected.

    Raises Sorry for a missing file, and where the platform does not run or goes away.
    """
    found = in_order(listed(files))
    place = Place.at(data)
    address = at.rstrip("/") or running_at(place)
    token = token or made_token(place.data, ["manager"], "import", 24)
    total = Sum()
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=address, headers=headers, timeout=60, trust_env=False) as http:
        platform = Platform(http, address, dry_run=dry_run)
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            Rate(),
            console=console,
        ) as bars:
            for service in SERVICES:
                for path in found:
                    platform.run(service, path, bars, total, keep=len(found) <= BARS)
    if report is not None:
        write(report, total.rejected)
    show(console, total, dry_run=dry_run, report=report)
    return 1 if total.rejected or total.untold else 0


class Platform:
    """The platform's imports, asked over HTTP."""

    def __init__(self, http: httpx.Client, address: str, *, dry_run: bool) -> None:
        self._http, self._address, self._dry_run = http, address, dry_run
        self._before: dict[str, str] = {}

    def run(self, service: str, path: Path, bars: Progress, total: Sum, *, keep: bool) -> None:
        """Imports one file at one service, and adds its report. Raises Sorry."""
        name = path.name if len(path.name) <= NAME else f"{path.name[: NAME - 3]}..."
        bar = bars.add_task(f"{service:<12} {name}", total=None)
        try:
            job = self._ended(self._begun(service, path), bars, bar)
            rejected = list(self._rejected(service, path, job["id"]))
        except httpx.TransportError:
            raise Sorry(
                f"Daybook does not answer at {self._address}; {path.name} was not finished. Start "
                "it with `make run`, and run this again: what was imported stays, once."
            ) from None
        total.add(service, job["counts"], rejected)
        if job["state"] != "done":
            raise Sorry(
                f"The import of {path.name} in {service} broke off ({job['state']}): run it "
                "again; what was imported stays, once."
            )
        if not keep:
            bars.remove_task(bar)

    def _begun(self, service: str, path: Path) -> str:
        params = {"dry_run": "true"} if self._dry_run else {}
        if self._dry_run and service in self._before:
            params["after"] = self._before[service]
        with path.open("rb") as file:
            answer = self._http.post(
                f"/{service}/imports",
                params=params,
                content=iter(lambda: file.read(1 << 18), b""),
                headers={"Content-Type": SUFFIXES[path.suffix.lower()]},
            )
        self._before[service] = id = str(_checked(answer, path)["id"])
        return id

    def _ended(self, id: str, bars: Progress, bar: TaskID) -> dict[str, Any]:
        service = bars.tasks[bar].description.split()[0]
        while True:
            job = _checked(self._http.get(f"/{service}/imports/{id}"))
            bars.update(bar, completed=job["done"], total=job["total"])
            if job["state"] != "running":
                return job
            time.sleep(POLL_SECONDS)

    def _rejected(self, service: str, path: Path, id: str) -> Iterator[Rejected]:
        cursor: str | None = ""
        while cursor is not None:
            params = {"limit": str(PAGE), **({"cursor": cursor} if cursor else {})}
            page = _checked(self._http.get(f"/{service}/imports/{id}/rejections", params=params))
            for one in page["items"]:
                by = BOTH.get(one["type"], service)
                yield Rejected(str(path), by, one["type"], one["where"], one["what"])
            cursor = page["next"]


def _checked(answer: httpx.Response, path: Path | None = None) -> dict[str, Any]:
    """The body of an answer. Raises Sorry where it is a problem."""
    if answer.is_success:
        body: dict[str, Any] = answer.json()
        return body
    try:
        detail = answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        detail = f"answered {answer.status_code}"
    what = f"{path.name} was not taken" if path else "The import cannot be looked at"
    raise Sorry(f"{what}: {detail}.", USAGE if answer.status_code in (401, 403) else 1)


def listed(paths: Sequence[Path]) -> list[Path]:
    """The files; of a directory those that may be FHIR. Raises Sorry."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = [one for one in path.iterdir() if one.suffix.lower() in SUFFIXES]
            if not inside:
                raise Sorry(f"{path} holds no .json or .ndjson file.", USAGE)
            found += sorted(inside)
        elif not path.is_file():
            raise Sorry(f"{path} is not there: name a FHIR file, or a directory of them.", USAGE)
        elif path.suffix.lower() not in SUFFIXES:
            raise Sorry(f"{path} is neither .json nor .ndjson: name a FHIR R4 file.", USAGE)
        else:
            found.append(path)
    return found


def in_order(paths: Sequence[Path]) -> list[Path]:
    """What others refer to comes first, told by the first resource of a file. Raises Sorry."""

    def rank(path: Path) -> int:
        try:
            with path.open("rb") as file:
                types = [type.decode() for type in TYPE.findall(file.read(HEAD))]
        except OSError as error:
            raise Sorry(f"{path} cannot be read: {reason(error)}.", USAGE) from None
        first = next((type for type in types if type != "Bundle"), "")
        places = (*ORDER, "", *LAST)
        return places.index(first if first in places else "")

    return sorted(paths, key=rank)


def running_at(place: Place) -> str:
    """Where the platform on this data answers. Raises Sorry."""
    try:
        return place.address.read_text("utf-8").strip()
    except OSError:
        raise Sorry(
            f"No Daybook runs on {place.data}: start it with `make run`, name its data with "
            "--data, or its address with --at.",
            USAGE,
        ) from None


def write(report: Path, rejected: Sequence[Rejected] | dict[Rejected, None]) -> None:
    """Every rejection as CSV. Raises Sorry."""
    try:
        with report.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(("file", "service", "type", "where", "what"))
            rows.writerows((r.file, r.service, r.type, r.where, r.what) for r in rejected)
    except OSError as error:
        raise Sorry(f"{report} cannot be written: {reason(error)}.", USAGE) from None


def show(console: Console, total: Sum, *, dry_run: bool, report: Path | None) -> None:
    """The table, and the first rejections."""
    title = "Tried; nothing was stored" if dry_run else "Imported"
    table = Table("service", "type", title=title, title_justify="left")
    for kind in (*KINDS, "other"):
        table.add_column(kind, justify="right")
    for service, type, counts in total.rows():
        table.add_row(service, type, *(f"{count:,}" if count else "" for count in counts))
    console.print(table)
    console.print(LEGEND, style="dim", soft_wrap=True)
    for one in list(total.rejected)[:SHOWN]:
        console.print(f"{Path(one.file).name}: {one.where} {one.what}", soft_wrap=True)
    if len(total.rejected) > SHOWN:
        where = f"all are in {report}" if report else "--report FILE.csv writes all of them"
        console.print(f"... and {len(total.rejected) - SHOWN:,} more rejections; {where}")
    if total.untold:
        console.print(f"{total.untold:,} more rejections were counted only: mend the first ones")


class Rate(ProgressColumn):
    """Parts a second, since the task began."""

    def render(self, task: Task) -> Text:
        elapsed = task.finished_time or task.elapsed
        rate = f"{task.completed / elapsed:,.0f}/s" if elapsed and task.completed else ""
        return Text(rate)
