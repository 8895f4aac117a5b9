"""The drop folder: whole files in, whole files out."""

from pathlib import Path

import pytest

from daybook.simulators.payer.clearing.clearinghouse import Clearinghouse
from daybook.simulators.payer.edge.folder import DropFolder
from daybook.simulators.payer.faults import Fault, Kind

from .edge_world import SENDER, START, clearinghouse, member, sent
from .sent_claims import Bill, bills


@pytest.fixture
def house() -> Clearinghouse:
    return clearinghouse()


@pytest.fixture
def folder(house: Clearinghouse, tmp_path: Path) -> DropFolder:
    return DropFolder(house, tmp_path, [SENDER])


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in (folder).iterdir())


def test_a_batch_is_taken_and_answered_in_the_outbox(
    folder: DropFolder, house: Clearinghouse, tmp_path: Path
) -> None:
    home = tmp_path / SENDER
    (home / "inbox" / "claims.edi").write_bytes(sent([bills(Bill(member(), "A1"))]))
    assert folder.sweep() == 4
    assert names(home / "inbox") == []
    assert names(home / "taken") == ["claims.edi"]
    assert names(home / "outbox") == ["000001.999.edi", "000002.277ca.edi", "000003.277ca.edi"]
    house.move_to(START.replace(month=6))
    folder.sweep()
    assert names(home / "outbox")[3:] == ["000004.835.edi"]
    assert b"CLP*A1*" in (home / "outbox" / "000004.835.edi").read_bytes()


def test_a_file_that_is_still_written_is_left_alone(folder: DropFolder, tmp_path: Path) -> None:
    inbox = tmp_path / SENDER / "inbox"
    for name in ("claims.edi.part", ".claims.edi"):
        (inbox / name).write_bytes(b"ISA*00")
    assert folder.sweep() == 0
    assert names(inbox) == [".claims.edi", "claims.edi.part"]


def test_a_second_sweep_does_nothing_again(folder: DropFolder, tmp_path: Path) -> None:
    home = tmp_path / SENDER
    (home / "inbox" / "claims.edi").write_bytes(sent([bills(Bill(member(), "A1"))]))
    folder.sweep()
    before = names(home / "outbox")
    assert folder.sweep() == 0
    assert names(home / "outbox") == before


def test_what_was_moved_and_not_taken_when_the_power_went_is_taken_later(
    folder: DropFolder, tmp_path: Path
) -> None:
    home = tmp_path / SENDER
    (home / "taken" / "claims.edi").write_bytes(sent([bills(Bill(member(), "A1"))]))
    assert folder.sweep() == 4
    assert names(home / "outbox") != []


def test_what_is_no_x12_is_refused(folder: DropFolder, tmp_path: Path) -> None:
    home = tmp_path / SENDER
    (home / "inbox" / "letter.txt").write_bytes(b"Dear payer")
    folder.sweep()
    assert (names(home / "taken"), names(home / "refused")) == ([], ["letter.txt"])


def test_nobody_is_there_while_a_fault_says_so(
    folder: DropFolder, house: Clearinghouse, tmp_path: Path
) -> None:
    home = tmp_path / SENDER
    (home / "inbox" / "claims.edi").write_bytes(sent([bills(Bill(member(), "A1"))]))
    house.faults.add(Fault(kind=Kind.DOWN, sender=SENDER))
    assert folder.sweep() == 0
    assert names(home / "inbox") == ["claims.edi"]
    assert folder.sweep() == 4
