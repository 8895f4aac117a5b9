"""Schemathesis over one service as it runs: what it is told, and what it found."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode, HookContext, Response
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.generation.meta import TestPhase

Document = dict[str, Any]
Ids = Mapping[str, Callable[[], str]]
"""What a body's field is filled with so that it names something: `patient_id`, `start` ..."""

EVERY = 14
"""Of the cases that cover the schema this one is sent; there are thousands."""
ACCEPTED = ["2xx", "401", "403", "404", "409"]
FAULT_OF_CALLER = ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422"]
CHECKS = {
    # Rules that no schema can tell are 422, an If-Match that is old 412; but never 400.
    "positive_data_acceptance": {"expected-statuses": [*ACCEPTED, "412", "422"]},
    "negative_data_rejection": {"expected-statuses": FAULT_OF_CALLER},
}
SEEDS = (1, 2, 3)
GENERATION = {"deterministic": True, "database": "none", "no-shrink": True}
AT_LEAST = "Daybook-At-Least"
READS: set[str] = set()
WRITTEN: dict[str, str] = {}
UNEXPECTED = ["DELETE", "OPTIONS", "PATCH"]

schemathesis.openapi.format("etag", st.integers(1, 3).map('"{}"'.format))


@dataclass(slots=True)
class Swept:
    """How often each operation answered each status, and what was wrong, with how to repeat it."""

    statuses: dict[str, Counter[int]] = field(default_factory=dict)
    followed: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def never_done(self) -> set[str]:
        """The operations that nothing went well with."""
        return {label for label, found in self.statuses.items() if not any(s < 300 for s in found)}


def sweep(document: Document, address: str, token: str, ids: Ids, off: Mapping[str, str]) -> Swept:
    """Sends a service what its document allows and what it does not, then follows its links.

    Where chance led to no link, the links are tried again from other seeds.
    """
    swept = Swept()
    for seed in SEEDS:
        config = _config(address, token, off, seed, whole=seed == SEEDS[0])
        _sweep(swept, document, config, ids)
        if swept.followed:
            break
    return swept


def _sweep(swept: Swept, document: Document, config: SchemathesisConfig, ids: Ids) -> None:
    schema = schemathesis.openapi.from_dict(_without_waits(document), config=config)
    _hook(schema, ids, linked(document))
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            _note(swept, event.recorder)
        elif isinstance(event, events.NonFatalError):
            swept.faults.append(f"{event.label}: {event.info}")


def _config(
    address: str, token: str, off: Mapping[str, str], seed: int, *, whole: bool
) -> SchemathesisConfig:
    """All phases where `whole`, else only the one that follows links."""
    return SchemathesisConfig.from_dict(
        {
            "base-url": address,
            "seed": seed,
            "headers": {"Authorization": f"Bearer {token}"},
            "continue-on-failure": True,
            "generation": {**GENERATION, "max-examples": 3},
            "checks": {**CHECKS, **{name: {"enabled": False} for name in off}},
            "phases": {
                "examples": {"enabled": False},
                "coverage": {"enabled": whole, "unexpected-methods": UNEXPECTED},
                "fuzzing": {"enabled": whole},
                "stateful": {
                    "max-steps": 10,
                    "generation": {"max-examples": 12},
                    # Links are declared; a guess would take a note's encounter for the note.
                    "inference": {"algorithms": ["location-headers"]},
                },
            },
        }
    )


def linked(document: Document) -> set[str]:
    """The operations that a link leads to; it names what they are asked about."""
    return {
        link["operationId"]
        for operations in document["paths"].values()
        for operation in operations.values()
        for answer in operation["responses"].values()
        for link in answer.get("links", {}).values()
    }


def _without_waits(document: Document) -> Document:
    """A read waits 2 s for a version that somebody made up; only what was answered is named."""
    for operations in document["paths"].values():
        for method, operation in operations.items():
            taken = operation.get("parameters", ())
            operation["parameters"] = [one for one in taken if one["name"] != AT_LEAST]
            if method == "get" and len(operation["parameters"]) < len(taken):
                READS.add(operation["operationId"])
    return document


@schemathesis.hook
def after_call(context: HookContext, case: Case, response: Response) -> None:
    """Keeps the version that was written, by the id of what it is of."""
    if 200 <= response.status_code < 300 and b'"at":' in response.content:
        at = str(response.json().get("at"))
        WRITTEN[at.partition("/")[2].partition("@")[0]] = at


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    """A client that reads what it wrote says so; without it a read may be too early."""
    if case.operation.definition.raw["operationId"] in READS:
        for id in case.formatted_path.split("/"):
            if id in WRITTEN:
                case.headers[AT_LEAST] = WRITTEN[id]


def _hook(schema: Any, ids: Ids, linked: Collection[str]) -> None:
    seen: Counter[str] = Counter()
    keys = count()

    def filter_case(context: HookContext, case: Case) -> bool:
        if _phase(case) != TestPhase.COVERAGE or case.method != case.operation.method.upper():
            return True
        seen[case.operation.label] += 1
        return seen[case.operation.label] % EVERY == 1

    def map_case(context: HookContext, case: Case) -> Case:
        if case.meta is not None and case.meta.generation.mode == GenerationMode.POSITIVE:
            if "Idempotency-Key" in case.headers:
                case.headers["Idempotency-Key"] = f"key {next(keys)}"
            if isinstance(case.body, dict):
                case.body = _filled(case.body, ids)
            if case.operation.definition.raw["operationId"] not in linked:
                case.path_parameters.update(_filled(dict(case.path_parameters), ids))
        return case

    schema.hook(filter_case)
    schema.hook(map_case)


def _phase(case: Case) -> TestPhase | None:
    return case.meta.phase.name if case.meta else None


def _filled(value: Any, ids: Ids) -> Any:
    match value:
        case dict():
            return {
                name: ids[name]() if name in ids and isinstance(inner, str) else _filled(inner, ids)
                for name, inner in value.items()
            }
        case list():
            return [_filled(inner, ids) for inner in value]
        case _:
            return value


def _note(swept: Swept, recorder: ScenarioRecorder) -> None:
    for id, interaction in recorder.interactions.items():
        node, answer = recorder.cases[id], interaction.response
        label = node.value.operation.label
        status = answer.status_code if answer is not None else 0
        swept.statuses.setdefault(label, Counter())[status] += 1
        if node.is_transition_applied and status < 300:
            swept.followed[label] += 1
    swept.faults += _faults(recorder)


def _faults(recorder: ScenarioRecorder) -> Iterator[str]:
    for id, checks in recorder.checks.items():
        for check in checks:
            if check.status != Status.SUCCESS:
                info, answer = check.failure_info, recorder.interactions[id].response
                said = answer.content[:500].decode(errors="replace") if answer else "no answer"
                what = f"{info.failure.message}\n{info.code_sample[:1000]}" if info else "crashed"
                label = recorder.cases[id].value.operation.label
                yield re.sub(r"\n+", "\n", f"{check.name} {label}: {what}\n{said}\n")
