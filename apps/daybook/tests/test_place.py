"""The data directory: what is found there, and what is said where something is wrong."""

import json
import os
from base64 import urlsafe_b64decode
from pathlib import Path
from uuid import UUID

import pytest

from daybook.cli.listening import address_of, bound
from daybook.cli.place import Place, writing
from daybook.cli.sorry import DATA, PORT, USAGE, Sorry
from daybook.cli.tokens import token
from daybook.runtime.supervise import OwnerLock


@pytest.fixture
def begun(tmp_path: Path) -> Place:
    """A place where a platform was started once."""
    place = Place.at(tmp_path)
    (place.data / "postgres").mkdir()
    (place.data / "postgres" / "PG_VERSION").touch()
    place.choose_log("embedded")
    place.make_keys()
    return place


def test_the_practice_stays_the_same(begun: Place) -> None:
    assert Place.at(begun.data).practice() == begun.practice()


def test_a_place_that_is_new_or_whole_is_accepted(begun: Place, tmp_path: Path) -> None:
    Place.at(tmp_path / "new").refuse_damage()
    Place.at(tmp_path / "new").refuse_second()
    begun.refuse_damage()
    begun.refuse_second()


@pytest.mark.parametrize("name", ["master.key", "issuer.key", "practice.json"])
def test_what_was_changed_is_named(begun: Place, name: str) -> None:
    (begun.data / name).write_text("something else")
    with pytest.raises(Sorry) as sorry:
        begun.refuse_damage()
    assert sorry.value.code == DATA
    assert name in str(sorry.value)


@pytest.mark.parametrize("name", ["master.key", "issuer.key", "practice.json", "postgres", "log"])
def test_what_was_lost_is_never_made_anew(begun: Place, name: str) -> None:
    begun.note_seeded()
    (begun.data / name).rename(begun.data.with_name(f"{begun.data.name}-lost"))
    with pytest.raises(Sorry, match=rf"{name}\S* is missing"):
        begun.refuse_damage()
    assert not (begun.data / name).exists()


def test_who_has_the_data_is_named(begun: Place) -> None:
    lock = OwnerLock(begun.data / "lock")
    lock.take()
    begun.address.write_text("http://127.0.0.1:1234")
    with pytest.raises(Sorry, match=r"http://127\.0\.0\.1:1234") as sorry:
        begun.refuse_second()
    assert f"process {os.getpid()}" in str(sorry.value)
    lock.drop()
    begun.refuse_second()


def test_data_stays_with_the_log_it_began_with(begun: Place) -> None:
    begun.choose_log("embedded")
    begun.choose_log("embedded")
    with pytest.raises(Sorry, match="began with --log embedded") as sorry:
        begun.choose_log("kafka")
    assert sorry.value.code == DATA


def test_what_cannot_be_written_is_one_sentence(begun: Place) -> None:
    with pytest.raises(Sorry, match="No such file or directory"), writing(begun):
        (begun.data / "no" / "folder").write_text("x")


def test_a_token_needs_a_platform_that_was_started(tmp_path: Path) -> None:
    with pytest.raises(Sorry, match="holds no Daybook yet") as sorry:
        token(tmp_path / "never", ["nurse"], "developer", 1)
    assert sorry.value.code == USAGE
    assert not (tmp_path / "never").exists()


def test_a_token_is_for_roles_there_are(begun: Place) -> None:
    with pytest.raises(Sorry, match="no role 'king'"):
        token(begun.data, ["nurse", "king"], "developer", 1)
    assert token(begun.data, ["nurse"], "developer", 1).count(".") == 2


def test_a_token_names_the_practitioner_who_signs(begun: Place) -> None:
    who = UUID("0192f7a0-0000-7000-8000-00000000000b")
    said = token(begun.data, ["clinician"], "developer", 1, who).split(".")[1]
    assert json.loads(urlsafe_b64decode(said + "=="))["practitioner"] == str(who)


def test_a_taken_port_is_one_sentence() -> None:
    with bound(0) as first:
        port = first.getsockname()[1]
        assert address_of(first) == f"http://127.0.0.1:{port}"
        with pytest.raises(Sorry, match=f"Port {port} is taken") as sorry:
            bound(port)
    assert sorry.value.code == PORT
    bound(port).close()  # and it is free again at once


def test_a_host_that_is_not_ours_is_one_sentence() -> None:
    with pytest.raises(Sorry, match=r"192\.0\.2\.1:0") as sorry:
        bound(0, "192.0.2.1")
    assert sorry.value.code == PORT
