"""Any event of the catalogue as hypothesis makes it up from the model itself, every field of it.

A field that is added is tried from the day it is added. For orders of events see `testing`.
Only tests import this; hypothesis is no dependency of the contract.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin
from uuid import UUID

from annotated_types import Ge, Le, MaxLen, MinLen
from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

from daybook.events.registration import CoverageTerms, SubscriberRelationship
from daybook.events.values import HumanName, Period

M = TypeVar("M", bound=BaseModel)

DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))
INSTANTS = st.integers(0, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters=" ")
TEXTS = st.text(LETTERS, min_size=1, max_size=12).filter(lambda text: text == text.strip())
MOST = 3


@cache
def models(model: type[M], texts: st.SearchStrategy[str] = TEXTS) -> st.SearchStrategy[M]:
    """Instances of `model`; `texts` are what stands in every field of free text."""
    if model is Period:
        return st.tuples(st.none() | DAYS, st.none() | DAYS).map(_period)  # type: ignore[arg-type]
    fields = {
        name: _field(field, texts) for name, field in model.model_fields.items() if name != "wire"
    }
    if model is HumanName:
        fields["family"] = texts
    if model is CoverageTerms:
        return st.fixed_dictionaries(fields).map(_terms)  # type: ignore[arg-type]
    return st.builds(model, **fields)


def _period(days: tuple[date | None, date | None]) -> Period:
    one, other = days
    return Period(start=min(one, other), end=max(one, other)) if one and other else Period(end=one)


def _terms(said: dict[str, Any]) -> CoverageTerms:
    own = said["relationship"] == SubscriberRelationship.SELF
    someone = said["subscriber_id"] or said["payer_id"]
    return CoverageTerms(**{**said, "subscriber_id": None if own else someone})


def _field(field: FieldInfo, texts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return _of(field.annotation, field.metadata, texts)


def _of(kind: Any, limits: Iterable[Any], texts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    limits = list(limits)
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        more = [m for part in parts[1:] for m in getattr(part, "metadata", None) or [part]]
        return _of(parts[0], [*limits, *more], texts)
    if origin in (Union, UnionType):
        options = [_of(part, limits, texts) for part in parts if part is not NoneType]
        return st.one_of(st.none(), *options) if NoneType in parts else st.one_of(options)
    if origin is Literal:
        return st.sampled_from(parts)
    if origin is tuple:
        sizes = {type(limit): limit for limit in limits}
        least = sizes[MinLen].min_length if MinLen in sizes else 0
        most = min(MOST, sizes[MaxLen].max_length) if MaxLen in sizes else MOST
        item = _of(parts[0], (), texts)
        return st.lists(item, min_size=least, max_size=most).map(tuple)
    return _plain(kind, limits, texts)


def _plain(kind: Any, limits: list[Any], texts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    if kind is str:
        patterns = [found for limit in limits if (found := _pattern(limit))]
        return st.from_regex(patterns[0], fullmatch=True) if patterns else texts
    if kind is int:
        least = next((limit.ge for limit in limits if isinstance(limit, Ge)), None)
        most = next((limit.le for limit in limits if isinstance(limit, Le)), None)
        return st.integers(least, most)  # type: ignore[arg-type]
    if kind is bool:
        return st.booleans()
    if kind is UUID:
        return st.uuids()
    if kind is date:
        return DAYS
    if kind is AwareDatetime:
        return INSTANTS
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return st.sampled_from(list(kind))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return models(kind, texts)
    raise TypeError(f"say here how a {kind} is made up")


def _pattern(limit: Any) -> str | None:
    found: str | None = getattr(limit, "pattern", None)
    return found
