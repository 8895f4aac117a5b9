"""The rendered overlays are valid, and hold what the policy asks; `make k8s-check` runs this."""

from typing import Any

import kubernetes_validate
import pytest

from . import shapes, surroundings, workloads
from .code import Code, code
from .rendered import OVERLAYS, Docs, render, title

KUBERNETES = "1.34"
"""The version whose schemas the resources must have."""

POLICY = (
    workloads.every_service_is_there,
    workloads.commands_are_ours,
    workloads.probes_are_true,
    workloads.variables_are_read,
    workloads.secrets_are_references,
    workloads.containers_are_confined,
    workloads.pods_end_in_order,
    workloads.selectors_find,
    surroundings.topics_are_as_the_code_makes_them,
    surroundings.writers_are_owners,
    surroundings.databases_are_there,
    surroundings.network_is_closed,
    surroundings.scaling_follows_the_lag,
    surroundings.ingress_leads_to_every_service,
    shapes.operators_understand,
)


@pytest.fixture(scope="module", params=OVERLAYS)
def docs(request: pytest.FixtureRequest) -> Docs:
    """An overlay, rendered."""
    return render(request.param)


@pytest.fixture(scope="module")
def says() -> Code:
    """What the code says."""
    return code()


def invalid(doc: dict[str, Any]) -> list[str]:
    """What Kubernetes would refuse; the operators' resources are looked at by their shapes."""
    if doc["apiVersion"] in shapes.OPERATED:
        return []
    try:
        kubernetes_validate.validate(doc, KUBERNETES, strict=True)
    except kubernetes_validate.ValidationError as error:
        return [f"{title(doc)}: {error.message}"]
    return []


@pytest.mark.parametrize("check", POLICY, ids=lambda check: check.__name__)
def test_the_policy_holds(docs: Docs, says: Code, check: Any) -> None:
    assert list(check(docs, says)) == []


def test_kubernetes_takes_it(docs: Docs) -> None:
    assert [fault for doc in docs.all for fault in invalid(doc)] == []


def test_nothing_of_the_template_is_left(docs: Docs) -> None:
    for word in ("SERVICE", "RELEASE", "LAG"):
        assert word not in str(docs.all), word
