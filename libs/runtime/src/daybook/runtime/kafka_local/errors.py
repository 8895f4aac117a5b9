"""What can go wrong with the local Kafka; each message is one sentence with a way out."""


class LocalKafkaError(Exception):
    """The local Kafka could not do what was asked."""


class JavaMissing(LocalKafkaError):
    """There is no Java that runs Kafka."""


class MavenMissing(LocalKafkaError):
    """There is no Maven to fetch Kafka with."""


class FetchFailed(LocalKafkaError):
    """Maven could not fetch Kafka."""


class KafkaDataInUse(LocalKafkaError):
    """Another process owns this data directory."""


class KafkaDataForeign(LocalKafkaError):
    """The directory holds something that is not Daybook's; nothing in it was touched."""


class PortBusy(LocalKafkaError):
    """Something else listens on the port that was asked for."""


class KafkaDidNotStart(LocalKafkaError):
    """The broker ended, or did not answer in time."""
