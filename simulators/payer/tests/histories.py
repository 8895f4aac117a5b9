"""Histories for property tests: claims, corrections, takebacks and settlements in any order."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from hypothesis import strategies as st

from daybook.simulators.payer.adjudicating.claims_office import ClaimsOffice
from daybook.simulators.payer.adjudicating.forwarding import prior
from daybook.simulators.payer.asking import StatusQuestion
from daybook.simulators.payer.claims import ClaimAdjudicated, ClaimReceived, Frequency, Outcome
from daybook.simulators.payer.members.made_up import made_up
from daybook.simulators.payer.members.world import World
from daybook.simulators.payer.payments import BankLine, Mistake, Payment, Recovery

from .asked import DAY, NPI, OTHER_NPI, asked, claim, line

END = DAY + timedelta(days=400)
WORLD = made_up(3, families=2, outside=frozenset({OTHER_NPI}))
_CODES = (
    *("99213", "99214", "99213", "99396", "99396", "80053", "80053"),
    *("81002", "36415", "11102", "72148", "97110", "92014"),
)
_WHAT = (*("claim",) * 5, *("replace", "take back") * 3, "void", "settle", "second", "end")


@dataclass(frozen=True)
class Step:
    """Something that happens some days after the step before."""

    what: str
    after: int
    who: int
    which: int
    npi: str
    lines: tuple[tuple[str, int, int, str], ...]
    mistake: Mistake
    recovery: Recovery
    cents: int


LINES = st.tuples(
    st.sampled_from(_CODES),
    st.one_of(st.integers(50_00, 900_00), st.integers(0, 9_000_00)),
    st.integers(0, 40),
    st.sampled_from(("", "25", "91")),
)
STEPS = st.builds(
    Step,
    what=st.sampled_from(_WHAT),
    after=st.integers(0, 12),
    who=st.integers(0, 99),
    which=st.integers(0, 9),
    npi=st.sampled_from((NPI, NPI, OTHER_NPI)),
    lines=st.lists(LINES, min_size=1, max_size=4).map(tuple),
    mistake=st.sampled_from(Mistake),
    recovery=st.sampled_from(Recovery),
    cents=st.integers(-50_00, 50_00),
)
HISTORIES = st.lists(STEPS, min_size=5, max_size=30).map(tuple)


@dataclass
class Told:
    """A history played: what the office paid, and its bank."""

    office: ClaimsOffice
    payments: list[Payment] = field(default_factory=list)
    bank: tuple[BankLine, ...] = ()

    @property
    def decisions(self) -> list[ClaimAdjudicated]:
        return [one for payment in self.payments for one in payment.claims]


def play(steps: tuple[Step, ...], *, daily: bool = False, world: World = WORLD) -> Told:
    """Plays a history to its end; `daily` asks for everything every day, which changes nothing."""
    told, today = Told(ClaimsOffice(world)), DAY
    numbers: list[str] = []
    for n, step in enumerate(steps):
        for _ in range(step.after):
            if daily:
                _ask(told, today)
            today += timedelta(days=1)
        _play(told, step, today, numbers, f"C{n}")
    while daily and today < END:
        _ask(told, today)
        today += timedelta(days=1)
    told.payments += told.office.work(END)
    told.bank = told.office.bank(END + timedelta(days=30))
    return told


def _ask(told: Told, today: date) -> None:
    member = next(iter(WORLD.roll))
    payer = WORLD.named(member.payer).identifier("270")
    told.office.eligibility(asked(member, payer=payer, on=today, asked_on=today))
    told.office.status(StatusQuestion(payer, "S", NPI, member.told, today))
    told.office.bank(today)
    told.office.balances()
    told.payments += told.office.work(today)


def _play(told: Told, step: Step, today: date, numbers: list[str], name: str) -> None:
    office = told.office
    members = list(WORLD.roll)
    member = members[step.who % len(members)]
    payer = WORLD.named(member.payer)
    lines = [
        line(code, charge, day=today - timedelta(days=back), modifiers=(mod,) if mod else ())
        for code, charge, back, mod in step.lines
    ]
    one = replace(
        claim(member, *lines, control_number=name, billing_npi=step.npi, received_on=today),
        payer=payer.identifier("837P"),
    )
    number = numbers[step.which % len(numbers)] if numbers else ""
    match step.what:
        case "replace" | "void" if number:
            frequency = Frequency.VOID if step.what == "void" else Frequency.REPLACEMENT
            one = replace(one, frequency=frequency, original_reference=number)
        case "take back" if number:
            try:
                office.take_back(number, today, step.mistake, step.recovery)
            except ValueError:
                return  # nothing was paid by it, or it does not stand any more
            return
        case "settle":
            office.settle(payer.name, step.npi, name, step.cents, today)
            return
        case "end":
            office.end_coverage(payer.name, member.member_id, today, today, step.recovery)
            return
        case "second":
            one = _after_a_first(one)
        case _:
            pass
    said = office.receive(one)
    if said.accepted:
        numbers.append(said.number)


def _after_a_first(one: ClaimReceived) -> ClaimReceived:
    """As sent by a provider whom another payer has answered: half of each line is left."""
    first = ClaimsOffice(WORLD)
    first.receive(one)
    decided = [each for paid in first.work(END) for each in paid.claims]
    if not decided or decided[0].outcome is Outcome.REVERSAL:
        return one
    payer = next(each for each in WORLD.payers if each.is_called(one.payer))
    return replace(one, sequence="S", prior_payers=(prior(decided[0], payer),))
