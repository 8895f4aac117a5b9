"""What a member of a group holds, as its caller has come to know it."""

from collections.abc import Iterable, Mapping

from daybook.runtime.log import Spot


class Holding:
    """Partitions and positions of one reader. The group gives and drops, the caller looks.

    A partition that was dropped and given again while the caller was busy may have been read and
    checkpointed by another member in between. It therefore leaves and comes back as two changes
    that the caller sees one after the other, and has to be sought again.
    """

    def __init__(self) -> None:
        self._positions: dict[Spot, int | None] = {}
        self._missed: set[Spot] = set()
        self._coming: set[Spot] = set()
        self.unseen = False

    def look(self) -> frozenset[Spot]:
        """The partitions held now; the change, if there was one, counts as seen."""
        seen = frozenset(self._positions)
        self.unseen = bool(self._coming)
        self._positions.update(dict.fromkeys(self._coming))
        self._coming.clear()
        self._missed.clear()
        return seen

    def drop(self, spots: Iterable[Spot]) -> None:
        """These are another member's now."""
        for spot in spots:
            self._coming.discard(spot)
            if spot in self._positions:
                del self._positions[spot]
                self._missed.add(spot)
                self.unseen = True

    def drop_all(self) -> None:
        """Nothing is held any more."""
        self.drop(self.held())

    def give(self, spots: Iterable[Spot]) -> None:
        """These are this member's now, each to be sought before it is read."""
        for spot in spots:
            if spot in self._missed:
                self._coming.add(spot)
            elif spot not in self._positions:
                self._positions[spot] = None
                self.unseen = True

    def held(self) -> frozenset[Spot]:
        """Everything the group says is this member's, seen by the caller or not."""
        return frozenset(self._positions) | self._coming

    def seek(self, offsets: Mapping[Spot, int]) -> dict[Spot, int]:
        """Sets positions; of these, the ones that are (still) held."""
        kept = {spot: offset for spot, offset in offsets.items() if spot in self._positions}
        self._positions.update(kept)
        return kept

    def advance(self, spot: Spot, offset: int) -> None:
        """Everything before `offset` was handed to the caller."""
        if self._positions.get(spot) is not None:
            self._positions[spot] = offset

    def positions(self) -> dict[Spot, int]:
        """The next offset of each partition that was sought."""
        return {spot: at for spot, at in self._positions.items() if at is not None}
