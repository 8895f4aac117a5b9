"""`daybook token`: a token of this machine's practice."""

from collections.abc import Collection
from pathlib import Path

from daybook.cli.place import Place, Sorry

ROLES = ("front-desk", "nurse", "clinician", "biller", "manager")


def token(data: Path, roles: Collection[str], actor: str, hours: int) -> str:
    """A token in `roles` for `actor`. Raises Sorry for a role nobody has, or no data."""
    for role in roles:
        if role not in ROLES:
            raise Sorry(f"There is no role {role!r}; there are {', '.join(ROLES)}.", 2)
    place = Place(data.resolve())
    if not place.issuer_key.exists():
        raise Sorry(f"{data} holds no Daybook yet: start it once with `make run`.", 2)
    return place.issuer().token(
        tenant=place.practice(), actor=actor, roles=roles, lifetime=hours * 3600
    )
