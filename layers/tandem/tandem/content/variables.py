"""What a template may name. Absent is absent: a name that is not known is no variable, so that only a `default` helps.

`VARIABLES` is the whole list; `variables` fills it for one send.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from tandem.content.filters import read_by
from tandem.content.items import Items, present
from tandem.content.links import cart_url, order_url
from tandem.content.locale import Day, Formats
from tandem.content.model import Content
from tandem.content.plain import a_name, one_line, without_links
from tandem.customer import Send
from tandem.customer.effects import Scalar

VARIABLES: Final[Mapping[str, str]] = {
    "shop.name": "the shop's name",
    "shop.url": "its address on the web, without a slash at the end",
    "shop.postal_address": "its postal address",
    "customer.first_name": "absent where unknown: `{{ customer.first_name | default: 'there' }}`",
    "customer.tier": "low, medium, high or unknown",
    "lines": "what was bought or lies in the cart, at most twelve: name, quantity, url; price, image where known",
    "more_lines": "how many lines there are beyond those",
    "tips": "what to do with what was bought: name and tip, for products that have one in this language",
    "recommendations": "products that go with them, none of them: name, price, url, and tip where there is one",
    "order.id": "absent outside of orders",
    "order.url": "where the order is found in the shop; absent outside of orders",
    "order.total": "what was paid, as the customer writes it ($39.95); absent where unknown",
    "order.date": "the day of the order, in her time zone (`{{ order.date | date: 'short' }}`); absent where unknown",
    "cart.id": "absent outside of carts",
    "cart.url": "where the cart is found in the shop; absent outside of carts",
    "cart.total": "what lies in the cart; absent where unknown",
    "cart.date": "the day on which the cart was last changed, in her time zone; absent where unknown",
    "offer.code": "the code of the template's offer; absent without one",
    "offer.text": "what it gives; absent without one",
    "offer.until": "the last day on which it holds, in her time zone; absent where it has no end",
}
LONGEST_NAME: Final = 40
_LONGEST_ID: Final = 80
_LONGEST_VALUE: Final = 120
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOST_LINES: Final = 12


def variables(content: Content, send: Send, locale: str) -> dict[str, Any]:
    """The values of `VARIABLES` for one send, in the language of its template."""
    shop, brand, formats = content.shop, content.look, content.formats_of(locale, send.locale)
    items = Items(content, locale, formats)
    bought = items.known(line.product_id for line in send.lines[:_MOST_LINES])
    tips = [items.product(product) for product in bought]
    happened = _Happened(send, items)
    lines = [items.line(line, send.currency) for line in send.lines[:_MOST_LINES]]
    return {
        "shop": {
            "name": shop.name,
            "url": shop.url.rstrip("/"),
            "postal_address": brand.footer.postal_address,
        },
        "customer": {
            **_attributes(send.attributes, formats),
            **present(first_name=a_name(send.first_name, LONGEST_NAME), tier=send.tier),
        },
        "lines": [line for line in lines if "name" in line],  # nothing can be said of what has neither name nor id
        "more_lines": max(0, len(send.lines) - _MOST_LINES),
        "tips": [item for item in tips if "tip" in item],
        "recommendations": [items.product(each) for each in items.known(send.recommended) if each not in bought],
        "order": happened.named(send.order_id, order_url(shop, brand, send.order_id)) if send.order_id else {},
        "cart": happened.named(send.cart_id, cart_url(shop, brand, send.cart_id)) if send.cart_id else {},
        **read_by(formats, send.currency or shop.currency),
    }


def _attributes(values: Mapping[str, Scalar], formats: Formats) -> dict[str, Any]:
    """Those that are known: a day as her language writes it, a text on one line."""
    found = {name: _said(value, formats) for name, value in values.items()}
    return {name: value for name, value in found.items() if value != ""}


def _said(value: Scalar, formats: Formats) -> Any:
    if not isinstance(value, str):
        return value
    if _DAY.fullmatch(value):
        try:
            return Day(date.fromisoformat(value), formats)
        except ValueError:
            pass
    return one_line(without_links(value), _LONGEST_VALUE)


@dataclass(frozen=True, slots=True)
class _Happened:
    """The order, or the cart, that a send speaks of."""

    send: Send
    items: Items

    def named(self, identifier: str, url: str) -> dict[str, str | Day]:
        total = self.items.money(self.send.total_minor, self.send.currency) if self.send.total_minor is not None else ""
        found: dict[str, str | Day] = {**present(id=_named(identifier), url=url, total=total)}
        if self.send.happened_on:
            found["date"] = Day(date.fromisoformat(self.send.happened_on), self.items.formats)
        return found


def _named(identifier: str) -> str:
    """An id as it is said; one that cannot be seen, as addresses write it."""
    return one_line(identifier, _LONGEST_ID) or quote(identifier, safe="", errors="replace")[:_LONGEST_ID]
