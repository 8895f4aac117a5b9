"""The policy for what is around: the log, the databases, the network, how many there are."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from daybook.runtime.settings import ROLES

from .code import Code
from .rendered import COMPONENT, NAME, Docs, labels, title
from .workloads import target_of

OURS = {"app.kubernetes.io/part-of": "daybook"}
DNS = 53
LAG = "lag_events"
"""The figure of a worker's readyz that says how far it is behind."""


def topics_are_as_the_code_makes_them(docs: Docs, code: Code) -> Iterator[str]:
    """Each topic of a service, kept for ever, in the parts and copies that the settings say."""
    wanted = {topic for topics in code.topics.values() for topic in topics}
    found = docs.names("KafkaTopic")
    yield from (f"there is no KafkaTopic {topic}" for topic in sorted(wanted - found))
    unknown = sorted(found - wanted - code.catalogue)
    yield from (f"the catalogue knows no KafkaTopic {topic}" for topic in unknown)
    partitions, copies = (int(docs.settings[f"DAYBOOK_{n}"]) for n in ("PARTITIONS", "REPLICATION"))
    insync = {"min.insync.replicas": str(max(1, copies - 1))}
    for doc in docs.of("KafkaTopic"):
        spec = doc["spec"]
        if (spec["partitions"], spec["replicas"]) != (partitions, copies):
            yield f"{title(doc)} has other partitions or replicas than the settings say"
        said = {name: str(value) for name, value in spec["config"].items()}
        if said != {**code.topic_settings, **insync}:
            yield f"{title(doc)} is set up in another way than the code does it"


def writers_are_owners(docs: Docs, code: Code) -> Iterator[str]:
    """A service may write its own topics, read those it reads, and no more (decision 7)."""
    if docs.named("Kafka", "kafka")["spec"]["kafka"].get("authorization") != {"type": "simple"}:
        yield "Kafka lets everybody write everything"
    for service, reads in code.reads.items():
        user = docs.named("KafkaUser", service)
        acls = user["spec"]["authorization"]["acls"] if user else []
        may = [(acl["resource"], set(acl["operations"])) for acl in acls]
        for resource, operations in may:
            own = resource["type"] == "topic" and resource["name"].startswith(f"{service}.")
            if operations & {"Write", "Create", "All", "Alter", "Delete"} and not own:
                yield f"{service} may write {resource['name']}, which is not its own"
            needed = reads | (code.topics[service])
            if (
                resource["type"] == "topic"
                and not own
                and not any(_is(resource, t) for t in needed)
            ):
                yield f"{service} may read {resource['name']}, which it never does"
        for verb, topics in (("Read", reads), ("Write", code.topics[service])):
            for topic in sorted(topics):
                if not any(_is(r, topic) and {verb, "Describe"} <= ops for r, ops in may):
                    yield f"{service} may not {verb.lower()} {topic}"
        groups = [r["name"] for r, ops in may if r["type"] == "group" and "Read" in ops]
        if groups != [f"{service}."]:
            yield f"{service} may be in the groups {groups}, and must be in its own"


def _is(resource: dict[str, Any], topic: str) -> bool:
    if resource["type"] != "topic":
        return False
    if resource["patternType"] == "prefix":
        return topic.startswith(resource["name"])
    return bool(topic == resource["name"])


def databases_are_there(docs: Docs, code: Code) -> Iterator[str]:
    """A database for each service and one for the keys, and three roles without privileges."""
    found = {doc["spec"]["name"]: doc["spec"] for doc in docs.of("Database")}
    wanted = {f"daybook_{name}" for name in code.databases}
    yield from (f"there is no Database {name}" for name in sorted(wanted - set(found)))
    yield from (f"nobody uses Database {name}" for name in sorted(set(found) - wanted))
    for name, spec in found.items():
        if spec["owner"] != "daybook_owner":
            yield f"Database {name} belongs to {spec['owner']}"
    (cluster,) = docs.of("Cluster")
    roles = {role["name"]: role for role in cluster["spec"]["managed"]["roles"]}
    if set(roles) != {f"daybook_{role}" for role in ROLES}:
        yield "the database roles are others than the code uses"
    for name, role in roles.items():
        if role.get("superuser") or role.get("bypassrls") or not role.get("passwordSecret"):
            yield f"the database role {name} may do too much, or has no password"


def network_is_closed(docs: Docs, code: Code) -> Iterator[str]:
    """Ours talk to what the settings name, and to no other process of ours (the map's network)."""
    policy = docs.named("NetworkPolicy", "daybook")
    if not policy:
        yield "there is no NetworkPolicy daybook"
        return
    spec = policy["spec"]
    if spec["podSelector"] != {"matchLabels": OURS}:
        yield "the NetworkPolicy daybook does not hold all our pods"
    for doc in docs.of("Deployment", "Job"):
        if not OURS.items() <= doc["spec"]["template"]["metadata"]["labels"].items():
            yield f"{title(doc)} is outside the NetworkPolicy daybook"
    if set(spec["policyTypes"]) != {"Ingress", "Egress"}:
        yield "the NetworkPolicy daybook leaves a direction open"
    allowed: set[int] = set()
    for rule in spec["egress"]:
        ports = {port["port"] for port in rule.get("ports", [])}
        if not rule.get("to") or not ports:
            yield "the NetworkPolicy daybook lets our pods talk to anybody"
        allowed |= ports - {DNS}
        if any(_ours(peer) for peer in rule.get("to", [])):
            yield "our pods may talk to each other"
    if missing := sorted(_ports(docs.settings) - allowed):
        yield f"the NetworkPolicy daybook closes the ports {missing}, which the settings use"
    for rule in spec["ingress"]:
        if not rule.get("from") or any(_ours(peer) for peer in rule["from"]):
            yield "our pods are asked by anybody, or by each other"


def _ports(settings: Mapping[str, str]) -> set[int]:
    """The ports of what the settings name."""
    addresses = [settings.get(f"DAYBOOK_{name}", "") for name in ("POSTGRES", "JWKS")]
    addresses.append(f"kafka://{settings.get('DAYBOOK_KAFKA', '')}")
    addresses.append(settings.get("OTEL_EXPORTER_OTLP_ENDPOINT", ""))
    plain = (one.format(role="", password="", database="") for one in addresses)
    return {port for one in plain if (port := urlsplit(one).port)}


def _ours(peer: dict[str, Any]) -> bool:
    wanted = peer.get("podSelector", {}).get("matchLabels", {})
    return "podSelector" in peer and (not wanted or bool(set(wanted) & {*OURS, NAME, COMPONENT}))


def scaling_follows_the_lag(docs: Docs, code: Code) -> Iterator[str]:
    """At least one worker, at most as many as there are partitions, by their own figures."""
    for doc in docs.of("ScaledObject"):
        spec, service = doc["spec"], labels(doc)[NAME]
        if spec.get("minReplicaCount", 0) < 1:
            yield f"{title(doc)} lets the last worker go"
        if spec.get("maxReplicaCount", 100) > int(docs.settings["DAYBOOK_PARTITIONS"]):
            yield f"{title(doc)} starts workers for whom there is no partition"
        if not docs.named("Deployment", target_of(doc)):
            yield f"{title(doc)} scales {target_of(doc)}, which is not there"
        (trigger,) = spec["triggers"]
        asked = urlsplit(trigger["metadata"]["url"])
        if trigger["metadata"]["valueLocation"] != f"figures.{LAG}":
            yield f"{title(doc)} scales by another figure than the lag"
        worker, _, namespace = (asked.hostname or "").partition(".")
        if worker != f"{service}-worker" or not namespace or asked.port != code.port:
            yield f"{title(doc)} asks {asked.netloc}"
        if asked.path != f"/{service}/readyz" or asked.path not in code.paths[service]:
            yield f"{title(doc)} asks {asked.path}, which is not there"


def ingress_leads_to_every_service(docs: Docs, code: Code) -> Iterator[str]:
    """One origin: /<service>/ is answered by that service's api."""
    (doc,) = docs.of("Ingress")
    led = {
        path["path"]: path["backend"]["service"]["name"]
        for rule in doc["spec"]["rules"]
        for path in rule["http"]["paths"]
    }
    wanted = {f"/{service}": f"{service}-api" for service in code.paths}
    for path in sorted(set(wanted) | set(led)):
        if led.get(path) != wanted.get(path):
            yield f"the Ingress leads {path} to {led.get(path)}, not to {wanted.get(path)}"
