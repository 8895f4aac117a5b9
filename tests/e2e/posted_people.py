"""The rows that the practice and its patients leave in every service, by rules of their own."""

from collections.abc import Iterator, Mapping
from typing import Any

from .told import Row, Rows, Rule, Story, kind, last

Rules = Mapping[tuple[str, str], tuple[str, Rule]]
"""(service, table) -> the kind of stream its rows come from, and the rows of one stream."""


def one(*names: str, of: Rule) -> Rule:
    """Only these columns of a row."""

    def some(story: Story) -> Rows:
        for key, row in of(story):
            yield key, {name: row[name] for name in names}

    return some


def stated(*types: str, **columns: str) -> Rule:
    """A row that the last event of some types says in full; `columns` are named otherwise there."""

    def rule(story: Story) -> Rows:
        said = last(story, *types)
        if said is not None:
            row = {**said, **{name: said.get(field) for name, field in columns.items()}}
            yield (story[0].stream.partition("/")[2],), row

    return rule


def named(person: Row) -> Row:
    """The legal name of several, else the first."""
    names: list[Row] = person["names"]
    return next((name for name in names if name["use"] == "legal"), names[0])


def sorted_by(name: Row) -> str:
    return " ".join([name["family"], *name["given"]]).lower().replace("-", " ")


def with_sort_name(rule: Rule) -> Rule:
    """With the name that lists go by."""

    def some(story: Story) -> Rows:
        for key, row in rule(story):
            yield key, {**row, "sort_name": row["name"].lower()}

    return some


def practitioner(story: Story) -> Rows:
    said = last(story, "practitioner-registered")
    if said is None:
        return
    names = ("role_id", "role", "location_id", "organization_id", "supervisor_id", "period")
    roles = {
        told.said["role_id"]: {name: told.said.get(name) for name in names}
        for told in story
        if kind(told) == "practitioner-role-assigned"
    }
    row = {**said, "sort_name": sorted_by(said["name"]), "roles": list(roles.values())}
    row["taxonomy"] = next(iter(said["taxonomies"]), None)
    yield (said["practitioner_id"],), row


def roles_of(*names: str) -> Rule:
    """Practitioners, of whose roles a service keeps only some of what is said."""

    def rule(story: Story) -> Rows:
        for key, row in practitioner(story):
            roles = [{name: role[name] for name in names} for role in row["roles"]]
            yield key, {"name": row["name"], "roles": roles}

    return rule


def coverage(story: Story) -> Rows:
    said = last(story, "coverage-recorded", "coverage-corrected")
    if said is None:
        return
    terms, card = said["terms"], said.get("membership", {})
    same = ("payer_id", "plan_id", "relationship", "subscriber_id")
    row = {
        **{name: terms.get(name) for name in same},
        **{name: card.get(name) for name in ("member_id", "group_number")},
        "patient_id": said["patient_id"],
        "terms": terms,
        "membership": card,
        "starts": terms["period"].get("start"),
        "last_day": terms["period"].get("end"),
        "assignment_of_benefits": terms["assignment_of_benefits"],
    }
    yield (said["coverage_id"],), row


def patient(story: Story) -> Rows:
    who = last(story, "patient-registered", "patient-demographics-corrected")
    if who is None:
        return
    said = who["demographics"]
    row = {
        **{name: said.get(name) for name in ("birth_date", "administrative_sex", "language")},
        **{name: said.get(name) for name in ("names", "addresses", "birth_sex")},
        "mrn": who["mrn"],
        "demographics": said,
        "name": named(said),
        "sort_name": sorted_by(named(said)),
        "sex": said.get("administrative_sex"),
        "phones": [told for told in said["telecoms"] if told["kind"] == "phone"],
        "deceased": any(kind(told) == "patient-deceased" for told in story),
        "guarantors": [
            {name: told.said.get(name) for name in ("person_id", "effective_from")}
            for told in story
            if kind(told) == "guarantor-assigned"
        ],
    }
    yield (who["patient_id"],), row


def related(story: Story) -> Rows:
    """Patients in registration, with those beside them as they were said last."""
    for key, row in patient(story):
        persons = {
            told.said["person_id"]: {n: told.said[n] for n in ("relationship", "details")}
            for told in story
            if kind(told) == "related-person-linked"
        }
        yield key, {**row, "related": persons}


def words(story: Story) -> Rows:
    """The names of this practice are plain words of ASCII, perhaps with a hyphen."""
    for (id,), row in patient(story):
        for word in sorted(_words(row)):
            yield (id, word), {}


def _words(row: Row) -> set[str]:
    told = (part for name in row["names"] for part in (name["family"], *name["given"]))
    return {word for part in told for word in part.lower().split("-")}


def terms(story: Story) -> Rows:
    for (id,), row in patient(story):
        for kind_, term in _terms(row):
            yield (id, kind_, term), {}


def chart_terms(story: Story) -> Rows:
    return ((key, row) for key, row in terms(story) if key[1] != "phone")


def _terms(row: Row) -> Iterator[tuple[str, Any]]:
    yield "mrn", row["mrn"].lower()
    yield "birth", row["birth_date"]
    yield from (("name", word) for word in sorted(_words(row)))
    yield from {("phone", one["value"].removeprefix("+1")): None for one in row["phones"]}


PERSON = ("name", "birth_date", "deceased")
LOCATION = with_sort_name(stated("location-opened", npi="facility_npi"))
ORGANIZATION = with_sort_name(stated("organization-registered", npi="group_npi"))
PAYER = with_sort_name(stated("payer-listed"))
PLAN = with_sort_name(stated("plan-listed"))
COVERED = ("patient_id", "payer_id", "starts", "last_day")

RULES: Rules = {
    ("practice", "organizations"): (
        "organization",
        one("name", "sort_name", "tin", of=ORGANIZATION),
    ),
    ("practice", "locations"): ("location", one("name", "sort_name", "time_zone", of=LOCATION)),
    ("practice", "payers"): ("payer", one("name", "addresses", "filing_days", of=PAYER)),
    ("practice", "plans"): ("plan", one("name", "payer_id", "kind", of=PLAN)),
    ("practice", "practitioners"): (
        "practitioner",
        one("name", "sort_name", "npi", "taxonomies", "roles", of=practitioner),
    ),
    ("registration", "patients"): (
        "patient",
        one("mrn", "demographics", "sort_name", "deceased", "related", "guarantors", of=related),
    ),
    ("registration", "patient_terms"): ("patient", terms),
    ("registration", "coverages"): (
        "coverage",
        one("patient_id", "terms", "membership", "last_day", of=coverage),
    ),
    ("registration", "locations"): ("location", one("time_zone", of=LOCATION)),
    ("registration", "payers"): ("payer", one("name", of=PAYER)),
    ("registration", "plans"): ("plan", one("name", "payer_id", of=PLAN)),
    ("scheduling", "patients"): (
        "patient",
        one(*PERSON, "sort_name", "administrative_sex", "phones", "language", of=patient),
    ),
    ("scheduling", "patient_words"): ("patient", words),
    ("scheduling", "coverages"): ("coverage", one(*COVERED, of=coverage)),
    ("scheduling", "locations"): ("location", one("name", "time_zone", of=LOCATION)),
    ("scheduling", "practitioners"): (
        "practitioner",
        roles_of("role_id", "role", "location_id", "supervisor_id", "period"),
    ),
    ("eligibility", "patients"): ("patient", one(*PERSON, "administrative_sex", of=patient)),
    ("eligibility", "coverages"): (
        "coverage",
        one(*COVERED, "plan_id", "relationship", "subscriber_id", "member_id", of=coverage),
    ),
    ("eligibility", "locations"): ("location", one("time_zone", of=LOCATION)),
    ("eligibility", "payers"): ("payer", one("name", of=PAYER)),
    ("eligibility", "plans"): ("plan", one("name", of=PLAN)),
    ("ehr", "charts"): (
        "patient",
        one("mrn", "names", "sort_name", "birth_date", "birth_sex", "language", of=patient),
    ),
    ("ehr", "chart_terms"): ("patient", chart_terms),
    ("ehr", "coverages"): ("coverage", one(*COVERED, of=coverage)),
    ("ehr", "locations"): ("location", one("name", "time_zone", "place_of_service", of=LOCATION)),
    ("ehr", "payers"): ("payer", one("name", of=PAYER)),
    ("ehr", "practitioners"): (
        "practitioner",
        roles_of("role_id", "location_id", "supervisor_id", "period"),
    ),
    ("billing", "accounts"): (
        "patient",
        one(*PERSON, "addresses", "sex", "guarantors", of=patient),
    ),
    ("billing", "coverages"): (
        "coverage",
        one(*COVERED, "plan_id", "member_id", "group_number", "relationship", of=coverage),
    ),
    ("billing", "locations"): ("location", one("name", "npi", "address", of=LOCATION)),
    ("billing", "organizations"): ("organization", one("name", "tin", "npi", of=ORGANIZATION)),
    ("billing", "payers"): ("payer", one("name", "filing_days", of=PAYER)),
    ("billing", "plans"): ("plan", one("name", "kind", of=PLAN)),
    ("billing", "practitioners"): ("practitioner", one("name", "npi", "taxonomy", of=practitioner)),
}
