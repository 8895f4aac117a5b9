"""Small changes of a sample: each segment left out or doubled, each element left out or bad."""

from collections.abc import Iterator
from dataclasses import dataclass

from .sample_files import sample

_ENVELOPE = ("ISA", "GS", "ST", "SE", "GE", "IEA")


@dataclass(frozen=True, slots=True)
class Mutation:
    """`835-reversal.edi: without REF*TJ`, and the file; its SE counts right."""

    name: str
    data: bytes


def mutations(file: str) -> Iterator[Mutation]:
    """Those of one sample; a segment that was changed already by id and qualifier is not again."""
    lines = sample(file).decode().split("~\n")[:-1]
    changed: set[str] = set()
    for at, line in enumerate(lines):
        elements = line.split("*")
        if elements[0] in _ENVELOPE:
            continue
        key = "*".join(elements[:2])
        yield _made(f"{file}: without {key}", [*lines[:at], *lines[at + 1 :]])
        yield _made(f"{file}: {key} twice", [*lines[: at + 1], *lines[at:]])
        if key in changed:
            continue
        changed.add(key)
        for element in range(1, len(elements)):
            for what, value in (("no", ""), ("bad", "ZQ#")):
                if elements[element] != value:
                    other = [*elements[:element], value, *elements[element + 1 :]]
                    name = f"{file}: {what} {elements[0]}{element:02} of {key}"
                    yield _made(name, [*lines[:at], "*".join(other).rstrip("*"), *lines[at + 1 :]])


def _made(name: str, lines: list[str]) -> Mutation:
    ids = [line.split("*")[0] for line in lines]
    start, end = ids.index("ST"), ids.index("SE")
    counted = [*lines[:end], f"SE*{end - start + 1}*0001", *lines[end + 1 :]]
    return Mutation(name, ("~\n".join(counted) + "~\n").encode())
