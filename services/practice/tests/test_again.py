"""What the practice said of itself is said again: mended, and followed by whoever reads it."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from daybook.events.event import Event
from daybook.practice.domain import location, organization, payer, plan, practitioner
from daybook.practice.domain.practitioner import AssignRole, RegisterPractitioner, Surroundings
from daybook.practice.service import SERVICE
from daybook.runtime.testing import Databases
from daybook.runtime.testing_services import served
from daybook.runtime.writing import Decision, NotFound, Refused, Take

ONE, TWO = UUID(int=1), UUID(int=2)
NPI, ANOTHER_NPI = "1234567893", "1245319599"
ADDRESS = {"transaction": "837P", "clearinghouse": "north", "payer_identifier": "BSH01"}


def after(module: Any, *decisions: Decision) -> Any:
    state = None
    for decision in decisions:
        for event in decision.events:
            state = module.evolve(state, event)
    return state


def said(decision: Decision) -> Event:
    (event,) = decision.events
    return event


def test_a_mended_npi_frees_the_wrong_one_and_the_roles_stay() -> None:
    command = RegisterPractitioner.model_validate({"name": {"family": "Okafor"}, "npi": NPI})
    there = Surroundings(organization=True, location=True, supervisor=True)
    role = AssignRole(role="physician", organization_id=TWO, location_id=TWO)
    first = practitioner.register(ONE, command)
    known = after(practitioner, first)
    known = after(practitioner, first, practitioner.assign_role(known, TWO, role, there))
    mended = command.model_copy(update={"npi": ANOTHER_NPI})
    decision = practitioner.register_again(known, mended)
    assert (decision.takes, decision.releases) == (
        (Take("npi", ANOTHER_NPI),),
        (Take("npi", NPI),),
    )
    assert practitioner.evolve(known, said(decision)).roles == known.roles
    assert practitioner.register_again(known, command) == Decision(())


def test_a_doubtful_npi_is_mended_and_was_never_held() -> None:
    command = RegisterPractitioner.model_validate({"name": {"family": "X"}, "npi": "1234567890"})
    known = after(practitioner, practitioner.register(ONE, command, imported=True))
    with pytest.raises(Refused):
        practitioner.register_again(known, command)
    decision = practitioner.register_again(known, command.model_copy(update={"npi": NPI}))
    assert (decision.takes, decision.releases) == ((Take("npi", NPI),), ())


def test_a_payer_with_one_more_address_is_known_by_its_names() -> None:
    known = after(payer, payer.list_payer(ONE, payer.ListPayer(name="Blue Sky"), ["urn:a"]))
    more = payer.ListPayer.model_validate({"name": "Blue  sky", "addresses": [ADDRESS]})
    decision = payer.list_again(known, more)
    assert (decision.takes, decision.releases) == ((), ())
    event = after(payer, decision).said
    assert (event.known_as, event.name, len(event.addresses)) == (("urn:a",), "Blue  sky", 1)


def test_a_plan_stays_its_payers() -> None:
    command = plan.ListPlan(payer_id=ONE, name="Gold")
    known = after(plan, plan.list_plan(TWO, command, True))
    assert after(plan, plan.list_again(known, command.model_copy(update={"kind": "CI"}))).said.kind
    with pytest.raises(Refused, match="stays its payer's"):
        plan.list_again(known, command.model_copy(update={"payer_id": TWO}))


def test_what_was_never_said_is_not_said_again() -> None:
    opened: Any = None
    for again in (
        lambda: organization.register_again(None, opened),
        lambda: location.open_again(None, opened, True),
        lambda: payer.list_again(None, opened),
        lambda: plan.list_again(None, opened),
        lambda: practitioner.register_again(None, opened),
    ):
        with pytest.raises(NotFound):
            again()


async def test_the_manager_mends_and_everybody_reads_it(databases: Databases) -> None:
    async with served(databases, SERVICE) as practice:

        async def asked(method: str, path: str, role: str = "manager", **more: Any) -> Any:
            return await practice.asked(method, f"/practice/{path}", role=role, **more)

        organization = {"name": "Lakeside", "group_npi": NPI}
        its = (await asked("POST", "organizations", json=organization)).json()["id"]
        place = {"name": "Main", "time_zone": "America/Chicago", "place_of_service": "11"}
        bodies: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
            "organizations": (
                {"name": "Lake"},
                {"name": "Lake", "tin": "123456789", "group_npi": ANOTHER_NPI},
            ),
            "locations": (
                {**place, "organization_id": its},
                {**place, "organization_id": its, "place_of_service": "22"},
            ),
            "practitioners": ({"name": {"family": "X"}}, {"name": {"family": "Xy"}}),
            "payers": ({"name": "Blue"}, {"name": "Blue", "addresses": [ADDRESS]}),
        }
        for kind, (first, mended) in bodies.items():
            made = (await asked("POST", kind, json=first)).json()["id"]
            path = f"{kind}/{made}"
            assert (await asked("PUT", path, "biller", json=mended)).status_code == 403
            assert (await asked("PUT", f"{kind}/{uuid4()}", json=mended)).status_code == 404
            stale = await asked("PUT", path, json=mended, headers={"If-Match": '"9"'})
            assert stale.status_code == 412
            answer = await asked("PUT", path, json=mended, headers={"If-Match": '"1"'})
            assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"'), answer.text
            found = (await asked("GET", path, "biller", at=[answer.json()["at"]])).json()
            assert found["version"] == 2
            assert {**found, **mended} == found or kind == "practitioners"
        clash = await asked("PUT", f"organizations/{its}", json={**organization, "name": "L"})
        assert clash.status_code == 200
        taken = {"name": "L", "group_npi": ANOTHER_NPI}
        refused = await asked("PUT", f"organizations/{its}", json=taken)
        assert (refused.status_code, refused.json()["code"]) == (409, "npi-taken")
        assert refused.json()["errors"][0]["pointer"] == "/group_npi"
