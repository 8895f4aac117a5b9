"""One reader in a process of its own, which the tests kill and pause; says what befalls it."""

import asyncio
import sys

from daybook.runtime.log import Fenced, Log, Spot
from daybook.runtime.log.kafka import KafkaLog
from daybook.runtime.log.postgres import PostgresLog


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


async def main(
    kind: str, address: str, generation: str, session: str, topic: str, group: str, member: str
) -> None:
    log: Log
    if kind == "kafka":
        log = KafkaLog(address, generation=int(generation), session=float(session))
    else:
        log = await PostgresLog(address, generation=int(generation), session=float(session)).open()
    reader = await log.reader(group, member, [topic])
    known: frozenset[Spot] = frozenset()
    try:
        while True:
            spots = await reader.assigned()
            if spots != known:
                say("holds", len(spots))
            await reader.seek(dict.fromkeys(spots - known, 0))
            known = spots
            found = await reader.poll(1000, 10)
            if found:
                say("given", sum(map(len, found.values())))
    except Fenced:
        say("refused", "Fenced")
        await log.close()


asyncio.run(main(*sys.argv[1:]))
