"""Dead-letter queues in SQS: sent back to the queue they came from, or archived from where they lie."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched
from typing import TYPE_CHECKING, Any, Final

from tandem.adapters.aws import calling
from tandem.archive import Delivery, Shelf, keep
from tandem.dead_letters import REDRIVEN, Brought, Letter

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

AT_ONCE: Final = 10
HELD_FOR: Final = 60  # seconds that a message is kept from others while we look at it


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """The queue, and what all that lies in one can have done. `wait`: seconds that an empty one is waited for."""

    client: "SQSClient"
    url: str
    wait: int = 0

    def receive(self) -> list[Letter]:
        """Up to ten."""
        with calling("sqs", "ReceiveMessage"):
            found = self.client.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=AT_ONCE,
                VisibilityTimeout=HELD_FOR,
                WaitTimeSeconds=self.wait,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
        return [_letter(message) for message in found.get("Messages", [])]

    def all(self) -> Iterator[list[Letter]]:
        """Batch by batch until the queue has no more to give."""
        while batch := self.receive():
            yield batch

    def release(self, letters: Sequence[Letter]) -> None:
        """Lets others see them again."""
        for chunk in batched(letters, AT_ONCE, strict=False):
            entries: Any = [
                {"Id": str(index), "ReceiptHandle": letter.handle, "VisibilityTimeout": 0}
                for index, letter in enumerate(chunk)
            ]
            with calling("sqs", "ChangeMessageVisibilityBatch"):
                self.client.change_message_visibility_batch(QueueUrl=self.url, Entries=entries)

    def delete(self, letter: Letter) -> None:
        """It is done with."""
        with calling("sqs", "DeleteMessage"):
            self.client.delete_message(QueueUrl=self.url, ReceiptHandle=letter.handle)


@dataclass(frozen=True, slots=True)
class ReturnedLetters:
    """Letters that go back to the queue `origin`: body and group as they were, attributes too but for the `dropped`.

    `counted`: each says how often it went back by itself. When a person sends it back, that begins anew.
    """

    queue: DeadLetters
    origin: str
    dropped: frozenset[str] = frozenset()
    counted: bool = False

    def receive(self) -> list[Letter]:
        """Up to ten."""
        return self.queue.receive()

    def release(self, letters: Sequence[Letter]) -> None:
        """Lets others see them again."""
        self.queue.release(letters)

    def mark(self, letter: Letter) -> str:
        """It comes back as another message, with the same body."""
        return letter.body

    def bring(self, letters: Sequence[Letter]) -> Brought:
        """Sends and deletes one by one."""
        for letter in letters:
            self._send(letter)
            self.queue.delete(letter)
        return Brought(refused=sum(bool(letter.reason) for letter in letters))

    def _send(self, letter: Letter) -> None:
        kept = {name: _value(held) for name, held in letter.attributes.items() if name not in {*self.dropped, REDRIVEN}}
        count = {REDRIVEN: {"DataType": "Number", "StringValue": str(letter.redriven + 1)}} if self.counted else {}
        attributes: Any = kept | count
        group: Any = {"MessageGroupId": letter.group} if letter.group else {}
        with calling("sqs", "SendMessage"):
            self.queue.client.send_message(
                QueueUrl=self.origin, MessageBody=letter.body, MessageAttributes=attributes, **group
            )


@dataclass(frozen=True, slots=True)
class ArchivedLetters:
    """Letters that are archived from where they lie, as the function `archive` does.

    Sent back to its queue each would be a new message there, whose age tells nobody how old its event is, and no
    `as_of` may pass what waits. Here it waits until its object is put.
    """

    queue: DeadLetters
    shelf: Shelf

    def receive(self) -> list[Letter]:
        """Up to ten."""
        return self.queue.receive()

    def release(self, letters: Sequence[Letter]) -> None:
        """Lets others see them again."""
        self.queue.release(letters)

    def mark(self, letter: Letter) -> str:
        """Nothing comes back as another message."""
        return letter.id

    def bring(self, letters: Sequence[Letter]) -> Brought:
        """One object an hour for all of them, then deletes those that are in it."""
        kept = keep([Delivery(letter.id, letter.body, letter.sent_at) for letter in letters], self.shelf)
        for letter in letters:
            if letter.id not in kept.failed:
                self.queue.delete(letter)
        return Brought([letter for letter in letters if letter.id in kept.failed], kept.refused)


def _value(held: Mapping[str, Any]) -> dict[str, Any]:
    return {name: held[name] for name in ("DataType", "StringValue", "BinaryValue") if held.get(name)}


def _letter(message: Any) -> Letter:
    system = message.get("Attributes", {})
    return Letter(
        id=message["MessageId"],
        handle=message["ReceiptHandle"],
        body=message["Body"],
        sent_at=datetime.fromtimestamp(int(system.get("SentTimestamp", 0)) / 1000, UTC),
        group=system.get("MessageGroupId", ""),
        attributes=message.get("MessageAttributes", {}),
    )
