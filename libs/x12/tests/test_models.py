"""Loops as frozen models with the guides' names; what is not modelled is kept."""

from datetime import date
from decimal import Decimal
from typing import TypeVar

from daybook.x12.declaring import Kept, LoopModel
from daybook.x12.envelope import open_document
from daybook.x12.guides.eligibility_answer import EligibilityAnswer
from daybook.x12.guides.professional_claim.transaction import ProfessionalClaims
from daybook.x12.guides.remittance import Remittance
from daybook.x12.models import Modelled, modelled
from daybook.x12.values import Money

from .sample_files import sample

M = TypeVar("M", bound=LoopModel)


def model(data: bytes, kind: type[M]) -> Modelled[M]:
    (transaction,) = open_document(data).transactions
    assert transaction.root is not None
    return modelled(transaction.root, kind)


def test_a_claim_has_its_people_its_money_and_its_lines() -> None:
    claims = model(sample("837p-child.edi"), ProfessionalClaims).model
    assert claims is not None
    (provider,) = claims.providers
    assert provider.billing_provider.name.npi == "1234567893"
    (subscriber,) = provider.subscribers
    assert subscriber.information.responsibility == "P"
    (patient,) = subscriber.patients
    assert patient.patient.name.words == "WREN AMBERSHORE"
    assert patient.patient.demographics.birth_date == date(2018, 6, 1)
    (claim,) = patient.claims
    assert claim.information.charge == Money(21250)
    assert claim.prior_authorization is not None
    assert claim.prior_authorization.value == "AUTH5521"
    assert [code.code for code in claim.diagnoses.codes] == ["J029", "R509"]
    first, _, last = claim.lines
    assert first.service.procedure.modifiers == ("25",)
    assert first.service.quantity == Decimal(1)
    assert first.service.pointers is not None
    assert first.service.pointers.numbers == (1, 2)
    assert first.service_date.start == date(2026, 1, 2)
    assert last.drug is not None
    assert last.drug.drug.code == "60793070010"


def test_a_remittance_has_its_payment_adjustments_and_provider_adjustments() -> None:
    paid = model(sample("835-reversal.edi"), Remittance).model
    assert paid is not None
    assert paid.payment.amount.cents == 17125
    assert paid.payment.day == date(2026, 1, 30)
    first, reversal, correction = (claim for group in paid.groups for claim in group.claims)
    assert first.services[0].adjustments[1].reasons == (("3", Money(2500)),)
    assert reversal.information.status == "22"
    assert reversal.information.paid.cents == -6000
    assert correction.information.payer_control_number == "HH900018"
    (adjustment,) = paid.provider_adjustments
    assert [(why.reason, amount.cents) for why, amount in adjustment.adjustments] == [
        ("WO", -4000),
        ("L6", -500),
        ("72", 1500),
    ]


def test_benefit_rows_that_differ_by_a_message_or_a_network_stay_apart() -> None:
    answer = model(sample("271-dependent.edi"), EligibilityAnswer).model
    assert answer is not None
    (dependent,) = answer.sources[0].askers[0].subscribers[0].dependents
    copays = [row for row in dependent.dependent.benefits if row.benefit.code == "B"]
    assert [(row.benefit.amount, row.messages[0].text[-10:]) for row in copays] == [
        (Money(2500), "E PROVIDER"),
        (Money(4000), "SPECIALIST"),
    ]
    coinsurance = next(row for row in dependent.dependent.benefits if row.benefit.code == "A")
    assert coinsurance.benefit.percentage == Decimal("0.2")
    assert coinsurance.placed[0].information.code == "11"
    other = next(row for row in dependent.dependent.benefits if row.benefit.code == "R")
    assert other.related[0].name.last_name == "TIDE MUTUAL"


def test_what_the_guide_does_not_have_is_kept_where_it_stood() -> None:
    data = sample("837p-child.edi", ("LX*2~", "REF*QQ*OURS~\nLX*2~"))
    claims = model(data, ProfessionalClaims).model
    assert claims is not None
    line = claims.providers[0].subscribers[0].patients[0].claims[0].lines[0]
    assert line.kept == (Kept("REF*QQ*OURS", after="control_number"),)


def test_a_date_that_is_none_costs_its_segment_and_nothing_else() -> None:
    data = sample("835-reversal.edi", ("DTM*232*20260102~", "DTM*232*20261302~"))
    found = model(data, Remittance)
    assert found.model is not None
    claim = found.model.groups[0].claims[0]
    assert claim.statement_dates == ()
    assert [one.text for one in claim.kept] == ["DTM*232*20261302"]
    assert found.unread[0].reference == "2100 DTM02"


def test_what_cannot_be_done_without_is_named() -> None:
    data = sample("835-reversal.edi", ("BPR*I*171.25*", "BPR*I*plenty*"))
    found = model(data, Remittance)
    assert found.model is None
    assert [(one.reference, one.why) for one in found.unread] == [
        ("BPR02", "is no amount of money"),
        ("", "it has no payment"),
    ]


def test_amounts_are_equal_however_they_are_written_and_keep_how() -> None:
    one, other = Money.read("100."), Money.read("100.00")
    assert one == other
    assert (one.text, other.text) == ("100.", "100.00")
    assert Money(-1250).text == "-12.5"
