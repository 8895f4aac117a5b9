"""`daybook token`: a token of this machine's practice."""

from collections.abc import Collection
from pathlib import Path
from uuid import UUID

from daybook.cli.place import Place, writing
from daybook.cli.sorry import USAGE, Sorry

ROLES = ("front-desk", "nurse", "clinician", "biller", "manager")


def token(
    data: Path,
    roles: Collection[str],
    actor: str,
    hours: int,
    practitioner: UUID | None = None,
) -> str:
    """A token in `roles` for `actor`. Raises Sorry for a role nobody has, or no data."""
    for role in roles:
        if role not in ROLES:
            raise Sorry(f"There is no role {role!r}; there are {', '.join(ROLES)}.", USAGE)
    place = Place.at(data)
    with writing(place):
        if not place.began():
            raise Sorry(
                f"{data} holds no Daybook yet: start it once with `make run`, or name its data "
                "with --data.",
                USAGE,
            )
        return place.issuer().token(
            tenant=place.practice(),
            actor=actor,
            roles=roles,
            lifetime=hours * 3600,
            practitioner=practitioner,
        )
