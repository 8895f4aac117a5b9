"""Feeds anything to the engine with atheris, guided by coverage; not part of the tests.

    pip install atheris && python libs/x12/tests/fuzz.py -max_total_time=60

Starts from the samples. A crash, a hang or a file that is not given back byte for byte ends it.
"""

import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["daybook"]):
    from daybook.x12.acknowledging import written
    from daybook.x12.checking.check import check
    from daybook.x12.envelope import open_document
    from daybook.x12.exporting import exported
    from daybook.x12.models import modelled
    from daybook.x12.showing import show
    from daybook.x12.writing import Envelope, as_read

TODAY = date(2026, 2, 10)
ENVELOPE = Envelope("US", "THEM", 1, datetime(2026, 2, 10, 9, 0, tzinfo=UTC))


def one_input(data: bytes) -> None:
    """Everything the engine does with a file."""
    written(check(data, TODAY), ENVELOPE)
    document = open_document(data)
    for transaction in document.transactions:
        exported(transaction, mask=True)
        if transaction.root:
            modelled(transaction.root, transaction.root.use.model)
    for _ in show(data, mask=True):
        pass
    if document.unreadable is None and as_read(document.parts) != data:
        raise RuntimeError("the file was not given back")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as corpus:
        for sample in (Path(__file__).parent / "samples").glob("*.edi"):
            (Path(corpus) / sample.name).write_bytes(sample.read_bytes())
        atheris.Setup([*sys.argv, corpus], one_input)
        atheris.Fuzz()
