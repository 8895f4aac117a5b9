"""`daybook x12` hangs in the daybook command, with exit codes a script can rely on."""

import subprocess
import sys
from pathlib import Path

DAYBOOK = str(Path(sys.executable).with_name("daybook"))
SAMPLES = Path(__file__).resolve().parents[3] / "libs" / "x12" / "tests" / "samples"


def run(*words: str) -> tuple[int, str]:
    done = subprocess.run([DAYBOOK, "x12", *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_a_sound_file_is_0_a_wrong_one_1_and_none_2(tmp_path: Path) -> None:
    sound, wrong = SAMPLES / "835-reversal.edi", tmp_path / "wrong.edi"
    wrong.write_bytes(sound.read_bytes().replace(b"*171.25*", b"*170.25*"))
    assert run("check", str(sound)) == (0, "60 segments, 0 errors, 0 warnings\n")
    code, said = run("check", str(wrong))
    assert code == 1
    assert "The payment is not what the claims paid less the provider adjustments." in said
    assert run("check", str(tmp_path / "none.edi"))[0] == 2
