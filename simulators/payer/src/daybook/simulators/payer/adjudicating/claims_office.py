"""The office of all payers: takes claims in, decides them in their time, pays, and answers.

Deterministic: the same world, told the same in the same order, decides the same, however often or
seldom `work` is called.
"""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from daybook.simulators.payer.adjudicating import eligibility, status
from daybook.simulators.payer.adjudicating.acceptance import of_format, of_member, of_original
from daybook.simulators.payer.adjudicating.cases import Case
from daybook.simulators.payer.adjudicating.circumstances import Records
from daybook.simulators.payer.adjudicating.deciding import decide, refused_whole, reversal
from daybook.simulators.payer.adjudicating.forwarding import FORWARDED, forwarded, taken_back
from daybook.simulators.payer.adjudicating.paying import Till, credited, recovered
from daybook.simulators.payer.adjudicating.reasons import (
    ANOTHER_FIRST,
    COPAY,
    COVERAGE_ENDED,
    DUPLICATE,
    NO_PRIOR_PAYMENT,
)
from daybook.simulators.payer.adjudicating.refusing import Refusal
from daybook.simulators.payer.asking import (
    AuthorisationReply,
    AuthorisationRequest,
    EligibilityQuestion,
    EligibilityReply,
    StatusQuestion,
    StatusReply,
)
from daybook.simulators.payer.books.balances import PatientBalance, balances
from daybook.simulators.payer.books.ledger import Ledger
from daybook.simulators.payer.claims import (
    ClaimAcknowledged,
    ClaimAdjudicated,
    ClaimReceived,
    Finding,
    Frequency,
    Group,
    Outcome,
)
from daybook.simulators.payer.members.chance import number
from daybook.simulators.payer.members.roll import Membership, Roll
from daybook.simulators.payer.members.world import World
from daybook.simulators.payer.payers import Payer
from daybook.simulators.payer.payments import (
    BankLine,
    Mistake,
    Payment,
    ProviderAdjustment,
    Recovery,
)

_DAY = timedelta(days=1)
_SOON, _LATE = (2, 8), 40
"""A claim is decided after some days of the first two; one in twenty waits this long."""
_WHY = {
    Mistake.COVERAGE_ENDED: Refusal(Group.PATIENT, COVERAGE_ENDED),
    Mistake.DUPLICATE: Refusal(Group.OTHER, DUPLICATE),
    Mistake.ANOTHER_FIRST: Refusal(Group.OTHER, ANOTHER_FIRST, (NO_PRIOR_PAYMENT,)),
}


class ClaimsOffice:
    """An `Office` in memory."""

    def __init__(self, world: World) -> None:
        # A roll of its own: coverages end in it.
        self._world = world = replace(world, roll=Roll(world.roll))
        self._records = Records(world)
        self._till = Till(world.seed, world.payers)
        self._ledger = Ledger()
        self._numbers: Counter[str] = Counter()
        self._worked: date | None = None
        self._unsent: list[Payment] = []
        self._credits: list[BankLine] = []

    @property
    def payers(self) -> tuple[Payer, ...]:
        return self._world.payers

    @property
    def ledger(self) -> Ledger:
        return self._ledger

    def scrub(self, claim: ClaimReceived) -> tuple[Finding, ...]:
        return of_format(claim, self._world.payer(claim.payer))

    def receive(self, claim: ClaimReceived) -> ClaimAcknowledged:
        self._work_until(claim.received_on - _DAY)
        found = self._found(claim)
        if isinstance(found, Case):
            return ClaimAcknowledged(claim, found.number)
        return ClaimAcknowledged(claim, "", found)

    def work(self, today: date) -> tuple[Payment, ...]:
        self._work_until(today)
        sent = [one for one in self._unsent if one.produced_on <= today]
        self._unsent = [one for one in self._unsent if one.produced_on > today]
        return tuple(sorted(sent, key=lambda one: (one.produced_on, one.trace)))

    def bank(self, until: date) -> tuple[BankLine, ...]:
        had = [one for one in self._credits if one.credited_on <= until]
        return tuple(sorted(had, key=lambda one: (one.credited_on, one.trace)))

    def eligibility(self, question: EligibilityQuestion) -> EligibilityReply:
        self._work_until(question.asked_on - _DAY)
        return eligibility.answer(self._world, self._records.accumulators, question)

    def status(self, question: StatusQuestion) -> StatusReply:
        self._work_until(question.asked_on - _DAY)
        payer = self._world.payer(question.payer)
        found = payer and self._world.roll.find(payer.name, question.subscriber, question.dependent)
        member = found if isinstance(found, Membership) else None
        return status.answer(question, self._records.cases, member)

    def authorise(self, request: AuthorisationRequest) -> AuthorisationReply:
        return self._records.authorisations.ask(request)

    def balances(self) -> tuple[PatientBalance, ...]:
        return balances(self._records.cases, self._world.roll)

    def settle(self, payer: str, npi: str, reference: str, cents: int, today: date) -> None:
        self._work_until(today - _DAY)
        name = self._world.named(payer).name
        self._till.adjust(name, npi, today, ProviderAdjustment("CS", reference, cents))

    def take_back(self, number: str, today: date, mistake: Mistake, recovery: Recovery) -> None:
        self._work_until(today - _DAY)
        case = self._records.cases.all[number]
        if not case.stands or case.decided is None or case.decided.paid <= 0:
            raise ValueError("nothing was paid that could be had back")
        self._again(case, case.decided, today, recovery, _WHY[mistake])

    def end_coverage(
        self, payer: str, member_id: str, last: date, today: date, recovery: Recovery
    ) -> None:
        self._work_until(today - _DAY)
        ended = self._world.roll.end(payer, member_id, last)
        for case in list(self._records.cases):
            if case.member not in ended:
                continue
            case.member = ended[ended.index(case.member)]
            after = any(one.days.first > last for one in case.claim.lines)
            if after and case.stands and case.decided and case.decided.paid > 0:
                self._again(case, case.decided, today, recovery)

    def _again(
        self,
        case: Case,
        before: ClaimAdjudicated,
        today: date,
        recovery: Recovery,
        why: Refusal | None = None,
    ) -> None:
        """Reverses a claim, decides it again (or refuses it whole), and recovers the difference."""
        superseded = case.superseded
        self._reverse(case, today)
        again = case.again = self._opened(case.claim, case.payer, case.member, case)
        # A correction that is on its way already corrects what was decided anew.
        again.superseded = superseded
        if why:
            again.decided = refused_whole(before, again.number, why, today)
        else:
            again.decided = decide(again.claim, self._records.given(again, today))
        self._post(again, again.decided)
        self._forward(again, again.decided, case, today)
        payee = case.payer.name, case.claim.billing_npi
        lost = before.paid - again.decided.paid
        for since, adjustment in recovered(recovery, case.number, lost, today):
            self._till.adjust(*payee, since, adjustment)

    def _found(self, claim: ClaimReceived) -> Case | tuple[Finding, ...]:
        """The case a claim opens, or what is wrong with it."""
        payer = self._world.payer(claim.payer)
        findings = of_format(claim, payer)
        if payer is None or findings:
            return findings
        member = of_member(claim, payer, self._world.roll)
        if isinstance(member, Finding):
            return (member,)
        original = None
        if claim.frequency is not Frequency.ORIGINAL:
            original = self._records.cases.known(payer, claim.original_reference)
            findings = of_original(claim, original)
        return findings or self._opened(claim, payer, member, original)

    def _opened(
        self, claim: ClaimReceived, payer: Payer, member: Membership, original: Case | None
    ) -> Case:
        """A new case under a number of ours, and the day on which it will be decided."""
        self._numbers[payer.name] += 1
        initials = "".join(word[0] for word in payer.name.upper().split())[:4]
        name = f"{initials}{self._numbers[payer.name]:08}"
        first, span = _SOON
        wait = first + number(span, self._world.seed, name, "wait")
        if number(20, self._world.seed, name, "late") == 0:
            wait = _LATE
        due_on = claim.received_on + timedelta(days=wait)
        if original:
            original.superseded = True
            due_on = max(due_on, original.due_on)
        network = self._world.network(claim.billing_npi)
        case = Case(claim, name, payer, member, network, due_on, original)
        self._records.cases.open(case)
        return case

    def _work_until(self, today: date) -> None:
        """Every working day up to and on this one that was not worked yet."""
        if self._worked is None:
            self._worked = today
            self._day(today)
        while self._worked < today:
            self._worked += _DAY
            self._day(self._worked)

    def _day(self, today: date) -> None:
        for case in list(self._records.cases):
            if case.decided is None and case.due_on <= today:
                self._decide(case, today)
        for payer in self.payers:
            if self._till.pays_on(payer, today):
                for payment in self._till.pay(payer, today):
                    self._paid(payer, payment)

    def _decide(self, case: Case, today: date) -> None:
        original = case.original and case.original.latest
        if original and original.stands:
            self._reverse(original, today)
        if case.claim.frequency is Frequency.VOID:
            case.decided = original.reversal if original else None
        else:
            case.decided = decide(case.claim, self._records.given(case, today))
            self._post(case, case.decided)
        if case.decided:
            self._forward(case, case.decided, original, today)

    def _forward(
        self, case: Case, decided: ClaimAdjudicated, before: Case | None, today: date
    ) -> None:
        """Sends on what the next payer is to have, and takes back what it should not have had."""
        sent = before.forwarded if before else None
        standing = sent and self._records.cases.known(sent.payer, sent.number)
        number = standing.number if standing else ""
        if decided.outcome in FORWARDED and decided.next_payer:
            next_payer = self._world.named(decided.next_payer[0])
            member = self._world.roll.after(case.member, case.claim.lines[0].days.first)[0]
            claim = forwarded(decided, case.payer, next_payer, member, today, number)
        elif standing:
            claim = taken_back(standing.claim, number, today)
        else:
            return
        found = self._found(claim)
        case.forwarded = found if isinstance(found, Case) else None

    def _reverse(self, case: Case, today: date) -> None:
        if case.decided is None:
            raise ValueError("only what was decided can be reversed")
        case.reversal = reversal(case.decided, today)
        case.superseded = True
        self._records.cases.forget(case)
        self._post(case, case.reversal)

    def _post(self, case: Case, decided: ClaimAdjudicated) -> None:
        """A decision goes into every book."""
        self._records.accumulators.post(case.member, case.network, decided)
        if decided.outcome is not Outcome.REVERSAL:
            self._records.cases.post(case, COPAY)
        self._till.owe(case.payer, decided)
        self._ledger.decided(case.payer.name, decided)

    def _paid(self, payer: Payer, payment: Payment) -> None:
        self._unsent.append(payment)
        self._ledger.paid(payment)
        line = credited(payment, payer)
        if line:
            self._credits.append(line)
            self._ledger.credited(payer.name, line)
        for decided in payment.claims:
            case = self._records.cases.all[decided.number]
            if decided.outcome is not Outcome.REVERSAL:
                case.trace, case.paid_on = payment.trace, payment.effective_on
