"""Which log a process uses."""

from daybook.runtime.clock import REAL, World
from daybook.runtime.log import Log
from daybook.runtime.log.kafka import KafkaLog
from daybook.runtime.log.postgres import PostgresLog
from daybook.runtime.settings import Settings


async def open_log(settings: Settings, world: World = REAL) -> Log:
    """Kafka where the settings name a broker, else the embedded log. Raises LogError.

    To be closed in the loop it was opened in. It connects when it is first used.
    """
    if settings.kafka:
        return KafkaLog(
            settings.kafka,
            tls=settings.kafka_tls,
            generation=settings.generation,
            partitions=settings.partitions,
            replication=settings.replication,
            world=world,
        )
    return await PostgresLog(
        settings.dsn("log", "machine"),
        generation=settings.generation,
        partitions=settings.partitions,
        world=world,
    ).open()
