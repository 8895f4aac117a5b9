"""One reader's place in its group on the embedded log, as its process last heard."""

import asyncio
from dataclasses import dataclass, field

from daybook.runtime.log import Fenced, Lost
from daybook.runtime.log.holding import Holding
from daybook.runtime.log.postgres_groups import Enrolment, Roster


@dataclass(slots=True, eq=False)
class Membership:
    """A place: what is held, which generation of the group said so, and how long it lasts.

    `until` is when the place is over unless a heartbeat gets through, on the monotonic clock of
    this process, counted from before the heartbeat was sent: never later than the database says.
    """

    enrolment: Enrolment
    until: float
    generation: int = -1
    holding: Holding = field(default_factory=Holding)
    stir: asyncio.Event = field(default_factory=asyncio.Event)
    failure: Fenced | Lost | None = None

    def lapse(self) -> None:
        """What was held may be another's by now: all of it has to be given again."""
        self.holding.drop_all()
        self.generation = -1
        self.stir.set()

    def fail(self, failure: Fenced | Lost) -> None:
        self.failure = failure
        self.lapse()

    def settle(self, now: Roster) -> None:
        """Comes in step with the group, this member being in it."""
        name, group = self.enrolment.member, self.enrolment.group
        if now.sessions[name] != self.enrolment.session:
            self.fail(
                Fenced(
                    f"another process reads as {name} in {group}; give each process a member name"
                    " of its own, or stop one of the two"
                )
            )
            return
        # With a generation missed, another member may have had any partition in between.
        if now.generation not in (self.generation, self.generation + 1):
            self.holding.drop_all()
        self.generation = now.generation
        self.holding.drop(self.holding.held() - now.shares[name])
        self.holding.give(now.shares[name])
        self.stir.set()
