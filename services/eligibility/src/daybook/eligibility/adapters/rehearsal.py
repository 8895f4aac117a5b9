"""A payer to rehearse with: made up, deterministic, in this process. No clearinghouse is behind it.

It stands in until questions go out as X12 270. What it says of a member follows from the member id
alone, so that a practice can try each thing that payers do:

    INACTIVE...     the coverage is not in force          NOBODY...   no such member
    OTHER...        an answer about another member        GARBLED...  an answer nobody can read
    RENAMED...      active, under another id and name     TWOFOLD...  two copays, for two networks
    DOWN...         nobody takes the question             SILENT...   nobody ever answers
    SLOW<n>...      active, after <n> seconds             any other   active, with benefits
"""

import re
from collections import OrderedDict
from datetime import date
from hashlib import blake2b
from random import Random
from typing import Any

from pydantic import ValidationError

from daybook.eligibility.adapters.payer import PayerAway, Request, Unreadable
from daybook.eligibility.domain import Reply
from daybook.events.eligibility import EligibilityStatus
from daybook.runtime.clock import World

REMEMBERED = 10_000
FOR_EVER = 10.0**7
MENDED = "-01"
"""How a corrected id ends: whoever asks by it is corrected no more."""
SLOW = re.compile(r"SLOW([0-9]{1,3})")
STATUSES = {
    "INACTIVE": EligibilityStatus.INACTIVE,
    "NOBODY": EligibilityStatus.NOT_FOUND,
}


class RehearsalPayer:
    """Answers as a payer might, in JSON of its own; time is the world's."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._answered: OrderedDict[str, str] = OrderedDict()

    async def ask(self, request: Request) -> str:
        """The answer to a question, by its member id. Raises PayerAway."""
        member_id = request.member_id.upper()
        if member_id.startswith("DOWN"):
            raise PayerAway("the payer takes no questions")
        if member_id.startswith("SILENT"):
            await self._world.sleep(FOR_EVER)
        if slow := SLOW.match(member_id):
            await self._world.sleep(float(slow.group(1)))
        if request.trace not in self._answered:
            self._answered[request.trace] = self._answer(request, member_id)
        while len(self._answered) > REMEMBERED:
            self._answered.popitem(last=False)
        return self._answered[request.trace]

    def read(self, raw: str) -> Reply:
        """What an answer says. Raises Unreadable."""
        try:
            return Reply.model_validate_json(raw)
        except ValidationError:
            raise Unreadable("the answer is not what this payer writes") from None

    def _answer(self, request: Request, member_id: str) -> str:
        if member_id.startswith("GARBLED"):
            return f"ISA*00*{request.trace}*GARBLED"
        found = (status for word, status in STATUSES.items() if member_id.startswith(word))
        status = next(found, EligibilityStatus.ACTIVE)
        said: dict[str, Any] = {
            "trace": request.trace,
            "status": status,
            "member_id": request.member_id,
            "birth_date": request.patient.birth_date,
            "answered_at": self._world.now(),
        }
        if status is EligibilityStatus.ACTIVE:
            year = request.on.year
            said["period"] = {"start": date(year, 1, 1), "end": date(year, 12, 31)}
            said["benefits"] = benefits(member_id, request.service_types)
        if member_id.startswith("OTHER"):
            said["member_id"] = f"{request.member_id}-X"
        if member_id.startswith("RENAMED") and not member_id.endswith(MENDED):
            said["member_id"] = mended = f"{request.member_id}{MENDED}"
            name = {"family": request.patient.family.upper(), "given": request.patient.given}
            said["corrected"] = {"member_id": mended, "name": name}
        return Reply.model_validate(said).model_dump_json()


def benefits(member_id: str, service_types: tuple[str, ...]) -> list[dict[str, Any]]:
    """What the plan of a member pays, drawn from the member id."""
    random = Random(blake2b(member_id.encode(), digest_size=8).digest())  # noqa: S311 (a rehearsal)
    copay, share = random.choice([1500, 2000, 2500, 4000]), random.choice([10, 20, 30])
    deductible = random.choice([0, 50_000, 150_000])
    found: list[dict[str, Any]] = [
        {
            "kind": "copay",
            "level": "individual",
            "period": "visit",
            "service_types": service_types,
            "amount": {"cents": copay},
            "network": "in",
        },
        {"kind": "coinsurance", "percent": share, "network": "in", "service_types": ["30"]},
        {
            "kind": "deductible",
            "level": "individual",
            "period": "year",
            "amount": {"cents": deductible},
            "network": "both",
            "service_types": ["30"],
        },
    ]
    if member_id.startswith("TWOFOLD"):
        found.append({**found[0], "amount": {"cents": copay + 2500}, "network": "unknown"})
    return found
