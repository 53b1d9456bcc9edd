"""Two releases of the code side by side: what a worker of the next one writes, and one of the one before.

The next one writes fields that this one does not know, wherever it stores or sends JSON. The one before leaves out all
that this one has added since: each of these has a default that readers fall back to.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

from tandem.customer import Customer, pack_customer
from tandem.customer.codec import _JOURNEYS
from tandem.customer.document import customer_document
from tandem.customer.packing import Form, pack, unpack

ADDED_TO_CUSTOMER: Final = ("dead",)
ADDED_TO_SEND: Final = ("delivery", "transactional", "happened_on", "today", "attributes")
ADDED_TO_LINE: Final = ("image_url", "url")
ADDED_TO_GROUP: Final = ("pictures",)
NOVEL: Final[dict[str, Any]] = {"novel": {"is": ["new", 1, None]}}


class Release:
    """This one."""

    name = "this release"

    def has(self, function: str) -> bool:
        """Whether it has a function of this name."""
        return True

    def customer(self, customer: Customer) -> bytes:
        """The bytes that it stores."""
        return pack_customer(customer)

    def message(self, queue: str, body: str) -> str:
        """What it puts on a queue."""
        return body

    def event(self, message: str) -> str:
        """What it tells the door."""
        return message


class Next(Release):
    """It writes what nobody knows yet."""

    name = "the next release"

    def customer(self, customer: Customer) -> bytes:
        document = customer_document(customer)
        owed = [_novel(each) for each in document.get("owed", ())]
        return _packed({**document, **NOVEL, **({"owed": owed} if owed else {})})

    def message(self, queue: str, body: str) -> str:
        return json.dumps(_novel(json.loads(body)))

    def event(self, message: str) -> str:
        envelope = json.loads(message)
        properties = {**envelope["properties"], **NOVEL}
        if "send" in properties:
            properties["send"] = _novel(properties["send"])
        return json.dumps({**envelope, **NOVEL, "properties": properties})


class Former(Release):
    """It has not heard of what is new."""

    name = "the former release"

    def has(self, function: str) -> bool:
        return not function.startswith(("feedback", "settle"))

    def customer(self, customer: Customer) -> bytes:
        document = customer_document(customer)
        known = {name: part for name, part in document.items() if name not in ADDED_TO_CUSTOMER}
        if "events" in known:
            known["events"] = [_but(each, ADDED_TO_GROUP) for each in known["events"]]
        if "owed" in known:
            known["owed"] = [_without(each) for each in known["owed"]]
        return _packed(known)

    def message(self, queue: str, body: str) -> str:
        return json.dumps(_without(json.loads(body)))

    def event(self, message: str) -> str:
        envelope = json.loads(message)
        properties = envelope["properties"]
        if "send" in properties:
            properties = {**properties, "send": _without(properties["send"])}
        return json.dumps({**envelope, "properties": properties})


def _novel(effect: dict[str, Any]) -> dict[str, Any]:
    """Also in what lies inside."""
    inside = {name: {**effect[name], **NOVEL} for name in ("document", "origin") if effect.get(name)}
    return {**effect, **inside, **NOVEL}


def is_novel(data: bytes) -> bool:
    """Whether a customer was written by the next release."""
    return "novel" in json.loads(unpack(data)[1])


def _without(document: dict[str, Any]) -> dict[str, Any]:
    lines = {"lines": [_but(each, ADDED_TO_LINE) for each in document["lines"]]} if "lines" in document else {}
    return {**_but(document, ADDED_TO_SEND), **lines}


def _but(document: dict[str, Any], added: Sequence[str]) -> dict[str, Any]:
    return {name: each for name, each in document.items() if name not in added}


def _packed(document: dict[str, Any]) -> bytes:
    form = Form.JOURNEYS if document.keys() & _JOURNEYS else Form.COLUMNS
    return pack(json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode(), form)


THIS: Final = Release()
SIDE_BY_SIDE: Final = ((THIS,), (THIS,), (THIS, Next()), (THIS, Former()), (Next(), THIS, Former()))
