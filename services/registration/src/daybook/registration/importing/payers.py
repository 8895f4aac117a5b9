"""Which payer a coverage means, of those practice lists."""

from collections.abc import Collection, Mapping
from uuid import NAMESPACE_URL, UUID, uuid5

from daybook.fhir.payers import PayerName
from daybook.registration.queries import Queries, payer_name
from daybook.runtime.clock import World

PATIENCE = 30.0
PAUSE = 0.1


class PayerNames:
    """Finds payers by the names exporters have for them, or by what they are called.

    One that practice listed a moment ago may still be on its way here, so it is waited for, all in
    all 30 seconds a job. With `assume` a payer nobody lists is taken for one that practice will.
    """

    def __init__(self, queries: Queries, world: World, tenant: UUID, *, assume: bool) -> None:
        self._queries, self._world, self._tenant = queries, world, tenant
        self._assume = assume
        self._patience = PATIENCE
        self._missed: set[PayerName] = set()

    async def find(self, wanted: Collection[PayerName]) -> Mapping[PayerName, UUID]:
        """The payers there are."""
        while True:
            listed = await self._queries.payers_by_name(self._tenant)
            found = {one: id for one in wanted if (id := _listed(one, listed)) is not None}
            late = set(wanted) - found.keys() - self._missed
            if self._assume:
                return found | {one: _assumed(one) for one in wanted if one not in found}
            if not late or self._patience <= 0:
                self._missed |= late
                return found
            await self._world.sleep(PAUSE)
            self._patience -= PAUSE


def _listed(one: PayerName, listed: Mapping[str, UUID]) -> UUID | None:
    names = (*one.keys, *([payer_name(one.display)] if one.display else []))
    return next((listed[name] for name in names if name in listed), None)


def _assumed(one: PayerName) -> UUID:
    return uuid5(NAMESPACE_URL, payer_name(one.display) or one.keys[0])
