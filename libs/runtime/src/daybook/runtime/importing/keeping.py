"""An uploaded file while its job runs: nobody else's to read, and gone with the process."""

import asyncio
import errno
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

from daybook.runtime.writing import Refused

OPEN_FILES = Path("/proc/self/fd")
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class NoRoom(Refused):
    """The disk that uploads are kept on is full."""

    status = 507

    def __init__(self) -> None:
        super().__init__(
            "no-room", "there is no room here to keep this file while it is imported; split it"
        )


class Kept:
    """A file without a name where the system has such, so that a killed process leaves none.

    `path` opens it again, from its beginning, until it is closed.
    """

    def __init__(self) -> None:
        self.file: IO[bytes]
        if OPEN_FILES.is_dir():
            self.file = tempfile.TemporaryFile()  # noqa: SIM115 (closed by the job)
            self.path = OPEN_FILES / str(self.file.fileno())
        else:
            self.file = tempfile.NamedTemporaryFile(prefix="daybook-import-")  # noqa: SIM115
            self.path = Path(self.file.name)

    def close(self) -> None:
        """Gives the file up."""
        self.file.close()


async def keep(upload: AsyncIterator[bytes]) -> Kept:
    """The upload in a file. Raises NoRoom, and what the upload raises."""
    kept = Kept()
    try:
        async for part in upload:
            await asyncio.to_thread(kept.file.write, part)
        await asyncio.to_thread(kept.file.flush)
    except BaseException as error:
        kept.close()
        if isinstance(error, OSError) and error.errno in FULL:
            raise NoRoom from None
        raise
    return kept
