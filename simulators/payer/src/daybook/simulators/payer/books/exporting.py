"""The books as JSON and CSV: the same entries give the same bytes. Amounts are integer cents."""

import csv
import json
from collections.abc import Iterable
from dataclasses import asdict, fields
from io import StringIO

from daybook.simulators.payer.books.ledger import Entry, Kind
from daybook.simulators.payer.payments import BankLine

FORMAT = "daybook-payer-ledger"
VERSION = 1


def as_json(entries: Iterable[Entry]) -> str:
    """An object with the entries, and the total of each kind."""
    listed = list(entries)
    totals = {kind.value: sum(one.cents for one in listed if one.kind is kind) for kind in Kind}
    return json.dumps(
        {
            "format": FORMAT,
            "version": VERSION,
            "totals": totals,
            "entries": [{**asdict(one), "on": one.on.isoformat()} for one in listed],
        },
        indent=1,
    )


def as_csv(entries: Iterable[Entry]) -> str:
    """A header, and a line for each entry."""
    return _csv([one.name for one in fields(Entry)], (asdict(one) for one in entries))


def bank_file(lines: Iterable[BankLine]) -> str:
    """What a provider downloads from its bank: a CSV line for each credit."""
    return _csv([one.name for one in fields(BankLine)], (asdict(one) for one in lines))


def _csv(columns: list[str], rows: Iterable[dict[str, object]]) -> str:
    text = StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
