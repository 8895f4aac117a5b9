"""Finding patients: however they are typed, page by page, nothing personal in any address."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from daybook.registration.service import SERVICE
from daybook.runtime.testing import Databases
from daybook.runtime.testing_services import Served, served

from .desk import PATIENTS, problem, registered

SEARCH = f"{PATIENTS}/search"


@pytest.fixture
async def desk(databases: Databases) -> AsyncIterator[Served]:
    async with served(databases, SERVICE) as running:
        yield running


async def found(desk: Served, at: list[str], **search: Any) -> set[str]:
    answer = await desk.asked("POST", SEARCH, role="nurse", json=search, at=at)
    assert answer.status_code == 200, answer.text
    return {item["name"] for item in answer.json()["items"]}


async def test_patients_are_found_however_they_are_typed(desk: Served) -> None:
    phone = {"kind": "phone", "value": "+1 617-663-4997"}
    previous = {"use": "previous", "family": "Ek"}
    names = [{"family": "Smith-Lee", "given": ["Ann"]}, previous]
    made = [
        await registered(desk, "O'Brién", "María José", mrn="Ab-100", birth_date="1984-03-09"),
        await registered(desk, "Wałęsa", "Søren", birth_date="1984-03", telecoms=[phone]),
        await registered(desk, names=names),
        await registered(desk, "Bergström", "Anna", birth_date="1985"),
    ]
    at = [one["at"] for one in made]
    maria, soren, ann, anna = (
        "María José O'Brién",
        "Søren Wałęsa",
        "Ann Smith-Lee",
        "Anna Bergström",
    )
    asks: list[tuple[dict[str, Any], set[str]]] = [
        ({"name": "obrien"}, {maria}),
        ({"name": "O\u2019BRIEN"}, {maria}),
        ({"name": "jose brien"}, set()),
        ({"name": "mar obr"}, {maria}),
        ({"name": "walesa soren"}, {soren}),
        ({"name": "lee"}, {ann}),
        ({"name": "smith lee, ann"}, {ann}),
        ({"name": "ek"}, {ann}),
        ({"name": "an"}, {ann, anna}),
        ({"name": "bergstrom"}, {anna}),
        ({"birth_date": "1984"}, {maria, soren}),
        ({"birth_date": "1984-03-09"}, {maria}),
        ({"birth_date": "1984", "name": "s"}, {soren}),
        ({"mrn": "aB-1"}, {maria}),
        ({"mrn": "b-100"}, set()),
        ({"phone": "(617) 663"}, {soren}),
        ({"phone": "1-617-663-4997"}, {soren}),
        ({"phone": "617", "mrn": "ab"}, set()),
        ({"name": "%"}, set()),
        ({"name": "ann_"}, set()),
    ]
    for search, expected in asks:
        assert await found(desk, at, **search) == expected, search


async def test_a_corrected_name_is_found_and_a_wrong_one_is_forgotten(desk: Served) -> None:
    made = await registered(desk, "Bregstrom")
    change = {"demographics": {"names": [{"family": "Bergstrom", "given": ["Ann"]}]}}
    path = f"{PATIENTS}/{made['id']}"
    mended = await desk.asked("PATCH", path, role="manager", json=change)
    at = [mended.json()["at"]]
    assert await found(desk, at, name="bergstrom") == {"Ann Bergstrom"}
    assert await found(desk, at, name="bregstrom") == set()


@pytest.mark.parametrize(
    "search", [{}, {"name": "' -"}, {"phone": "none"}, {"name": "'", "phone": "-"}]
)
async def test_a_search_that_says_nothing_lists_nobody(desk: Served, search: Any) -> None:
    answer = await desk.asked("POST", SEARCH, role="nurse", json=search)
    assert problem(answer) == (422, "invalid", "")
    assert "at least one letter or digit" in answer.json()["errors"][0]["detail"]


async def test_a_long_list_comes_in_pages_by_name_each_patient_once(desk: Served) -> None:
    longest = "\u9f98" * 200  # three bytes each, and a cursor holds the name
    families = ["Berg", "berg", longest, "Åberg", "Zyxwvut-Qponml", "O'Brien", "Ek", "Ek"]
    made = [await registered(desk, family, "Xenia") for family in families]
    seen, cursors, cursor = [], [], None
    while True:
        search = {"name": "x", "limit": 3, **({"cursor": cursor} if cursor else {})}
        page = await desk.asked(
            "POST", SEARCH, role="nurse", json=search, at=[one["at"] for one in made]
        )
        assert page.status_code == 200, page.text
        assert "Zyxwvut" not in str(page.request.url)
        seen += [(item["name"], item["id"]) for item in page.json()["items"]]
        cursor = page.json()["next"]
        if cursor is None:
            break
        cursors.append(cursor)
    assert {id for _, id in seen} == {one["id"] for one in made}
    assert [name.split()[-1] for name, _ in seen] == [
        "Åberg", "Berg", "berg", "Ek", "Ek", "O'Brien", "Zyxwvut-Qponml", longest
    ]  # fmt: skip
    assert len(cursors) == 2
    for cursor in cursors:
        assert "ek" not in cursor.lower().split(".")
        changed = f"{cursor[:-2]}{'A' if cursor[-2] != 'A' else 'B'}{cursor[-1]}"
        for wrong, tenant in ((changed, desk.tenant), (cursor, uuid4())):
            answer = await desk.asked(
                "POST", SEARCH, role="nurse", json={"name": "x", "cursor": wrong}, tenant=tenant
            )
            assert problem(answer) == (422, "cursor", "/cursor")


async def test_the_longest_names_there_can_be_are_taken_and_found(desk: Served) -> None:
    """What does not fit into an index would park the patient after the desk was told 201."""
    wide = "".join(chr(0x4E00 + 37 * n % 20000) for n in range(200))
    spread = "".join(chr(0x3300 + n % 88) for n in range(200))  # each folds to several letters
    made = [
        await registered(desk, wide, *[wide[n:] + wide[:n] for n in range(10)]),
        await registered(desk, spread),
    ]
    at = [one["at"] for one in made]
    assert len(await found(desk, at, name=wide)) == 1
    assert len(await found(desk, at, name=spread)) == 1
