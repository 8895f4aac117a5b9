"""The books: every cent by member, claim and cheque, and as files."""

import csv
import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO

from daybook.simulators.payer.adjudicating.claims_office import ClaimsOffice
from daybook.simulators.payer.books.exporting import as_csv, as_json, bank_file
from daybook.simulators.payer.books.ledger import Kind, is_balanced, total
from daybook.simulators.payer.books.meeting import meet

from .asked import DAY, WORLD, claim, line, member, paid

ONE, OTHER = member(), member(relationship="01")


def busy() -> ClaimsOffice:
    office = ClaimsOffice(WORLD)
    office.receive(claim(ONE, line(), line("80053", 80_00)))
    office.receive(claim(OTHER, control_number="A2"))
    return office


def test_the_ledger_of_a_claim_a_member_and_a_cheque() -> None:
    office = busy()
    payments = paid(office)
    for payment in payments:
        cheque = office.ledger.of_cheque(payment.trace)
        assert total(cheque, Kind.TRANSFERRED) == payment.cents == total(cheque, Kind.CREDITED)
        for one in payment.claims:
            entries = office.ledger.of_claim(one.number)
            assert total(entries, Kind.CHARGED) == one.charge
            assert total(entries, Kind.PAID) == total(entries, Kind.SETTLED) == one.paid
    own = office.ledger.of_member(ONE.member_id)
    assert {one.control_number for one in own} == {"A1"}
    assert total(own, Kind.CHARGED) == 230_00


def test_a_cent_too_much_is_noticed() -> None:
    office = busy()
    paid(office)
    entries = list(office.ledger)
    assert is_balanced(entries)
    for n, entry in enumerate(entries):
        if entry.kind is not Kind.CREDITED:
            wrong = [*entries[:n], replace(entry, cents=entry.cents + 1), *entries[n + 1 :]]
            assert not is_balanced(wrong), entry.kind


def test_the_ledger_as_json_and_csv_add_up_alike_and_are_the_same_again() -> None:
    texts = []
    for _ in range(2):
        office = busy()
        paid(office)
        texts.append((as_json(office.ledger), as_csv(office.ledger)))
    assert texts[0] == texts[1]
    told = json.loads(texts[0][0])
    rows = list(csv.DictReader(StringIO(texts[0][1])))
    assert len(rows) == len(told["entries"])
    for kind, cents in told["totals"].items():
        assert sum(int(row["cents"]) for row in rows if row["kind"] == kind) == cents
    assert told["totals"]["charged"] == 380_00


def test_the_bank_file_and_the_835s_meet_to_the_cent_and_either_waits_for_the_other() -> None:
    office = busy()
    payments = paid(office)
    credits = office.bank(DAY + timedelta(days=200))
    rows = list(csv.DictReader(StringIO(bank_file(credits))))
    assert {row["trace"]: int(row["cents"]) for row in rows} == {
        one.trace: one.cents for one in payments
    }
    first = payments[0].trace
    assert first in meet(payments, ()).waiting_for_money
    assert first in meet((), credits).waiting_for_remittance
    assert meet(payments, credits).met == tuple(sorted(one.trace for one in payments))
    wrong = [replace(one, cents=one.cents + 1) for one in credits]
    assert first in meet(payments, wrong).apart
