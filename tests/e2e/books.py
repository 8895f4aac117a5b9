"""What must follow from the events of an import, by rules of its own: every row of every table."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
Table = dict[tuple[Any, ...], Row]
"""Rows by their key within a practice."""


@dataclass(slots=True)
class Facts:
    """What the events say, by id."""

    patients: dict[str, Row] = field(default_factory=dict)
    coverages: dict[str, Row] = field(default_factory=dict)
    payers: dict[str, Row] = field(default_factory=dict)


def fold(events: Iterable[tuple[str, int, Row]]) -> Facts:
    """The facts of (stream, version, data); an import of these files writes one event a stream."""
    facts = Facts()
    kinds = {"patient": facts.patients, "coverage": facts.coverages, "payer": facts.payers}
    for stream, version, said in events:
        kind, id = stream.split("/")
        kinds[kind][id] = {**kinds[kind].get(id, {}), **said, "version": version}
    return facts


KEYS = {
    "patients": ("id",),
    "coverages": ("id",),
    "payers": ("id",),
    "charts": ("patient_id",),
    "accounts": ("patient_id",),
    "patient_terms": ("patient_id", "kind", "term"),
    "chart_terms": ("patient_id", "kind", "term"),
    "patient_words": ("patient_id", "word"),
}


def expected(facts: Facts) -> dict[str, dict[str, Table]]:
    """Every row of every read table that patients, coverages and payers leave."""
    return {
        "practice": {"payers": _table(facts.payers, lambda p: {"name": p["name"]})},
        "registration": {
            "patients": _table(facts.patients, _registered),
            "patient_terms": _keyed(facts.patients, _terms),
            "coverages": _table(facts.coverages, _recorded),
            "payers": _table(facts.payers, lambda p: {"name": p["name"]}),
        },
        "scheduling": {
            "patients": _table(facts.patients, _scheduled),
            "patient_words": _keyed(facts.patients, lambda p: ((w,) for w in _words(p))),
            "coverages": _table(facts.coverages, _paid),
        },
        "eligibility": {
            "patients": _table(facts.patients, _person),
            "coverages": _table(facts.coverages, lambda c: _paid(c) | _member(c)),
            "payers": _table(facts.payers, lambda p: {"name": p["name"]}),
        },
        "ehr": {
            "charts": _table(facts.patients, _charted),
            "chart_terms": _keyed(
                facts.patients, lambda p: (t for t in _terms(p) if t[0] != "phone")
            ),
            "coverages": _table(facts.coverages, _paid),
            "payers": _table(facts.payers, lambda p: {"name": p["name"]}),
        },
        "billing": {
            "accounts": _table(facts.patients, _billed),
            "coverages": _table(facts.coverages, _paid),
            "payers": _table(facts.payers, lambda p: {"name": p["name"]}),
        },
    }


Keys = Callable[[Row], Iterable[tuple[str, ...]]]


def _table(facts: Mapping[str, Row], row: Callable[[Row], Row]) -> Table:
    return {(id,): {**row(said), "stream_version": said["version"]} for id, said in facts.items()}


def _keyed(facts: Mapping[str, Row], keys: Keys) -> Table:
    return {(id, *key): {} for id, said in facts.items() for key in keys(said)}


def _named(patient: Row) -> Row:
    """The legal name, else the first."""
    names = patient["demographics"]["names"]
    found: Row = next((name for name in names if name["use"] == "legal"), names[0])
    return found


def _sorted_by(patient: Row) -> str:
    name = _named(patient)
    return " ".join([name["family"], *name["given"]]).lower()


def _phones(patient: Row) -> list[Row]:
    return [one for one in patient["demographics"]["telecoms"] if one["kind"] == "phone"]


def _words(patient: Row) -> set[str]:
    """The names of these files are plain ASCII words."""
    return {
        word.lower()
        for name in patient["demographics"]["names"]
        for word in (name["family"], *name["given"])
    }


def _terms(patient: Row) -> Iterator[tuple[str, str]]:
    yield "mrn", patient["mrn"].lower()
    yield "birth", patient["demographics"]["birth_date"]
    yield from (("name", word) for word in _words(patient))
    yield from (("phone", one["value"].removeprefix("+1")) for one in _phones(patient))


def _registered(patient: Row) -> Row:
    return {
        "mrn": patient["mrn"],
        "demographics": patient["demographics"],
        "sort_name": _sorted_by(patient),
        "deceased": False,
        "related": {},
        "orders": [],
    }


def _person(patient: Row) -> Row:
    said = patient["demographics"]
    return {
        "name": _named(patient),
        "birth_date": said["birth_date"],
        "administrative_sex": said["administrative_sex"],
        "deceased": False,
    }


def _scheduled(patient: Row) -> Row:
    return {
        **_person(patient),
        "sort_name": _sorted_by(patient),
        "phones": _phones(patient),
        "language": patient["demographics"]["language"],
    }


def _charted(patient: Row) -> Row:
    said = patient["demographics"]
    return {
        "mrn": patient["mrn"],
        "names": said["names"],
        "sort_name": _sorted_by(patient),
        "birth_date": said["birth_date"],
        "birth_sex": said["birth_sex"],
        "language": said["language"],
    }


def _billed(patient: Row) -> Row:
    said = patient["demographics"]
    return {
        "name": _named(patient),
        "birth_date": said["birth_date"],
        "addresses": said["addresses"],
        "guarantors": [],
    }


def _recorded(coverage: Row) -> Row:
    said = {name: coverage[name] for name in ("patient_id", "terms", "membership")}
    return {**said, "last_day": None}


def _paid(coverage: Row) -> Row:
    terms = coverage["terms"]
    return {
        "patient_id": coverage["patient_id"],
        "payer_id": terms["payer_id"],
        "starts": terms["period"]["start"],
        "last_day": None,
    }


def _member(coverage: Row) -> Row:
    card = coverage["membership"]
    return {"member_id": card["member_id"], "group_number": card["group_number"]}
