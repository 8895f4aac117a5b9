"""The shapes of the operators' resources, as far as we use them; anything else is a fault.

Strimzi kafka.strimzi.io/v1, CloudNativePG postgresql.cnpg.io/v1, KEDA keda.sh/v1alpha1: their
schemas come with the operators, so that kubernetes-validate does not know them.
"""

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .code import Code
from .rendered import Docs, title


class Shape(BaseModel):
    """Closed: a field that is not here is misspelt, or unknown to us."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Named(Shape):
    name: str


class Resources(Shape):
    requests: dict[Literal["cpu", "memory"], str]
    limits: dict[Literal["cpu", "memory"], str]


class Tls(Shape):
    type: Literal["tls"]


class Listener(Shape):
    name: str = Field(pattern="^[a-z0-9]{1,11}$")
    port: int = Field(ge=9092)
    type: Literal["internal"]
    tls: Literal[True]
    authentication: Tls
    networkPolicyPeers: list[dict[str, Any]]


class Simple(Shape):
    type: Literal["simple"]


class Rack(Shape):
    topologyKey: str


class Brokers(Shape):
    version: str
    listeners: list[Listener]
    authorization: Simple
    config: dict[str, str | int | bool]
    rack: Rack | None = None


class Operators(Shape):
    topicOperator: dict[str, Any]
    userOperator: dict[str, Any]


class Kafka(Shape):
    kafka: Brokers
    entityOperator: Operators


class Volume(Shape):
    id: int
    type: Literal["persistent-claim"]
    size: str
    deleteClaim: Literal[False]
    kraftMetadata: Literal["shared"]


class Storage(Shape):
    type: Literal["jbod"]
    volumes: list[Volume]


class KafkaNodePool(Shape):
    replicas: int = Field(ge=1)
    roles: list[Literal["controller", "broker"]]
    storage: Storage
    resources: Resources


class KafkaTopic(Shape):
    partitions: int = Field(ge=1)
    replicas: int = Field(ge=1)
    config: dict[str, str | int]


class Resource(Shape):
    type: Literal["topic", "group"]
    name: str
    patternType: Literal["literal", "prefix"]


class Acl(Shape):
    resource: Resource
    operations: list[Literal["Create", "Describe", "Read", "Write"]]


class Acls(Shape):
    type: Literal["simple"]
    acls: list[Acl]


class KafkaUser(Shape):
    authentication: Tls
    authorization: Acls


class DatabaseRole(Shape):
    name: str
    login: Literal[True]
    passwordSecret: Named


class Synchronous(Shape):
    method: Literal["any", "first"]
    number: int = Field(ge=1)


class Postgresql(Shape):
    parameters: dict[str, str]
    synchronous: Synchronous | None = None


class Managed(Shape):
    roles: list[DatabaseRole]


class Size(Shape):
    size: str


class Cluster(Shape):
    instances: int = Field(ge=1)
    imageName: str
    storage: Size
    postgresql: Postgresql
    managed: Managed
    resources: Resources


class Database(Shape):
    name: str
    owner: str
    cluster: Named


class Metric(Shape):
    url: str
    valueLocation: str
    targetValue: str
    aggregateFromKubeServiceEndpoints: Literal["true"]
    aggregationType: Literal["sum"]


class Trigger(Shape):
    type: Literal["metrics-api"]
    metadata: Metric


class ScaledObject(Shape):
    scaleTargetRef: Named
    minReplicaCount: int
    maxReplicaCount: int
    triggers: list[Trigger]


STRIMZI, CNPG, KEDA = "kafka.strimzi.io/v1", "postgresql.cnpg.io/v1", "keda.sh/v1alpha1"
SHAPES: dict[tuple[str, str], type[Shape]] = {
    (STRIMZI, "Kafka"): Kafka,
    (STRIMZI, "KafkaNodePool"): KafkaNodePool,
    (STRIMZI, "KafkaTopic"): KafkaTopic,
    (STRIMZI, "KafkaUser"): KafkaUser,
    (CNPG, "Cluster"): Cluster,
    (CNPG, "Database"): Database,
    (KEDA, "ScaledObject"): ScaledObject,
}
OPERATED = {version for version, _ in SHAPES}
GROUPS = {version.partition("/")[0] for version in OPERATED}


def operators_understand(docs: Docs, code: Code) -> Iterator[str]:
    """Each resource of an operator has the shape of its version, and its cluster's label."""
    for doc in docs.all:
        if doc["apiVersion"].partition("/")[0] not in GROUPS:
            continue
        shape = SHAPES.get((doc["apiVersion"], doc["kind"]))
        if shape is None:
            yield f"{title(doc)} is of {doc['apiVersion']}, which is unknown"
            continue
        try:
            shape.model_validate(doc["spec"])
        except ValidationError as error:
            for one in error.errors():
                yield f"{title(doc)}: {'.'.join(map(str, one['loc']))}: {one['msg']}"
        belongs = doc["metadata"].get("labels", {}).get("strimzi.io/cluster")
        if doc["kind"] in ("KafkaNodePool", "KafkaTopic", "KafkaUser") and belongs != "kafka":
            yield f"{title(doc)} belongs to no Kafka"
