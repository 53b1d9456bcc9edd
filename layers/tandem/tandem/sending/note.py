"""What an app or another tool is handed: words, and what they are about, as JSON."""

import json
from typing import Any, Final

from tandem.content import Note
from tandem.content.plain import one_line
from tandem.customer import Send
from tandem.events import Line
from tandem.events.times import to_text

_LONGEST_NAME: Final = 200


def note_text(send: Send, note: Note) -> str:
    """The document of a message by push or webhook. Money is in minor units; times are ISO 8601 in UTC."""
    document: dict[str, Any] = {
        "v": 1,
        "id": send.id,
        "customer_id": send.customer_id,
        "campaign": send.campaign,
        "variant": send.variant,
        "template": send.template,
        "locale": note.locale,
        "title": note.title,
        "text": note.text,
        "url": note.url,
        "not_after": to_text(send.not_after),
        "order_id": send.order_id,
        "cart_id": send.cart_id,
        "currency": send.currency,
        "total_minor": send.total_minor,
        "products": [_product(line) for line in send.lines],
        "recommended": list(send.recommended),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _product(line: Line) -> dict[str, Any]:
    return {
        "product_id": line.product_id,
        "name": one_line(line.name, _LONGEST_NAME),
        "quantity": line.quantity,
        "price_minor": line.price_minor,
    }
