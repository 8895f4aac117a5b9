"""ICD-10-CM as the package simple-icd-10-cm carries it: public codes, read once at first use.

Only the package's list of codes is read. Importing it builds the whole tabular index, which takes
seconds and 200 MB; the list takes 50 milliseconds and a megabyte.
"""

import asyncio
import re
from importlib.util import find_spec
from pathlib import Path

from daybook.ehr.domain.codes import CodeTable, Edition, edition

PACKAGE = "simple_icd_10_cm"
NAMED = re.compile(r"code-list-(January|April|October)-(20[0-9]{2})\.txt")


class Icd10Cm:
    """The code table, loaded off the event loop when it is first asked for."""

    def __init__(self) -> None:
        self._table: CodeTable | None = None

    async def table(self) -> CodeTable:
        if self._table is None:
            self._table = await asyncio.to_thread(load)
        return self._table


def load() -> CodeTable:
    """Every edition the package carries. Raises RuntimeError where it carries none."""
    spec = find_spec(PACKAGE)
    folder = Path(spec.origin).parent / "data" if spec and spec.origin else Path()
    editions = [found for path in folder.glob("*.txt") if (found := _edition(path))]
    if not editions:
        raise RuntimeError(f"{PACKAGE} is not installed, or carries no list of codes")
    return CodeTable(sorted(editions, key=lambda edition: edition.year))


def _edition(path: Path) -> Edition | None:
    """A list that came out in October is of the fiscal year that begins then."""
    named = NAMED.fullmatch(path.name)
    if named is None:
        return None
    year = int(named.group(2)) + (named.group(1) == "October")
    return edition(year, path.read_bytes().split())
