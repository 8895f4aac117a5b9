"""The small practice of the first start, written through the public APIs like everything else."""

from rich.console import Console

from daybook.cli.place import Place


async def seed(console: Console, place: Place, address: str) -> None:
    place.note_seeded()
