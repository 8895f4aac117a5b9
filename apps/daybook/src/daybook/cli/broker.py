"""The Kafka of `up --log kafka`: somebody else's, or one of our own that is looked after."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from socket import create_connection

from daybook.cli.environment import check_kafka
from daybook.cli.sorry import KAFKA, Sorry
from daybook.runtime.clock import REAL, World
from daybook.runtime.kafka_local import LocalKafka, LocalKafkaError
from daybook.runtime.supervise import Say

LOOK_SECONDS = 1.0
LONGEST_PAUSE = 30.0


@dataclass(frozen=True, slots=True)
class Broker:
    """A Kafka in use; `own` is None where DAYBOOK_KAFKA names somebody else's."""

    bootstrap: str
    say: Say
    own: LocalKafka | None = None

    async def watch(self, world: World = REAL) -> None:
        """Starts our own again whenever it dies, until cancelled."""
        pause = LOOK_SECONDS
        while self.own is not None:
            await world.sleep(pause)
            if self.own.alive():
                pause = LOOK_SECONDS
                continue
            self.say("Kafka stopped unexpectedly; starting it again.")
            try:
                await asyncio.to_thread(self.own.start)
            except LocalKafkaError as error:
                self.say(str(error))
                pause = min(pause * 2, LONGEST_PAUSE)


def _reached(servers: str) -> None:
    """Raises Sorry where none of the servers answers."""
    for server in servers.split(","):
        host, _, port = server.rpartition(":")
        with suppress(OSError, OverflowError), closing(create_connection((host, int(port)), 3)):
            return
    raise Sorry(
        f"No Kafka answers at {servers}: start it, or name another with DAYBOOK_KAFKA, or leave "
        "that out for one of our own.",
        KAFKA,
    )


@contextmanager
def broker(data: Path, say: Say) -> Iterator[Broker]:
    """The Kafka that DAYBOOK_KAFKA names, or one that runs until the block ends. Raises Sorry."""
    if given := os.environ.get("DAYBOOK_KAFKA"):
        _reached(check_kafka(given))
        yield Broker(given, say)
        return
    kafka = LocalKafka(data, say=say)
    try:
        kafka.start()
    except LocalKafkaError as error:
        raise Sorry(str(error), KAFKA) from None
    try:
        yield Broker(kafka.bootstrap, say, kafka)
    finally:
        kafka.stop()
