"""Who works in a practice: each asks with a token of the role they have, and of no other."""

from collections.abc import Awaitable, Callable

from daybook.simulators.practice.asking import Apis

Tokens = Callable[[str, str | None], Awaitable[str]]
"""Gives the token of a role, and of a practitioner where one is named."""


class Staff:
    """The people of a practice; clinicians by the practitioner they are."""

    def __init__(self, apis: Apis, tokens: Tokens) -> None:
        self._apis, self._tokens = apis, tokens
        self._clinicians: dict[str, Apis] = {}

    async def come(self) -> None:
        """They come to work: afterwards each may be asked for."""
        self.desk = await self._in("front-desk")
        self.nurse = await self._in("nurse")
        self.biller = await self._in("biller")
        self.manager = await self._in("manager")

    async def clinician(self, practitioner_id: str) -> Apis:
        """The clinician who is this practitioner, and signs as such."""
        if practitioner_id not in self._clinicians:
            self._clinicians[practitioner_id] = await self._in("clinician", practitioner_id)
        return self._clinicians[practitioner_id]

    async def _in(self, role: str, practitioner_id: str | None = None) -> Apis:
        return self._apis.under(await self._tokens(role, practitioner_id))
