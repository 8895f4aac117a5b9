"""What is put before a decision: plan, fees, what was met, what stands already, who comes first."""

from datetime import date

from daybook.simulators.payer.adjudicating.accumulating import Accumulators
from daybook.simulators.payer.adjudicating.authorising import Authorisations
from daybook.simulators.payer.adjudicating.cases import Case, Cases
from daybook.simulators.payer.adjudicating.deciding import Given
from daybook.simulators.payer.adjudicating.reasons import COPAY
from daybook.simulators.payer.adjudicating.refusing import Circumstances
from daybook.simulators.payer.claims import LineReceived
from daybook.simulators.payer.members.fees import fee
from daybook.simulators.payer.members.roll import Membership
from daybook.simulators.payer.members.services import service_of
from daybook.simulators.payer.members.world import World


class Records:
    """All a payer looks up when it decides."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.accumulators = Accumulators()
        self.authorisations = Authorisations(world)
        self.cases = Cases()

    def given(self, case: Case, today: date) -> Given:
        """What a case is decided by on a day."""
        claim, member = case.claim, case.member
        first = claim.lines[0].days.first
        before = self.world.roll.before(member, first)
        after = self.world.roll.after(member, first)
        design = self.world.design(member)
        years = {line.days.first.year for line in claim.lines}
        seed, payer = self.world.seed, case.payer
        return Given(
            number=case.number,
            member=member,
            today=today,
            network=case.network,
            fees={one.number: fee(seed, payer.name, one.code, one.units) for one in claim.lines},
            met={year: self.accumulators.met(member, year, case.network) for year in years},
            circumstances={one.number: self._circumstances(case, one) for one in claim.lines},
            copaid=self.cases.copaid(case, COPAY),
            first_payer=self._named(before[0]) if before else None,
            next_payer=self._named(after[0]) if design.forwards and after else None,
        )

    def _circumstances(self, case: Case, line: LineReceived) -> Circumstances:
        member, day = case.member, line.days.first
        return Circumstances(
            claim=case.claim,
            member=member,
            design=self.world.design(member),
            network=case.network,
            filing_days=case.payer.filing_days,
            before=self.world.roll.before(member, day),
            decided_before=self.cases.decided_before(case, line),
            authorised=self.authorisations.covers(case.claim, line, member),
            visits=self.accumulators.visits(member, day.year, service_of(line.code)),
        )

    def _named(self, member: Membership) -> tuple[str, str]:
        return member.payer, self.world.named(member.payer).identifier("837P")
