"""Letting go of Kafka's clients, which wait for a broker that is gone for as long as they may."""

import asyncio
from collections.abc import Sequence
from itertools import chain
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError, ProducerClosed

UNREACHABLE = (KafkaError, OSError, TimeoutError)

_STOP = 5.0
_HURRY = 1.0


async def stop_producer(kafka: AIOKafkaProducer, *, failed: bool) -> None:
    """Stops a producer; one that failed does not try again to send what it still has."""
    if failed:
        _give_up(kafka._message_accumulator)
    stopping = asyncio.create_task(kafka.stop())
    if not await done(stopping, _HURRY if failed else _STOP):
        await _let_go(kafka.client, [stopping, kafka._sender.sender_task])


async def stop_consumer(kafka: AIOKafkaConsumer, *, leave: bool = False) -> None:
    """Stops a consumer. A static member stays in its group unless it is told to leave."""
    coordinator, fetcher = kafka._coordinator, kafka._fetcher
    if leave and coordinator is not None:
        # Only as a member without an instance id does aiokafka send LeaveGroup; the broker goes
        # by the member id, which is the same either way.
        coordinator._group_instance_id = None
    stopping = asyncio.create_task(kafka.stop())
    if await done(stopping, _STOP):
        return
    tasks: list[asyncio.Task[Any] | None] = [stopping]
    if coordinator is not None:
        names = ("_coordination_task", "_heartbeat_task", "_commit_refresh_task")
        tasks += [getattr(coordinator, name, None) for name in names]
    if fetcher is not None:
        tasks += [fetcher._fetch_task, *fetcher._pending_tasks]
    await _let_go(kafka._client, tasks)


def _give_up(unsent: Any) -> None:
    """Fails what a producer still has, whose senders have heard of the failure by other means."""
    batches = [*unsent._pending_batches, *chain.from_iterable(unsent._batches.values())]
    unsent.fail_all(ProducerClosed())
    for batch in batches:
        if not batch.future.cancelled():
            batch.future.exception()  # or asyncio complains that nobody retrieved it


async def _let_go(client: Any, tasks: Sequence["asyncio.Task[Any] | None"]) -> None:
    rest = [task for task in tasks if task is not None]
    for task in rest:
        task.cancel()
    await done(asyncio.create_task(client.close()), 1)
    for task in rest:
        await done(task, 1)


async def done(task: "asyncio.Task[None]", seconds: float) -> bool:
    """Whether the task ended in time; what it raised does not matter any more."""
    ended, _ = await asyncio.wait({task}, timeout=seconds)
    if ended and not task.cancelled():
        task.exception()
    return bool(ended)
