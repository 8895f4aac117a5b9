"""Apache Kafka on one machine, without Docker: fetched with Maven, run on the machine's Java."""

from daybook.runtime.kafka_local.broker import LocalKafka
from daybook.runtime.kafka_local.errors import (
    FetchFailed,
    JavaMissing,
    KafkaDataForeign,
    KafkaDataInUse,
    KafkaDidNotStart,
    LocalKafkaError,
    MavenMissing,
    PortBusy,
)

__all__ = [
    "FetchFailed",
    "JavaMissing",
    "KafkaDataForeign",
    "KafkaDataInUse",
    "KafkaDidNotStart",
    "LocalKafka",
    "LocalKafkaError",
    "MavenMissing",
    "PortBusy",
]
