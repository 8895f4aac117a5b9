"""The rows that visits leave in every service, by rules of their own."""

from typing import Any

from .posted_people import Rules, one, stated, with_sort_name
from .told import Row, Rows, Story, Told, kind, last

STATES = {
    "appointment-booked": "booked",
    "appointment-rescheduled": "booked",
    "appointment-confirmed": "confirmed",
    "appointment-cancelled": "cancelled",
    "patient-arrived": "arrived",
    "patient-roomed": "roomed",
    "provider-joined": "with-provider",
    "visit-done": "done",
    "patient-left-unseen": "left-unseen",
    "patient-did-not-come": "no-show",
}
OVER = {"done", "left-unseen", "no-show", "cancelled"}
ENCOUNTERS = {
    "encounter-opened": "open",
    "encounter-started": "started",
    "encounter-closed-unseen": "closed-unseen",
    "encounter-released": "released",
}
WAITS_FOR_NOTHING = {"field-missing", "npi-doubtful", "pointer-astray"}


def appointment(story: Story) -> Rows:
    booked = last(story, "appointment-booked")
    if booked is None:
        return
    moved = last(story, "appointment-booked", "appointment-rescheduled") or booked
    chosen = last(story, "appointment-booked", "payment-chosen") or booked
    slot, arrived = moved["slot"], last(story, "patient-arrived")
    passed = [told for told in story if kind(told) in STATES]
    # Rescheduled while only booked, it stays in the state it was in.
    told = [n for n, o in enumerate(passed) if n == 0 or STATES[kind(o)] != _state(passed, n - 1)]
    row = {
        **{name: booked[name] for name in ("patient_id", "visit_type_id", "walk_in")},
        **{name: booked[name] for name in ("modality", "billable", "service_types")},
        **{name: slot[name] for name in ("practitioner_id", "location_id", "start")},
        "day": slot["local_start"][:10],
        "slot": slot,
        "payment": chosen["payment"],
        "basis": chosen["payment"]["basis"],
        "coverage_ids": chosen["payment"]["coverage_ids"],
        "state": _state(passed, len(passed) - 1),
        "states": [
            {"state": _state(passed, n), "at": passed[n].occurred, "by": passed[n].by} for n in told
        ],
        "slots": [o.said["slot"] for o in story if "slot" in o.said],
        "roomed_in": (last(story, "patient-roomed") or {}).get("room_id"),
        "date_of_service": arrived and arrived["visit"]["date_of_service"],
        "cancelled_because": (last(story, "appointment-cancelled") or {}).get("reason"),
    }
    row["over"] = row["state"] in OVER
    yield (booked["appointment_id"],), row


def to_verify(story: Story) -> Rows:
    """An appointment as eligibility has it: of a visit that took place, its date of service."""
    for key, row in appointment(story):
        same = {name: row[name] for name in ("patient_id", "basis", "coverage_ids", "over")}
        yield key, {**same, "day": row["date_of_service"] or row["day"]}


def _state(passed: list[Told], place: int) -> str:
    return STATES[kind(passed[place])]


def inquiry(story: Story) -> Rows:
    asked = last(story, "eligibility-requested")
    if asked is None:
        return
    answered = last(story, "eligibility-answered")
    failed = last(story, "eligibility-failed") if answered is None else None
    names = ("patient_id", "coverage_id", "payer_id", "reason", "trace", "service_types")
    row = {
        **{name: asked[name] for name in names},
        "appointment_id": asked.get("appointment_id"),
        "day": asked["on"],
        "status": (answered or {}).get("status") or (failed or {}).get("failure") or "asked",
        "answered_at": answered and answered["answered_at"],
        "benefits": answered and answered.get("benefits"),
    }
    row["state"] = row["status"]
    yield (asked["inquiry_id"],), row


def encounter(story: Story) -> Rows:
    opened = last(story, "encounter-opened")
    if opened is None:
        return
    says = ("encounter-opened", "encounter-setting-changed", "encounter-released")
    setting = (last(story, *says) or opened)["setting"]
    coded = last(story, "encounter-coded")
    status = next(ENCOUNTERS[kind(o)] for o in reversed(story) if kind(o) in ENCOUNTERS)
    at = {kind(told): told.occurred for told in story}
    names = ("location_id", "rendering_id", "cosigner_id", "date_of_service", "coverage_ids")
    more = ("supervising_id", "payment_basis", "billable", "place_of_service", "organization_id")
    row = {
        **{name: setting.get(name) for name in (*names, *more)},
        "patient_id": opened["patient_id"],
        "appointment_id": opened.get("appointment_id"),
        "setting": setting,
        "status": status,
        "coded": coded is not None,
        "coding": coded and coded["coding"],
        "opened_at": at["encounter-opened"],
        "started_at": at.get("encounter-started"),
        "ended_at": at.get("encounter-released") or at.get("encounter-closed-unseen"),
    }
    yield (opened["encounter_id"],), row


def visit(story: Story) -> Rows:
    """An encounter as billing has it: what was done is told at its release."""
    released = last(story, "encounter-released")
    coding = (released or {}).get("coding", {})
    for key, row in encounter(story):
        status = row["status"].removeprefix("closed-")
        done = {name: coding.get(name) for name in ("diagnoses", "lines")}
        yield key, {**row, **done, "status": status}


def vitals(story: Story) -> Rows:
    taken = {o.said["vitals_id"]: o.said for o in story if kind(o) == "vitals-recorded"}
    for id, said in taken.items():
        yield (id,), {n: said[n] for n in ("encounter_id", "patient_id", "taken_at", "vitals")}


def note(story: Story) -> Rows:
    notes: dict[str, Row] = {}
    for told in story:
        if "note_id" not in told.said:
            continue
        row, said = notes.setdefault(told.said["note_id"], {}), told.said
        if kind(told) == "note-drafted":
            row |= {name: said[name] for name in ("revision", "template", "sections")}
            row |= {"status": "draft", "saved_by": told.by, "encounter_id": said["encounter_id"]}
        elif kind(told) == "note-signed":
            row |= {name: said[name] for name in ("signer_id", "template", "sections")}
            row |= {"status": "signed", "saved_by": told.by, "signed_at": told.occurred}
            row |= {"cosigner_id": said.get("cosigner_id"), "noted": said["patient"]}
        elif kind(told) == "note-cosigned":
            row |= {"cosigned_by": said["cosigner_id"], "cosigned_at": told.occurred}
        else:
            raise AssertionError(f"no rule for {told.type}")
    yield from (((id,), row) for id, row in notes.items())


def correction(story: Story) -> Rows:
    known = {"names", "birth_date", "mrn", "administrative_sex", "birth_sex"}
    for told in story:
        if kind(told) == "patient-demographics-corrected":
            changed = [name for name in told.said["changed"] if name in known]
            row = {"changed": changed, "corrected_at": told.occurred}
            if changed:
                yield (told.said["patient_id"], told.version), row


def charge(story: Story) -> Rows:
    said = last(story, "charges-captured")
    if said is not None:
        names = ("patient_id", "date_of_service", "payment_basis", "unpriced", "lines", "total")
        row = {name: said.get(name) for name in names} | {"payer_id": said.get("payer_id")}
        yield (said["charge_id"],), row


def claim(story: Story) -> Rows:
    said = last(story, "claim-drafted", "claim-submitted")
    if said is None:
        return
    content, ended = said["claim"], kind(story[-1])
    beside = ("subscriber", "second_subscriber", "third_subscriber")
    row = {
        "patient_id": said["patient_id"],
        "encounter_ids": said["encounter_ids"],
        "payer_id": next(iter(content.get("coverages", ())), {}).get("payer_id"),
        "total": content.get("total"),
        "filing_deadline": content.get("filing_deadline"),
        "claim": content | {name: said[name] for name in beside if said.get(name)},
        "sources": said["sources"],
        "state": _claimed(said, [kind(told) for told in story]),
        "differs": story[-1].said["differs"] if ended == "claim-touched" else [],
    }
    yield (said["claim_id"],), row


def _claimed(said: Row, types: list[str]) -> str:
    for type, state in (("claim-withdrawn", "withdrawn"), ("claim-submitted", "submitted")):
        if type in types:
            return state
    codes = {edit["code"] for edit in said.get("edits", ())}
    return "waiting" if codes - WAITS_FOR_NOTHING else "to-fix" if codes else "ready"


def _nothing(_: Story) -> Rows:
    return ()


APPOINTMENT: tuple[Any, ...] = (
    *("patient_id", "visit_type_id", "practitioner_id", "location_id", "start", "day", "slot"),
    *("modality", "billable", "service_types", "payment", "walk_in", "state", "states"),
    *("roomed_in", "date_of_service", "cancelled_because"),
)
ENCOUNTER = ("patient_id", "location_id", "rendering_id", "date_of_service", "status")
INQUIRY = ("coverage_id", "day", "answered_at")
TYPE = with_sort_name(stated("visit-type-defined"))
ROOM = with_sort_name(stated("room-opened"))
FEES = stated("fee-schedule-published")

RULES: Rules = {
    ("scheduling", "appointments"): ("appointment", one(*APPOINTMENT, of=appointment)),
    ("scheduling", "visit_types"): ("visit-type", one("name", "minutes", "billable", of=TYPE)),
    ("scheduling", "rooms"): ("room", one("name", "location_id", "capacity", of=ROOM)),
    ("scheduling", "availabilities"): (
        "availability",
        one("capacity", "windows", of=stated("availability-set")),
    ),
    ("scheduling", "coverage_states"): ("inquiry", one(*INQUIRY, "status", of=inquiry)),
    ("eligibility", "appointments"): ("appointment", to_verify),
    ("eligibility", "inquiries"): (
        "inquiry",
        one(*INQUIRY, "payer_id", "appointment_id", "reason", "trace", "benefits", of=inquiry),
    ),
    ("ehr", "inquiries"): ("inquiry", one(*INQUIRY, "patient_id", "state", of=inquiry)),
    ("ehr", "encounters"): (
        "encounter",
        one(
            *(*ENCOUNTER, "appointment_id", "cosigner_id", "setting", "coded", "coding"),
            *("opened_at", "started_at", "ended_at"),
            of=encounter,
        ),
    ),
    ("ehr", "vitals"): ("encounter", vitals),
    ("ehr", "notes"): ("encounter", note),
    ("ehr", "corrections"): ("patient", correction),
    ("ehr", "chart_entries"): ("problem", _nothing),
    ("billing", "visits"): (
        "encounter",
        one(
            *(*ENCOUNTER, "place_of_service", "supervising_id", "payment_basis", "coverage_ids"),
            *("billable", "diagnoses", "lines"),
            of=visit,
        ),
    ),
    ("billing", "charges"): ("charge", charge),
    ("billing", "claims"): ("claim", claim),
    ("billing", "fee_schedules"): ("fee-schedule", one("name", "fees", of=FEES)),
}
