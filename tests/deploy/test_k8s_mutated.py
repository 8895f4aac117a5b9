"""Each check of the policy fails for what it is there for, and names it."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from .code import code
from .rendered import Docs, our_containers, pod, render
from .test_k8s import POLICY, invalid

Change = Callable[[Docs], Any]


def api(docs: Docs) -> Any:
    return docs.named("Deployment", "billing-api")


def worker(docs: Docs) -> Any:
    return docs.named("Deployment", "billing-worker")


def container(docs: Docs) -> Any:
    return pod(api(docs))["containers"][0]


def env(docs: Docs, name: str, **how: Any) -> None:
    container(docs)["env"].append({"name": name, **how})


def acls(docs: Docs) -> Any:
    return docs.named("KafkaUser", "billing")["spec"]["authorization"]["acls"]


def policy(docs: Docs) -> Any:
    return docs.named("NetworkPolicy", "daybook")["spec"]


def scaled(docs: Docs) -> Any:
    return docs.named("ScaledObject", "billing-worker")["spec"]


def rename(docs: Docs, kind: str, name: str) -> None:
    docs.named(kind, name)["metadata"]["name"] = "other"


def put(where: Any, name: Any, value: Any) -> None:
    where[name] = value


ROLE = {"name": "daybook_root", "login": True, "superuser": True}
POD = {"podSelector": {"matchLabels": {"app.kubernetes.io/part-of": "daybook"}}}

MUTATED: dict[str, Change] = {
    "billing has no Deployment billing-api": lambda d: rename(d, "Deployment", "billing-api"),
    "billing has no PodDisruptionBudget billing-worker": lambda d: rename(
        d, "PodDisruptionBudget", "billing-worker"
    ),
    "billing has no migration": lambda d: rename(d, "Job", "billing-migrate-development"),
    "is of no service": lambda d: put(
        api(d)["metadata"]["labels"], "app.kubernetes.io/name", "payroll"
    ),
    "nobody plays api for billing": lambda d: put(container(d)["args"], 4, "relay"),
    "plays apj, which is no role": lambda d: put(container(d)["args"], 4, "api,apj"),
    "gives serve the option --hots": lambda d: put(container(d)["args"], 5, "--hots"),
    "runs another service than its own": lambda d: put(container(d)["args"], 2, "ehr"),
    "gives its pods no name": lambda d: pod(worker(d))["containers"][0]["args"].pop(),
    "does not wait for its migration": lambda d: pod(api(d))["initContainers"][0]["args"].pop(2),
    "asks /billing/health, which is not there": lambda d: put(
        container(d)["livenessProbe"]["httpGet"], "path", "/billing/health"
    ),
    "readinessProbe asks another port": lambda d: put(
        container(d)["ports"][0], "containerPort", 80
    ),
    "settings have DAYBOOK_KAFKAS": lambda d: put(d.settings_doc, "DAYBOOK_KAFKAS", "kafka:9092"),
    "settings lack DAYBOOK_JWKS": lambda d: d.settings_doc.pop("DAYBOOK_JWKS"),
    "has DAYBOOK_DEBUG, which the code does not read": lambda d: env(
        d, "DAYBOOK_DEBUG", valueFrom={}
    ),
    "says DAYBOOK_POSTGRES_PASSWORD_APP in the open": lambda d: env(
        d, "DAYBOOK_POSTGRES_PASSWORD_APP", value="secret"
    ),
    "has the password of the owner": lambda d: env(
        d, "DAYBOOK_POSTGRES_PASSWORD_OWNER", valueFrom={}
    ),
    "does not belong into the files": lambda d: put(
        d.named("PodDisruptionBudget", "billing-api"), "kind", "Secret"
    ),
    "settings say DAYBOOK_POSTGRES to everybody": lambda d: put(
        d.settings_doc, "DAYBOOK_POSTGRES", "postgresql://me:secret@postgres:5432/{database}"
    ),
    "may run as root": lambda d: put(pod(api(d))["securityContext"], "runAsNonRoot", False),
    "may write to its image": lambda d: container(d)["securityContext"].pop(
        "readOnlyRootFilesystem"
    ),
    "may gain rights": lambda d: our_containers(api(d))[0]["securityContext"].pop(
        "allowPrivilegeEscalation"
    ),
    "keeps capabilities": lambda d: container(d)["securityContext"].pop("capabilities"),
    "may talk to the cluster": lambda d: pod(api(d)).pop("automountServiceAccountToken"),
    "asks for no resources": lambda d: container(d)["resources"]["requests"].pop("memory"),
    "may take all memory": lambda d: container(d)["resources"].pop("limits"),
    "which is another image every day": lambda d: put(container(d), "image", "daybook/billing"),
    "is stopped while proxies still send": lambda d: container(d).pop("lifecycle"),
    "is killed before it has handed over": lambda d: put(
        pod(api(d)), "terminationGracePeriodSeconds", 10
    ),
    "is stopped before its successor": lambda d: api(d)["spec"].pop("strategy"),
    "Service billing-api selects no pods": lambda d: put(
        d.named("Service", "billing-api")["spec"]["selector"], "app.kubernetes.io/name", "ehr2"
    ),
    "there is no KafkaTopic registration.patient-g1": lambda d: rename(
        d, "KafkaTopic", "registration.patient-g1"
    ),
    "the catalogue knows no KafkaTopic other": lambda d: rename(d, "KafkaTopic", "ehr.problem-g1"),
    "has other partitions or replicas": lambda d: put(
        d.named("KafkaTopic", "registration.patient-g1")["spec"], "partitions", 7
    ),
    "is set up in another way": lambda d: put(
        d.named("KafkaTopic", "registration.patient-g1")["spec"]["config"], "retention.ms", 1
    ),
    "lets everybody write everything": lambda d: d.named("Kafka", "kafka")["spec"]["kafka"].pop(
        "authorization"
    ),
    "which is not its own": lambda d: acls(d)[-1]["operations"].append("Write"),
    "billing may not read": lambda d: acls(d).pop(),
    "billing may read payroll.": lambda d: acls(d).append(
        {
            "resource": {"type": "topic", "name": "payroll.", "patternType": "prefix"},
            "operations": ["Read"],
        }
    ),
    "billing may be in the groups": lambda d: put(acls(d)[1]["resource"], "name", "ehr."),
    "there is no Database daybook_billing": lambda d: put(
        d.named("Database", "billing")["spec"], "name", "daybook_bills"
    ),
    "daybook_root may do too much": lambda d: d.named("Cluster", "postgres")["spec"]["managed"][
        "roles"
    ].append(ROLE),
    "does not hold all our pods": lambda d: put(policy(d), "podSelector", {}),
    "is outside the NetworkPolicy": lambda d: api(d)["spec"]["template"]["metadata"]["labels"].pop(
        "app.kubernetes.io/part-of"
    ),
    "lets our pods talk to anybody": lambda d: policy(d)["egress"][1].pop("to"),
    "our pods may talk to each other": lambda d: policy(d)["egress"][1]["to"].append(POD),
    "closes the ports [9093]": lambda d: policy(d)["egress"].pop(2),
    "our pods are asked by anybody": lambda d: policy(d)["ingress"][0].pop("from"),
    "lets the last worker go": lambda d: put(scaled(d), "minReplicaCount", 0),
    "for whom there is no partition": lambda d: put(scaled(d), "maxReplicaCount", 100),
    "scales nobody, which is not there": lambda d: put(
        scaled(d)["scaleTargetRef"], "name", "nobody"
    ),
    "scales by another figure": lambda d: put(
        scaled(d)["triggers"][0]["metadata"], "valueLocation", "figures.parked_keys"
    ),
    "asks /billing/lag, which is not there": lambda d: put(
        scaled(d)["triggers"][0]["metadata"],
        "url",
        "http://billing-worker.daybook:8000/billing/lag",
    ),
    "the Ingress leads /billing to None": lambda d: d.named("Ingress", "daybook")["spec"]["rules"][
        0
    ]["http"]["paths"].pop(),
    "which is unknown": lambda d: put(
        d.named("Kafka", "kafka"), "apiVersion", "kafka.strimzi.io/v1beta2"
    ),
    "kafka.listners: Extra inputs": lambda d: put(
        d.named("Kafka", "kafka")["spec"]["kafka"], "listners", []
    ),
    "belongs to no Kafka": lambda d: d.named("KafkaUser", "billing")["metadata"].pop("labels"),
}


@pytest.fixture(scope="module")
def right() -> Docs:
    """An overlay as it is."""
    return render("dev")


@pytest.mark.parametrize("named", MUTATED)
def test_the_policy_names_the_fault(right: Docs, named: str) -> None:
    docs, says = deepcopy(right), code()
    MUTATED[named](docs)
    found = [fault for check in POLICY for fault in check(docs, says)]
    assert any(named in fault for fault in found), found


def test_kubernetes_refuses_a_field_it_does_not_know(right: Docs) -> None:
    docs = deepcopy(right)
    assert not invalid(api(docs))
    container(docs)["livenessprobe"] = {}
    assert invalid(api(docs))
