"""No appointment, encounter or claim without its counterpart: looked for in the events alone."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from .told import Row, Story, kind, last

PAYS_ALONE = {"self-pay", "restricted"}


def without_counterpart(told: Mapping[str, Story]) -> list[str]:
    """What is missing, or is there and should not be, each in some words."""
    return [*_encounters(told), *_charges(told), *_claims(told), *_questions(told)]


def _of(told: Mapping[str, Story], name: str) -> dict[str, Story]:
    return {s.partition("/")[2]: story for s, story in told.items() if s.startswith(f"{name}/")}


def _encounters(told: Mapping[str, Story]) -> Iterator[str]:
    """Who arrived has exactly one encounter, which runs if they were roomed; nobody else has."""
    opened = defaultdict[str, list[Story]](list)
    for story in _of(told, "encounter").values():
        opened[str(story[0].said.get("appointment_id"))].append(story)
    for id, story in _of(told, "appointment").items():
        steps = {kind(one) for one in story}
        wanted = int("patient-arrived" in steps)
        if len(opened[id]) != wanted:
            yield f"appointment {id} has {len(opened[id])} encounters, and not {wanted}"
            continue
        passed = {kind(one) for encounter in opened[id] for one in encounter}
        if ("patient-roomed" in steps) != ("encounter-started" in passed):
            yield f"appointment {id}: roomed and started are not the same"
        if ("patient-left-unseen" in steps) != ("encounter-closed-unseen" in passed):
            yield f"appointment {id}: left unseen and closed are not the same"
    for id in opened.keys() - _of(told, "appointment").keys() - {"None"}:
        yield f"appointment {id} has an encounter, and was never booked"


def _charges(told: Mapping[str, Story]) -> Iterator[str]:
    """What was released and is billable was charged, line by line; nothing else was."""
    released = _released(told)
    charges = {id: story[-1].said for id, story in _of(told, "charge").items()}
    for id in released.keys() - charges.keys():
        yield f"encounter {id} was released, and never charged"
    for id in charges.keys() - released.keys():
        yield f"encounter {id} was charged, and never released"
    for id in charges.keys() & released.keys():
        done = Counter((one["code"], one["units"]) for one in released[id]["coding"]["lines"])
        if Counter((one["code"], one["units"]) for one in charges[id]["lines"]) != done:
            yield f"encounter {id} was charged for something else"
        if charges[id]["unpriced"]:
            yield f"encounter {id} has lines without a price"


def _claims(told: Mapping[str, Story]) -> Iterator[str]:
    """An insured visit has exactly one claim, as many dollars; one the patient pays has none."""
    released = _released(told)
    charges = {id: story[-1].said for id, story in _of(told, "charge").items()}
    claimed = defaultdict[str, list[Row]](list)
    for id, story in _of(told, "claim").items():
        said = last(story, "claim-drafted", "claim-submitted")
        for encounter in said["encounter_ids"] if said else ():
            if kind(story[-1]) != "claim-withdrawn":
                claimed[encounter].append(said or {})
            if encounter not in released:
                yield f"claim {id} is for an encounter that was never released"
    for id, said in released.items():
        wanted = int(said["setting"]["payment_basis"] not in PAYS_ALONE)
        if len(claimed[id]) != wanted:
            yield f"encounter {id} has {len(claimed[id])} claims, and not {wanted}"
        for claim in claimed[id]:
            if id in charges and claim["claim"].get("total") != charges[id].get("total"):
                yield f"encounter {id} was claimed for another amount than it was charged"


def _released(told: Mapping[str, Story]) -> dict[str, Row]:
    """What the release of each billable encounter says."""
    found = {id: last(story, "encounter-released") for id, story in _of(told, "encounter").items()}
    return {id: said for id, said in found.items() if said and said["setting"]["billable"]}


def _questions(told: Mapping[str, Story]) -> Iterator[str]:
    """Every inquiry came to one end."""
    for id, story in _of(told, "inquiry").items():
        ends = [kind(one) for one in story if kind(one) != "eligibility-requested"]
        if len(ends) != 1:
            yield f"inquiry {id} ended {len(ends)} times"
