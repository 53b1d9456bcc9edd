"""What the customer's record is told of a click: the same words, at the same moment, as an event by the door."""

from collections.abc import Iterator, Sequence
from itertools import batched
from typing import Any, Final

from tandem.customer.consent import Word, said_at_text
from tandem.events import EventType, digest
from tandem.events.times import to_text

MOST_WORDS: Final = 20  # that an event may say of a channel


def news_of(customer_id: str, send_id: str, words: Sequence[Word]) -> Iterator[dict[str, Any]]:
    """The events' envelopes; one, unless very much was said at once. Told again they are the same events."""
    for number, said in enumerate(batched(words, MOST_WORDS, strict=False)):
        consents: dict[str, dict[str, bool]] = {}
        for word in said:
            consents.setdefault(word.channel.value, {})[word.purpose] = word.granted
        moment = said[0].said_at
        yield {
            "v": 1,
            "event_id": digest("unsubscribe", send_id, said_at_text(moment), str(number)),
            "type": EventType.CUSTOMER_IDENTIFIED.value,
            "customer_id": customer_id,
            "occurred_at": to_text(moment),
            "properties": {"consents": consents},
        }
