"""Records as they arrive: opened in one go, each with the fault that kept it from being opened."""

from collections.abc import Sequence
from dataclasses import replace

from daybook.events.codec import CodecError, event_type, from_record
from daybook.events.envelope import Envelope, Recorded
from daybook.runtime.keys import Keys, Tampered, open_all
from daybook.runtime.log import Delivered
from daybook.runtime.reading.guarding import Arrival, Fault, Reason


async def arrive(keys: Keys, deliveries: Sequence[Delivered]) -> list[Arrival]:
    """Opens records; keys of a whole batch are fetched together. Never raises for a bad record."""
    told = [(one.spot.topic, one.record) for one in deliveries]
    known = keys.opened.get_many(told)
    arrivals = [
        _read(one) if (found := known.get(record)) is None else Arrival(one, found.envelope, found)
        for one, record in zip(deliveries, told, strict=True)
    ]
    closed = [
        (n, one.envelope, one.delivered.record.value)
        for n, one in enumerate(arrivals)
        if one.envelope and not one.recorded and not one.fault
    ]
    opened = await open_all(keys, [(envelope, value) for _, envelope, value in closed])
    for (n, _, _), one in zip(closed, opened, strict=True):
        arrivals[n] = _opened(arrivals[n], one)
        if isinstance(one, Recorded):
            keys.opened.put(told[n], one)
    return arrivals


def _read(delivered: Delivered) -> Arrival:
    """The envelope of a record, and whether the catalogue knows the event on this topic."""
    envelope: Envelope | None = None
    try:
        envelope = from_record(delivered.record)
        kind = event_type(envelope.type, envelope.schema_version)
        if kind.wire.topic != delivered.spot.topic:
            raise CodecError(f"{envelope.type} does not belong on {delivered.spot.topic}")
    except CodecError as error:
        return Arrival(delivered, envelope, fault=Fault(Reason(error.reason), str(error)))
    return Arrival(delivered, envelope)


def _opened(arrival: Arrival, opened: Recorded | CodecError | Tampered) -> Arrival:
    match opened:
        case Recorded():
            return replace(arrival, recorded=opened)
        case CodecError():
            return replace(arrival, fault=Fault(Reason(opened.reason), str(opened)))
        case Tampered():
            return replace(arrival, fault=Fault(Reason.CORRUPT, str(opened)))
