"""`daybook x12`: what a person sees, and what a script can rely on."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from daybook.x12 import cli

from .sample_files import FOLDER, NAMES, sample

CHILD = str(FOLDER / "837p-child.edi")
PERSONAL = ["AMBERSHORE", "WREN", "HBR0012345", "WHARF", "20180601", "2018-06-01", "6175550100"]
PERSONAL += ["A0000000041", "042345678", "01970", "1234567893", "AUTH5521"]


def run(*words: str) -> tuple[int, str]:
    """(exit code, what was said)."""
    result = CliRunner().invoke(cli.app, list(words), standalone_mode=False)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.return_value, result.output


@pytest.fixture(autouse=True)
def _said_where_the_test_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The console is made when the module is; a test's output is elsewhere by then."""
    monkeypatch.setattr(cli.console, "_file", None)


@pytest.mark.parametrize("name", NAMES)
def test_a_sound_file_is_shown_checked_and_exported(name: str) -> None:
    for command in ("show", "check", "json"):
        code, said = run(command, str(FOLDER / name))
        assert code == 0
        assert said


def test_a_person_sees_loops_segments_and_elements_by_name() -> None:
    _, said = run("show", CHILD)
    assert "        2010AA billing provider\n          NM1 name  entity 85  type 2" in said
    assert "last name MILL STREET FAMILY PRACTICE" in said
    assert "CLM information  number A0000000041  charge 212.5" in said


def test_what_has_no_place_is_shown_and_fails() -> None:
    path = FOLDER / "999-rejected.edi"
    assert run("show", str(path))[0] == 0
    code, said = run("show", __file__)
    assert (code, "unreadable from here on: no ISA begins here" in said) == (1, True)


@pytest.mark.parametrize("command", ["show", "json"])
def test_a_mask_hides_what_tells_who_somebody_is(command: str) -> None:
    _, plain = run(command, CHILD)
    _, masked = run(command, CHILD, "--mask")
    assert [word for word in PERSONAL if word in masked] == []
    assert len([word for word in PERSONAL if word in plain]) >= 10
    assert "99213" in masked
    assert "J029" in masked


def test_a_password_in_the_envelope_is_never_shown(tmp_path: Path) -> None:
    path = tmp_path / "a.edi"
    path.write_bytes(sample("270-dependent.edi", ("*00*          *ZZ", "*01*S3CRETWORD*ZZ")))
    assert "S3CRETWORD" not in run("show", str(path))[1]


def test_a_check_says_what_is_wrong_and_what_to_do(tmp_path: Path) -> None:
    path, back = tmp_path / "a.edi", tmp_path / "999.edi"
    path.write_bytes(sample("837p-child.edi", ("A0000000041*212.5*", "A0000000041*212.51*")))
    code, said = run("check", str(path), "--today", "2026-02-10", "--acknowledge", str(back))
    assert code == 1
    assert said == (
        "error interchange 000000041, group 41, transaction 0001, segment 28, 2300 CLM02: The"
        " claim's charge is not the sum of its lines. Correct the charge of the claim or of a"
        " line. (claim 212.51, lines 212.50)  277CA A7:178, claim-total, SNIP 3\n"
        "53 segments, 1 errors, 0 warnings\n"
    )
    assert b"AK9*A*1*1*1~" in back.read_bytes()
    code, said = run("check", str(path), "--json", "--mask", "--today", "2026-02-10")
    assert json.loads(said)["reference"] == "2300 CLM02"
    assert "212" not in said


def test_a_warning_fails_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.edi"
    path.write_bytes(sample("270-dependent.edi", ("DTP*291*D8*20260102", "DTP*291*D8*20220102")))
    code, said = run("check", str(path), "--today", "2026-02-10")
    assert code == 0
    assert said.startswith("warning ")


def test_split_writes_each_transaction_in_its_envelope_and_nothing_over(tmp_path: Path) -> None:
    path = tmp_path / "both.edi"
    path.write_bytes(sample("270-dependent.edi") + sample("835-reversal.edi"))
    code, said = run("split", str(path), "--into", str(tmp_path / "parts"))
    assert code == 0
    names = [Path(line).name for line in said.split()]
    assert names == ["0001-270-000000007-7-0001.edi", "0002-835-000000310-310-0001.edi"]
    assert (tmp_path / "parts" / names[1]).read_bytes() == sample("835-reversal.edi")
    with pytest.raises(Exception, match="is there already"):
        run("split", str(path), "--into", str(tmp_path / "parts"))


def test_diff_names_the_element_and_passes_over_wrapping_and_numbers(tmp_path: Path) -> None:
    one, other = tmp_path / "1.edi", tmp_path / "2.edi"
    one.write_bytes(sample("837p-child.edi"))
    numbers = ("*000000041*0*T", "*000000042*0*T"), ("IEA*1*000000041", "IEA*1*000000042")
    other.write_bytes(sample("837p-child.edi", *numbers, ("~\n", "'"), ("*", "|")))
    assert run("diff", str(one), str(other)) == (0, "")
    other.write_bytes(
        sample("837p-child.edi", ("1003000126", "1003000134"), ("REF*X4*22D1234567~\n", ""))
    )
    code, said = run("diff", str(one), str(other), "--mask")
    assert code == 1
    assert said.splitlines() == [
        "2300 REF qualifier X4, value ••• -> nothing",
        "2310B NM109 id ••• -> •••",
    ]
    assert run("diff", str(one), str(one)) == (0, "")


def test_json_has_money_in_cents_and_dates_as_dates() -> None:
    _, said = run("json", str(FOLDER / "835-reversal.edi"))
    paid = json.loads(said)["content"]
    assert paid["payment"]["amount"] == {"cents": 17125, "raw": "171.25"}
    assert paid["payment"]["day"] == "2026-01-30"
    assert len(paid["groups"][0]["claims"][0]["services"]) == 3
