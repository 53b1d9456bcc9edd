"""What the pages need to tell where a value comes from: the customer at a moment, and its events in words."""

from collections.abc import Iterator
from datetime import datetime

from infra.demo.cast import Known
from infra.demo.door import Envelope
from infra.demo.run import Lived
from infra.pages.attributes import About
from tandem.customer import Customer
from tandem.events import EventType, parse_envelope
from tandem.events.times import read_time


def about(lived: Lived, customer: Customer, known: Known, now: datetime) -> About:
    """A customer's record at `now`, with the profile of a snapshot."""
    playbook = lived.house.draft.playbook
    return About(
        customer=customer,
        profile=known.profiles.get(customer.customer_id),
        header=known.header,
        playbook=playbook,
        now=now,
        told=dict(_told(lived, customer.customer_id)),
        names={product.id: product.name for product in playbook.products},
    )


def _told(lived: Lived, customer_id: str) -> Iterator[tuple[str, str]]:
    """The events as they were published, in words, by identity."""
    for envelope in lived.published:
        if envelope["customer_id"] == customer_id and (words := _words(envelope)):
            yield parse_envelope(envelope, read_time(envelope["received_at"], "received_at")).identity, words


def _words(envelope: Envelope) -> str:
    properties = envelope["properties"]
    match envelope["type"]:
        case EventType.ORDER_COMPLETED:
            return f"Order {properties['order_id']}"
        case EventType.ORDER_REFUNDED:
            what = "part of " if "total" in properties else ""
            return f"Refund of {what}order {properties['order_id']}"
        case EventType.PRODUCT_VIEWED:
            return f"Look at {properties['name']}"
        case _:
            return ""
