"""Lists in pages. A cursor holds the last row's sort values, a name perhaps, so it is sealed.

It is sealed under the practice's key for this route, and opens for nobody else and nowhere else.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import to_json

from daybook.runtime.edge.auth import caller_of
from daybook.runtime.edge.parts import parts_of
from daybook.runtime.edge.problems import Answered
from daybook.runtime.edge.routes import template_of

T = TypeVar("T")
R = TypeVar("R")

MOST = 200
USUAL = 50
LONGEST_CURSOR = 4096
SEALED = "AbWq3nT0x1k5v9Zc7uY2mEoRsPfGhJtLdQ"
"""What a cursor looks like; it opens nothing."""
ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}

Limit = Annotated[int, Field(ge=1, le=MOST, description="How many at most")]
Cursor = Annotated[
    str | None,
    Field(
        max_length=LONGEST_CURSOR,
        description="`next` of the page before; none for the first",
        examples=[SEALED],
    ),
]


class Page(BaseModel, Generic[T]):
    """A part of a list; `next` is the cursor of the part that follows, null at the end."""

    model_config = ConfigDict(frozen=True)

    items: tuple[T, ...]
    next: str | None = Field(default=None, examples=[SEALED])


class Search(BaseModel):
    """The fields of a search body that page; a search by personal fields is a POST with one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    limit: Limit = USUAL
    cursor: Cursor = None


class Pages:
    """The cursors of one route for one caller; a dependency of list routes."""

    def __init__(self, request: Request) -> None:
        self._tenant, self._keys = caller_of(request).tenant, parts_of(request).keys
        self._purpose = f"cursor {request.method} {template_of(request.scope)}".encode()

    async def open(
        self, cursor: str | None, shape: type[R], *, pointer: str = "/cursor"
    ) -> R | None:
        """The sort values of the row before this page, in `shape` (`tuple[str, UUID]`).

        None for the first page. Raises Answered (422, at `pointer`).
        """
        if cursor is None:
            return None
        text = await self._keys.open_token(self._tenant, self._purpose, cursor)
        try:
            return _adapter(shape).validate_json(text or b"")
        except ValidationError:
            detail = "is not a cursor of this list; take `next` of a page as it is, or leave it out"
            raise Answered(422, "cursor", detail, pointer=pointer) from None

    async def seal(self, last: object) -> str:
        """The cursor of the page that begins after the row with these sort values."""
        return await self._keys.seal_token(self._tenant, self._purpose, to_json(last))

    async def page(
        self, rows: Sequence[R], limit: int, item: Callable[[R], T], last: Callable[[R], object]
    ) -> Page[T]:
        """The page of `rows`, of which there must be one more than `limit` if there are more.

        `item` makes a row's answer, `last` its sort values, as `open` gives them back.
        """
        shown = rows[:limit]
        more = await self.seal(last(shown[-1])) if len(rows) > limit else None
        return Page(items=tuple(item(row) for row in shown), next=more)


def _adapter(shape: type[R]) -> TypeAdapter[R]:
    """Shapes are constants of the code, so they are few."""
    if shape not in ADAPTERS:
        ADAPTERS[shape] = TypeAdapter(shape)
    return ADAPTERS[shape]


async def pages(request: Request) -> Pages:
    """`Depends(pages)` gives the cursors of this route."""
    return Pages(request)


LimitQuery = Annotated[int, Query(ge=1, le=MOST, description="How many at most")]
CursorQuery = Annotated[
    str | None,
    Query(
        max_length=LONGEST_CURSOR,
        description="`next` of the page before; none for the first",
        examples=[SEALED],
    ),
]
