"""837P over two hops: the clearinghouse scrubs and answers, then the payer takes in and answers.

Each hop has its own 999 and 277CA. What the payer gets is an interchange of its own, with the
clearinghouse as submitter (1000A) and a number of the clearinghouse's for each claim (REF*D9).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from daybook.simulators.payer.claims import ClaimReceived, Finding
from daybook.simulators.payer.clearing.arriving import Taken, arrived
from daybook.simulators.payer.clearing.outgoing import Outgoing, To
from daybook.simulators.payer.office import Office
from daybook.simulators.payer.payers import Payer
from daybook.simulators.payer.storage import Storage
from daybook.simulators.payer.transactions.blame import blamed
from daybook.simulators.payer.transactions.claim_acknowledgments import (
    Batch,
    Judged,
    acknowledged,
)
from daybook.simulators.payer.transactions.claims import received, submitted
from daybook.simulators.payer.transactions.forwarding import forwarded
from daybook.simulators.payer.transactions.parts import organization
from daybook.x12.guides.professional_claim.parties import Receiver, Submitter
from daybook.x12.guides.professional_claim.transaction import ProfessionalClaims
from daybook.x12.segments.people import Contact, Name

_FORWARDED = Finding("A0", "16", "PR")
_TAKEN_IN = Finding("A2", "20", "PR")
_TO_PAYER, _FROM_PAYER = "clearinghouse to payer", "payer to clearinghouse"


class ClaimsDesk:
    """Where claims go through; `id` and `name` are the clearinghouse's."""

    def __init__(
        self, office: Office, storage: Storage, outgoing: Outgoing, id: str, name: str
    ) -> None:
        self._office, self._storage, self._outgoing = office, storage, outgoing
        self._id, self._name = id, name

    def take(self, taken: Taken, to: To, at: datetime) -> None:
        """Takes the claims of one transaction through both hops."""
        claims = taken.model
        if not isinstance(claims, ProfessionalClaims):
            raise TypeError("no claims")
        judged = self._scrubbed(claims, taken, at)
        for one in judged:
            self._storage.route(one.claim.billing_npi, to.receiver, to.channel)
        source = organization("AY", self._name, "46", self._id)
        self._answer(claims.submitter.name, claims.beginning.reference, source, judged, to, at)
        for payer in self._office.payers:
            passed = [
                one for one in judged if not one.findings and payer.is_called(one.claim.payer)
            ]
            if passed:
                self._hand_on(claims, payer, passed, to, at)

    def _scrubbed(self, claims: ProfessionalClaims, taken: Taken, at: datetime) -> list[Judged]:
        blame = blamed(taken.root, taken.problems)
        found = []
        for one, checked in zip(submitted(claims), blame, strict=True):
            number = f"{self._id[:4]}{self._storage.count_on('claim'):08}"
            told = replace(received(one, at.date()), clearinghouse_number=number)
            findings = tuple(dict.fromkeys((*self._office.scrub(told), *checked)))
            found.append(Judged(one, told, _FORWARDED, findings=findings))
        return found

    def _hand_on(
        self,
        claims: ProfessionalClaims,
        payer: Payer,
        passed: Sequence[Judged],
        to: To,
        at: datetime,
    ) -> None:
        """The second hop: the payer's 999 stays with us, its 277CA goes on to the provider."""
        called, me = payer.identifier("837P"), organization("41", self._name, "46", self._id)
        reference = f"{self._id[:4]}B{self._storage.count_on('batch'):07}"
        numbers = {id(one.submitted.claim): one.claim.clearinghouse_number for one in passed}
        contact = Contact(function="IC", name="EDI DESK", qualifier="TE", number="8005550100")
        handed = forwarded(
            claims,
            numbers,
            Submitter(name=me, contacts=(contact,)),
            Receiver(name=organization("40", payer.name, "46", called)),
            reference,
        )
        body = self._outgoing.to(self._id, called, at, handed)
        self._outgoing.log(at, _TO_PAYER, self._id, called, "837P", body)
        (had,) = arrived(body, at)
        acknowledgment = self._outgoing.back(had.header, at, had.answer.acknowledgments)
        self._outgoing.log(at, _FROM_PAYER, called, self._id, "999", acknowledgment)
        source = organization("PR", payer.name, "PI", called)
        for taken in had.taken:
            judged = self._received(taken, at)
            self._answer(me, reference, source, judged, to, at)

    def _received(self, taken: Taken, at: datetime) -> list[Judged]:
        """What the payer says of each claim it reads."""
        claims = taken.model
        if not isinstance(claims, ProfessionalClaims):
            raise TypeError("no claims")
        found = []
        for one in submitted(claims):
            said = self._office.receive(received(one, at.date()))
            found.append(Judged(one, said.claim, _TAKEN_IN, said.number, said.findings))
        return found

    def _answer(
        self,
        receiver: Name,
        reference: str,
        source: Name,
        judged: Sequence[Judged],
        to: To,
        at: datetime,
    ) -> None:
        number = f"{self._id[:4]}A{self._storage.count_on('acknowledgment'):07}"
        batch = Batch(reference, source, replace(receiver, entity="41"), number, at)
        body = self._outgoing.to(
            self._id, to.receiver, at, acknowledged(batch, judged), group_sender=source.id
        )
        members = frozenset(_member(one.claim) for one in judged)
        self._outgoing.file(replace(to, members=members), "277CA", at, body)


def _member(claim: ClaimReceived) -> str:
    return claim.subscriber.member_id
