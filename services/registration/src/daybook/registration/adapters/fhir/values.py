"""FHIR datatypes into the values of registration's events."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from pydantic import ValidationError

from daybook.events.event import Value
from daybook.events.values import (
    Address,
    HumanName,
    Identifier,
    NameUse,
    Period,
    Sex,
    Telecom,
    TelecomKind,
)
from daybook.fhir.datatypes import Contact, Name, Number, PostalAddress
from daybook.fhir.dates import Days
from daybook.fhir.elements import text
from daybook.fhir.resource import Body, Fault

V = TypeVar("V", bound=Value)

_NAME_USES = {
    "official": NameUse.LEGAL,
    "usual": NameUse.PREFERRED,
    "nickname": NameUse.PREFERRED,
    "maiden": NameUse.PREVIOUS,
    "old": NameUse.PREVIOUS,
    "temp": NameUse.TEMPORARY,
    "anonymous": NameUse.TEMPORARY,
}


def built(model: type[V], where: str, **parts: object) -> V:
    """The value. Raises Fault naming the element, where a part is longer than there is room for."""
    try:
        return model(**parts)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Fault(where, f"cannot be taken: {place} {first['msg'].lower()}".strip()) from None


def period(days: Days) -> Period | None:
    return Period(start=days.start, end=days.end) if days.start or days.end else None


def human_names(names: Sequence[Name], where: str) -> tuple[HumanName, ...]:
    """All names, at least one of them legal unless the only ones are temporary.

    Where none is official, the usual one is the legal name, else the first without a use: that is
    what exporters write who know only one name.
    """
    uses = [_NAME_USES.get(name.use or "") for name in names]
    if NameUse.LEGAL not in uses:
        usual = next((i for i, name in enumerate(names) if name.use == "usual"), None)
        open_ = next((i for i, use in enumerate(uses) if use is None and not _over(names[i])), None)
        unsaid = next((i for i, use in enumerate(uses) if use is None), None)
        legal = next((i for i in (usual, open_, unsaid) if i is not None), None)
        if legal is not None:
            uses[legal] = NameUse.LEGAL
    return tuple(
        human_name(name, where, use or (NameUse.PREVIOUS if _over(name) else NameUse.PREFERRED))
        for name, use in zip(names, uses, strict=True)
    )


def human_name(name: Name, where: str, use: NameUse = NameUse.LEGAL) -> HumanName:
    return built(
        HumanName,
        f"{where}.{name.where}",
        use=use,
        family=name.family,
        given=name.given,
        prefix=name.prefix,
        suffix=name.suffix,
        period=period(name.period),
    )


def address(found: PostalAddress, where: str) -> Address:
    lines = found.lines
    return built(
        Address,
        f"{where}.{found.where}",
        use=found.use or "home",
        lines=(*lines[:3], ", ".join(lines[3:])) if len(lines) > 4 else lines,
        city=found.city,
        state=found.state,
        postal_code=found.postal_code,
        country=found.country,
        period=period(found.period),
    )


def telecoms(found: Iterable[Contact], where: str) -> tuple[Telecom, ...]:
    """Each number and address once. That they are known is no consent to contact."""
    unique = {(contact.kind, contact.value): contact for contact in reversed(tuple(found))}
    return tuple(
        built(
            Telecom,
            f"{where}.{contact.where}",
            kind=TelecomKind(contact.kind),
            value=contact.value,
            use=contact.use,
        )
        for contact in reversed(unique.values())
    )


def identifier(number: Number, where: str) -> Identifier:
    """An identifier without a system is kept under "unknown": the value is still searched for."""
    return built(
        Identifier,
        f"{where}.{number.where}",
        system=number.system or "unknown",
        value=number.value,
        type=number.type,
        period=period(number.period),
    )


def sex(body: Body) -> Sex:
    """Administrative sex; an unknown code says nothing."""
    said = (text(body.get("gender")) or "").lower()
    return Sex(said) if said in {"female", "male", "other"} else Sex.UNKNOWN


def _over(name: Name) -> bool:
    return name.period.end is not None
