"""Notes: two people at one draft, signatures, co-signatures, addenda."""

from uuid import UUID

import pytest

from daybook.ehr.domain import notes
from daybook.ehr.domain.encounter import Encounter
from daybook.ehr.domain.notes import (
    AddAddendum,
    DiscardDraft,
    DraftChanged,
    DraftNote,
    SaveDraft,
    SignNote,
)
from daybook.ehr.domain.templates import ALL
from daybook.events.clinical import NotedPatient, NoteSection
from daybook.events.ehr import (
    AddendumAdded,
    EncounterReleased,
    EncounterSettingChanged,
    NoteDiscarded,
    NoteDrafted,
    NoteSigned,
)
from daybook.runtime.writing import Conflict, NotFound

from .given import (
    IDS,
    NOTE,
    NURSE,
    OTHER,
    SECTIONS,
    SETTING,
    SUPERVISED,
    SUPERVISOR,
    cosigned,
    drafted,
    given,
    opened,
    refusal,
    signed,
)

WHO = NotedPatient(mrn="A77")


def save(state: Encounter | None, revision: int, text: str) -> object:
    sections = (NoteSection(heading="assessment", text=text), SECTIONS[1])
    command = SaveDraft(revision=revision, sections=sections)
    return notes.save(state, NOTE, command, NURSE).events


def sign(state: Encounter | None, revision: int = 1, supervisor: UUID | None = None) -> NoteSigned:
    command = SignNote(revision=revision)
    (event,) = notes.sign(state, NOTE, command, NURSE, supervisor, (3, WHO)).events
    assert isinstance(event, NoteSigned)
    return event


def test_the_templates_are_there_and_each_asks_for_something() -> None:
    names = {template.name for template in ALL}
    assert {"soap", "history-and-physical", "progress", "telephone"} <= names
    for template in ALL:
        headings = [section.heading for section in template.sections]
        assert len(set(headings)) == len(headings)
        assert any(section.needed for section in template.sections)


def test_a_draft_begins_at_one_and_may_be_in_part() -> None:
    command = DraftNote(template="soap", sections=SECTIONS[:1])
    (event,) = notes.draft(given(opened()), NOTE, command, NURSE).events
    assert isinstance(event, NoteDrafted)
    assert (event.revision, event.author_id, event.sections) == (1, NURSE, SECTIONS[:1])


@pytest.mark.parametrize(
    ("said", "code", "pointer"),
    [
        ({"template": "poem"}, "unknown-template", "/template"),
        (
            {"template": "soap", "sections": [{"heading": "rhyme", "text": "x"}]},
            "unknown-section",
            "/sections/0/heading",
        ),
        (
            {"template": "soap", "sections": [{"heading": "plan", "text": "x"}] * 2},
            "section-twice",
            "/sections/1/heading",
        ),
        ({"template": "soap", "beside_id": str(OTHER)}, "unknown-note", "/beside_id"),
    ],
)
def test_a_draft_that_is_none_says_where(said: object, code: str, pointer: str) -> None:
    with refusal(code, pointer):
        notes.draft(given(opened()), NOTE, DraftNote.model_validate(said), None)


def test_saving_over_an_older_revision_is_refused_and_the_other_draft_may_stand_beside() -> None:
    state = given(opened(), drafted(), drafted(revision=2, text="Theirs."))
    with refusal("draft-changed-meanwhile", "/revision", kind=DraftChanged):
        save(state, 1, "Mine.")
    assert save(state, 2, "Merged.") == (
        drafted(revision=3, text="Merged.").model_copy(update={"author_id": NURSE}),
    )
    command = DraftNote(template="soap", sections=SECTIONS, beside_id=NOTE)
    (beside,) = notes.draft(state, OTHER, command, NURSE).events
    both = given(opened(), drafted(), drafted(revision=2), beside)
    assert both is not None
    assert set(both.notes) == {NOTE, OTHER}


def test_saving_what_is_there_already_changes_nothing_at_whatever_revision() -> None:
    state = given(opened(), drafted(), drafted(revision=2, text="Theirs."))
    assert save(state, 1, "Theirs.") == ()


def test_what_is_signed_never_changes() -> None:
    state = given(opened(), drafted(), signed())
    for change in (
        lambda: save(state, 1, "Other."),
        lambda: sign(state),
        lambda: notes.discard(state, NOTE, DiscardDraft(revision=1)),
    ):
        with refusal("note-signed", kind=Conflict):
            change()
    gone = given(opened(), drafted(), NoteDiscarded(**IDS, note_id=NOTE))
    with refusal("note-discarded", kind=Conflict):
        sign(gone)
    with refusal("note-not-found", kind=NotFound):
        sign(given(opened()))


def test_a_signature_takes_the_draft_and_whom_the_chart_named() -> None:
    event = sign(given(opened(), drafted()), supervisor=SUPERVISOR)
    assert (event.signer_id, event.cosigner_id) == (NURSE, SUPERVISOR)
    assert (event.patient_version, event.patient, event.sections) == (3, WHO, SECTIONS)


def test_nobody_signs_a_draft_they_have_not_seen_or_one_in_part() -> None:
    with refusal("draft-changed-meanwhile", "/revision", kind=DraftChanged):
        sign(given(opened(), drafted(), drafted(revision=2)), revision=1)
    part = drafted().model_copy(update={"sections": SECTIONS[:1]})
    with pytest.raises(Conflict) as refused:
        sign(given(opened(), part))
    assert (refused.value.code, refused.value.extra) == ("sections-missing", {"sections": ["plan"]})


def test_a_cosignature_is_the_supervisors_and_given_once() -> None:
    waiting = given(opened(SUPERVISED), drafted(), signed(cosigner_id=SUPERVISOR))
    assert notes.cosign(waiting, NOTE, SUPERVISOR).events == (cosigned(),)
    with refusal("cosigns-self", kind=Conflict):
        notes.cosign(waiting, NOTE, NURSE)
    with refusal("another-cosigner", kind=Conflict):
        notes.cosign(waiting, NOTE, OTHER)
    assert notes.cosign(waiting, NOTE, OTHER, by_now=[OTHER]).events
    with refusal("cosigns-self", kind=Conflict):
        notes.cosign(waiting, NOTE, NURSE, by_now=[NURSE])
    done = given(opened(SUPERVISED), drafted(), signed(cosigner_id=SUPERVISOR), cosigned())
    with refusal("note-cosigned", kind=Conflict):
        notes.cosign(done, NOTE, SUPERVISOR)
    with refusal("no-cosignature-needed", kind=Conflict):
        notes.cosign(given(opened(), drafted(), signed()), NOTE, SUPERVISOR)
    with refusal("note-not-signed", kind=Conflict):
        notes.cosign(given(opened(SUPERVISED), drafted()), NOTE, SUPERVISOR)


def test_a_supervision_heard_of_late_still_asks_for_the_cosignature() -> None:
    late = EncounterSettingChanged(**IDS, setting=SUPERVISED)
    state = given(opened(SETTING), drafted(), signed(), late)
    assert notes.cosign(state, NOTE, SUPERVISOR).events == (cosigned(),)


def test_an_addendum_is_added_to_a_signed_note_also_after_release() -> None:
    released = EncounterReleased(**IDS, setting=SETTING)
    state = given(opened(), drafted(), signed(), released)
    command = AddAddendum(text="Culture negative.")
    (event,) = notes.add_addendum(state, NOTE, OTHER, command, NURSE).events
    assert isinstance(event, AddendumAdded)
    assert (event.addendum_id, event.text) == (OTHER, "Culture negative.")
    with refusal("encounter-released", kind=Conflict):
        notes.draft(state, OTHER, DraftNote(template="soap"), NURSE)
    with refusal("note-not-signed", kind=Conflict):
        notes.add_addendum(given(opened(), drafted()), NOTE, OTHER, command, NURSE)
