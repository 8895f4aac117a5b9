"""The practice's read tables, as folds."""

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daybook.events.practice import PractitionerRegistered, PractitionerRoleAssigned
from daybook.events.testing import IDS, LIVES
from daybook.events.values import HumanName, Period
from daybook.practice.projections import Practitioners
from daybook.practice.service import SERVICE
from daybook.runtime.testing import Databases
from daybook.runtime.testing_folds import check_fold, check_grown, migrated, rows_after


@pytest.mark.parametrize("projection", SERVICE.projections, ids=lambda one: one.name)
@settings(deadline=None)
@given(data=st.data())
def test_rows_are_the_same_however_events_are_batched(projection: Any, data: st.DataObject) -> None:
    check_fold(projection, data.draw(LIVES[projection.topics[0]]))


@pytest.fixture(scope="module")
def machine(databases: Databases) -> str:
    return asyncio.run(migrated(databases, SERVICE))


@pytest.mark.parametrize("projection", SERVICE.projections, ids=lambda one: one.name)
@settings(deadline=None, max_examples=10)
@given(data=st.data())
def test_tables_grown_in_postgres_equal_the_fold(
    machine: str, projection: Any, data: st.DataObject
) -> None:
    asyncio.run(check_grown(machine, projection, data.draw(LIVES[projection.topics[0]])))


def test_a_role_said_again_takes_the_place_of_what_was_said() -> None:
    def a_role(n: int, role: str, period: Period) -> PractitionerRoleAssigned:
        return PractitionerRoleAssigned(
            practitioner_id=IDS[2],
            role_id=IDS[n],
            role=role,
            organization_id=IDS[3],
            location_id=IDS[4],
            period=period,
        )

    (row,) = rows_after(
        Practitioners(),
        [
            PractitionerRegistered(practitioner_id=IDS[2], name=HumanName(family="O'Brién")),
            a_role(0, "nurse", Period()),
            a_role(1, "nurse", Period()),
            a_role(0, "physician", Period()),
            PractitionerRegistered(practitioner_id=IDS[2], name=HumanName(family="O'Brien")),
        ],
    )
    assert [(role["role_id"], role["role"]) for role in row["roles"]] == [
        (str(IDS[1]), "nurse"),
        (str(IDS[0]), "physician"),
    ]
    assert (row["sort_name"], row["stream_version"]) == ("obrien", 5)
