"""What the routes of the EHR share: who signs, and where something in an encounter is found."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from daybook.runtime.edge.auth import allow
from daybook.runtime.edge.problems import Answered
from daybook.runtime.edge.tokens import Caller
from daybook.runtime.edge.writing import WrittenAnswer, answered
from daybook.runtime.writing import Origin, Written

SIGNERS = ("clinician",)

ENCOUNTER = "/ehr/encounters/{encounter_id}"
NOTE = ENCOUNTER + "/notes/{note_id}"


async def signer(caller: Annotated[Caller, Depends(allow(*SIGNERS))]) -> UUID:
    """The practitioner who signs. Raises Answered: 403 where the token names none."""
    if caller.practitioner is None:
        raise Answered(
            403,
            "practitioner-missing",
            "signing puts a practitioner's name under it, and your token names none; get one with "
            "the claim practitioner",
        )
    return caller.practitioner


Signer = Annotated[UUID, Depends(signer)]


def located(by: Origin, location: str) -> Origin:
    """The origin of a command that makes something inside a stream: a retry finds it again."""
    return by if by.claim is None else replace(by, claim=replace(by.claim, location=location))


def made(response: Response, written: Written, location: str) -> WrittenAnswer:
    """The answer of such a command: its version is the stream's, its Location the new thing's."""
    response.headers["Location"] = location
    return answered(response, written, location)
