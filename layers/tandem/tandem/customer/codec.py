"""The stored and the sent forms. Readers ignore fields they do not know; new fields need a default."""

import json
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter

from tandem.attributes.stored import pack_live, unpack_live
from tandem.customer.effects import Effect, Send
from tandem.customer.packing import pack, unpack
from tandem.customer.record import Customer
from tandem.errors import Unreadable

VERSION: Final = 1
_CUSTOMER: Final = TypeAdapter(Customer)
_EFFECT: Final[TypeAdapter[Effect]] = TypeAdapter(Effect)


def pack_customer(customer: Customer) -> bytes:
    """The bytes stored for a customer; what equals its default is left out. The version travels beside them."""
    document = _CUSTOMER.dump_python(customer, mode="json", exclude={"version", "live"}, exclude_defaults=True)
    if live := pack_live(customer.live):
        document["live"] = live
    if customer.owed:  # a newer release may owe effects that only their kind tells apart
        document["owed"] = [
            {**stored, "kind": effect.kind} for stored, effect in zip(document["owed"], customer.owed, strict=True)
        ]
    return pack(json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode())


def unpack_customer(data: bytes, version: int) -> Customer:
    """The inverse of `pack_customer`. Raises Unreadable."""
    document = unpack(data)
    try:
        fields = json.loads(document)
        live = unpack_live(fields.get("live", {}))
        return _CUSTOMER.validate_python({**fields, "version": version, "live": live})
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
