"""`daybook migrate --wait`: it ends well only once the databases are at this release."""

from pathlib import Path

from daybook.cli.sorry import POSTGRES
from daybook.runtime.keys import make_master_key

from .processes import Process, eventually, one_sentence

NOWHERE = "postgresql://{role}:{password}@127.0.0.1:1/{database}"


def test_stopped_while_it_waits_it_says_so_and_fails(folder: Path) -> None:
    make_master_key(folder / "master.key")
    env = {
        "DAYBOOK_POSTGRES": NOWHERE,
        "DAYBOOK_MASTER_KEY": str(folder / "master.key"),
        "DAYBOOK_JWKS": "http://127.0.0.1:1/jwks.json",
    }
    waiting = Process(folder / "out.txt", "migrate", "--wait", "practice", env=env)
    eventually(lambda: "Waiting until practice" in waiting.said, "it waits")
    assert waiting.stop() == POSTGRES
    _, last = waiting.said.strip().splitlines()
    assert one_sentence(last)
