"""Sends to rehearse a template with: one with every variable, and ones with as little as there can be."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from tandem.content import Content
from tandem.customer import Channel, Send
from tandem.events import Line

_NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)


def samples(content: Content, template: str, locale: str) -> Iterator[tuple[Send, ...]]:
    """First the full send, then the sparse one after an order, then the sparse one for a cart; by every channel."""
    sparse = Send(
        id="5a" * 16,
        customer_id="sample",
        campaign="sample",
        template=template,
        channel=Channel.EMAIL,
        address="sample@example.com",
        locale=locale,
        playbook=content.number,
        tier="unknown",
        currency=content.shop.currency,
        not_before=_NOW,
        not_after=_NOW,
    )
    products = content.products[:3]
    full = replace(
        sparse,
        first_name="Ana",
        tier="medium",
        lines=tuple(Line(product.id, 2, product.name, 1250) for product in products) or (Line("1", 1, "One", 1250),),
        recommended=tuple(product.id for product in content.products[-3:]),
        total_minor=7500,
        order_id="1001",
        cart_id="c-1",
        happened_on="2026-01-01",
    )
    for send in (full, replace(sparse, order_id="1001"), replace(sparse, cart_id="c-1")):
        yield tuple(replace(send, channel=channel) for channel in Channel)
