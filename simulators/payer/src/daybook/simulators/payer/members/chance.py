"""Chance that is always the same: numbers from a seed and words."""

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

Choice = TypeVar("Choice")


def number(below: int, seed: int, *words: object) -> int:
    """A number from 0 to `below` - 1; the same seed and words always give the same one."""
    text = "\x1f".join(str(one) for one in (seed, *words))
    return int.from_bytes(sha256(text.encode()).digest()[:8]) % below


def choice(among: Sequence[Choice], seed: int, *words: object) -> Choice:
    """One of several."""
    return among[number(len(among), seed, *words)]


def digits(count: int, seed: int, *words: object) -> str:
    """So many digits, the first not 0."""
    least = 10 ** (count - 1)
    return str(least + number(9 * least, seed, *words))
