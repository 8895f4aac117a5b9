"""A drop folder for each sender, as behind SFTP: `inbox/` is taken from, `outbox/` is filled.

Whoever writes a file writes it under another name (`.part` at the end, or a dot in front) and then
renames it; so do we. A file that was taken lies in `taken/`, one that is no X12 in `refused/`.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from daybook.simulators.payer.clearing.clearinghouse import Clearinghouse
from daybook.simulators.payer.clearing.outgoing import FOLDER
from daybook.simulators.payer.faults import Kind, Occasion

_FOLDERS = ("inbox", "taken", "refused", "outbox")


class DropFolder:
    """The folders below a root, one for each sender."""

    def __init__(self, house: Clearinghouse, root: Path, senders: Iterable[str]) -> None:
        self._house, self._root, self._senders = house, root, tuple(senders)
        for sender in self._senders:
            for name in _FOLDERS:
                (root / sender / name).mkdir(parents=True, exist_ok=True)

    def sweep(self) -> int:
        """Takes every file that is whole and puts out what is ready; returns how many that was."""
        self._house.catch_up()
        return sum(self._swept(sender) for sender in self._senders)

    def _swept(self, sender: str) -> int:
        if self._house.faults.happens(Kind.DOWN, Occasion(sender)):
            return 0
        home = self._root / sender
        for file in _whole(home / "inbox"):
            file.rename(home / "taken" / file.name)
        # Taken and not known: a sweep was cut short between the two.
        taken = [self._take(sender, file) for file in _whole(home / "taken")]
        return sum(taken) + self._put_out(sender)

    def _take(self, sender: str, file: Path) -> int:
        storage, now = self._house.storage, self._house.clock.now()
        if storage.knows_payload(sender, file.name):
            return 0
        try:
            with storage.transaction():
                storage.take_payload(sender, file.name, now)
                self._house.take_batch(sender, file.name, file.read_bytes(), FOLDER)
        except ValueError:
            # It is no interchange, or nothing can be made of it; nothing of it was taken.
            file.rename(self._root / sender / "refused" / file.name)
        return 1

    def _put_out(self, sender: str) -> int:
        storage, now = self._house.storage, self._house.clock.now()
        ready = storage.waiting(sender, (), FOLDER, now)
        for one in ready:
            name = f"{one.id:06}.{one.kind.lower()}.edi"
            _write_whole(self._root / sender / "outbox" / name, one.body)
            storage.pick_up([one], now)
        return len(ready)


def _whole(folder: Path) -> list[Path]:
    """Files under their final names, in the order of their names."""
    return sorted(
        file
        for file in folder.iterdir()
        if file.is_file() and not file.name.startswith(".") and file.suffix != ".part"
    )


def _write_whole(path: Path, body: bytes) -> None:
    """There entirely or not at all."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
