"""The stored and the sent forms. Readers ignore fields they do not know; new fields need a default."""

import json
from dataclasses import replace
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter

from tandem.customer.document import customer_document, read_customer
from tandem.customer.effects import Effect, Send
from tandem.customer.first_form import read_first
from tandem.customer.packing import Form, pack, unpack
from tandem.customer.record import Customer
from tandem.errors import Unreadable

VERSION: Final = 1
_JOURNEYS: Final = frozenset({"journeys", "waiting", "ended", "told_as_of", "goals"})
_EFFECT: Final[TypeAdapter[Effect]] = TypeAdapter(Effect)


def pack_customer(customer: Customer) -> bytes:
    """The bytes stored for a customer. The version travels beside them.

    One who is in a journey, waits to be decided about, or of whom a goal is watched, is packed in a form that an older
    release cannot read: it would save the customer without them. While both run, its messages come back until this one
    has them.
    """
    document = customer_document(customer)
    form = Form.JOURNEYS if document.keys() & _JOURNEYS else Form.COLUMNS
    return pack(json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode(), form)


def unpack_customer(data: bytes, version: int) -> Customer:
    """The inverse of `pack_customer`, also for what the first release packed. Raises Unreadable."""
    form, document = unpack(data)
    read = read_first if form is Form.FIRST else read_customer
    try:
        return replace(read(json.loads(document), version), size=len(data))
    except (ValueError, TypeError, LookupError, AttributeError) as error:  # pydantic's ValidationError is the first
        raise Unreadable("a customer") from error


def effect_document(effect: Effect) -> dict[str, Any]:
    """An effect as JSON data, for a queue."""
    return {"v": VERSION, **_EFFECT.dump_python(effect, mode="json")}


def read_send(message: str) -> Send:
    """The Send in a message of the sends queue. Raises pydantic's ValidationError."""
    return _send().validate_json(message)


@cache
def _send() -> TypeAdapter[Send]:
    """Made when it is needed: only `send` reads sends."""
    return TypeAdapter(Send)
