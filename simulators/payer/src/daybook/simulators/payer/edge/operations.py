"""What is done with an envelope, whichever way it came: the answer is an envelope too."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from daybook.simulators.payer.clearing.clearinghouse import (
    Clearinghouse,
    NoInterchange,
    NotOneTransaction,
)
from daybook.simulators.payer.clearing.outgoing import HTTP
from daybook.simulators.payer.edge.checking import check_sum, checked
from daybook.simulators.payer.edge.message import (
    ACKNOWLEDGMENTS,
    CONFIRMED,
    ERROR,
    NO_ACKNOWLEDGMENT,
    NO_RESULTS,
    RECEIPT,
    RESPONSES,
    RESULTS,
    SUCCESS,
    Credentials,
    EnvelopeError,
    Message,
    Operation,
)
from daybook.simulators.payer.faults import Kind, Occasion

Sleep = Callable[[float], Awaitable[None]]


class Down(Exception):
    """A fault says that nobody is there."""


class Operations:
    """`senders` are names and passwords; `sleep` is waited with where a fault makes us slow."""

    def __init__(self, house: Clearinghouse, senders: Mapping[str, str], sleep: Sleep) -> None:
        self._house, self.senders, self._sleep = house, senders, sleep

    async def answered(
        self, operation: Operation, message: Message, who: Credentials, version: str
    ) -> Message:
        """The answer; an envelope that is not processed is answered by its ErrorCode.

        Raises Down.
        """
        await self._trouble(message)
        self._house.catch_up()
        try:
            checked(operation, message, who, version, self.senders, self._house.id)
            return self._done(operation, message, version)
        except EnvelopeError as error:
            return replace(
                self._reply(message, version),
                payload_type=ERROR,
                error_code=error.code,
                error_message=error.sentence,
            )

    async def _trouble(self, message: Message) -> None:
        occasion = Occasion(message.sender_id, message.payload_id)
        slow = self._house.faults.happens(Kind.SLOW, occasion)
        if slow:
            await self._sleep(slow.seconds)
        if self._house.faults.happens(Kind.DOWN, occasion):
            raise Down

    def _done(self, operation: Operation, message: Message, version: str) -> Message:
        match operation:
            case Operation.REAL_TIME:
                return self._real_time(message, version)
            case Operation.SUBMIT:
                return self._submit(message, version)
            case Operation.ACKNOWLEDGMENT:
                kinds = ACKNOWLEDGMENTS[message.payload_type]
                return self._picked_up(message, version, kinds, NO_ACKNOWLEDGMENT)
            case Operation.RESULTS:
                kinds = RESULTS[message.payload_type]
                return self._picked_up(message, version, kinds, NO_RESULTS)
            case Operation.ACKNOWLEDGE:
                return self._acknowledged(message, version)

    def _real_time(self, message: Message, version: str) -> Message:
        with self._house.storage.transaction():
            self._is_new(message)
            try:
                said = self._house.real_time(
                    message.sender_id, message.payload_id, message.payload or b""
                )
            except NoInterchange:
                raise EnvelopeError("PayloadIllegal", "It holds no X12 interchange.") from None
            except NotOneTransaction:
                raise EnvelopeError(
                    "PayloadIllegal", "In real time it is one transaction that asks something."
                ) from None
        reply = self._reply(message, version)
        return replace(reply, payload_type=RESPONSES[said.kind], payload=said.body)

    def _submit(self, message: Message, version: str) -> Message:
        with self._house.storage.transaction():
            self._is_new(message)
            try:
                self._house.take_batch(
                    message.sender_id, message.payload_id, message.payload or b""
                )
            except NoInterchange:
                raise EnvelopeError("PayloadIllegal", "It holds no X12 interchange.") from None
        return replace(self._reply(message, version), payload_type=RECEIPT)

    def _is_new(self, message: Message) -> None:
        """A payload id is used once (vC2.2.0 4.4.2: unique to its sender)."""
        now = self._house.clock.now()
        if not self._house.storage.take_payload(message.sender_id, message.payload_id, now):
            raise EnvelopeError("PayloadIDIllegal", "PayloadID was used before; use each once.")

    def _picked_up(
        self, message: Message, version: str, kinds: tuple[str, ...], none: str
    ) -> Message:
        """By the PayloadID of a batch its answers, again and again; by another what waits."""
        storage, now, sender = self._house.storage, self._house.clock.now(), message.sender_id
        if storage.knows_payload(sender, message.payload_id):
            found = storage.answers_to(sender, kinds, message.payload_id, now)
        else:
            found = storage.waiting(sender, kinds, HTTP, now)[:1]
        reply = self._reply(message, version)
        if not found:
            return replace(reply, payload_type=none)
        storage.pick_up(found, now)
        body = b"".join(one.body for one in found)
        return replace(
            reply,
            payload_type=RESPONSES[found[0].kind],
            payload_id=found[0].payload_id,
            payload=body,
            payload_length=str(len(body)),
            check_sum=check_sum(body, version),
        )

    def _acknowledged(self, message: Message, version: str) -> Message:
        now = self._house.clock.now()
        payload = message.payload or b""
        self._house.outgoing.log(
            now, "provider to clearinghouse", message.sender_id, self._house.id, "999", payload
        )
        if not self._house.storage.acknowledge(message.sender_id, message.payload_id, now):
            raise EnvelopeError("PayloadIDIllegal", "Nothing was picked up under this PayloadID.")
        return replace(self._reply(message, version), payload_type=CONFIRMED)

    def _reply(self, message: Message, version: str) -> Message:
        return Message(
            processing_mode=message.processing_mode,
            payload_id=self._house.outgoing.payload_id(),
            time_stamp=f"{self._house.clock.now():%Y-%m-%dT%H:%M:%SZ}",
            sender_id=self._house.id,
            receiver_id=message.sender_id,
            rule_version=version,
            error_code=SUCCESS,
        )
