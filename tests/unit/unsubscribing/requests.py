"""Requests as Lambda hands them over for a function URL, and a world in memory that answers them."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from tandem.adapters.memory_sending import MemoryConsents, MemoryLedger, MemoryNews
from tandem.adapters.memory_unsubscribing import MemoryCustomerItems, MemoryRecipients
from tandem.customer import DENIED, GRANTED, Customer, Said, Send
from tandem.unsubscribing import Links
from tandem.unsubscribing.asked import Request
from tandem.unsubscribing.flow import Answer, Desk, answer
from tandem.unsubscribing.ports import Ports
from tests.unit.sending.builders import NOW, a_send, a_word

KEY = b"k" * 32
BASE = "https://abc.lambda-url.us-east-1.on.aws/"
SENDER = "hello@example.com"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
FORM = "application/x-www-form-urlencoded"


def link_of(send: Send) -> str:
    return Links(BASE, KEY).of(send)


def event_of(url: str, fields: object = None, *, method: str = "", kind: str = FORM, **headers: str) -> dict[str, Any]:
    """A request to the function URL, payload format 2.0: a GET, or a POST of these fields, its body in base64."""
    path = "/" + url.removeprefix(BASE)
    body = fields if isinstance(fields, bytes) else urlencode(fields, doseq=True).encode() if fields else b""  # type: ignore[arg-type]
    chosen = method or ("POST" if fields is not None else "GET")
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "abc.lambda-url.us-east-1.on.aws", "x-forwarded-proto": "https", **headers},
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "abc",
            "domainName": "abc.lambda-url.us-east-1.on.aws",
            "domainPrefix": "abc",
            "http": {"method": chosen, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "x"},
            "requestId": "d3b2f3c2-6d3c-4b5e-9a7c-0c5d8f1e2a3b",
            "routeKey": "$default",
            "stage": "$default",
            "time": "22/Nov/2026:15:00:00 +0000",
            "timeEpoch": 1795359600000,
        },
        "isBase64Encoded": bool(body),
    }
    if body:
        event["headers"]["content-type"] = kind  # type: ignore[index]
        event["body"] = b64encode(body).decode()
    return event


def a_person(send: Send, words: Mapping[str, bool], *, phone: str = "") -> Customer:
    """The customer that the send was for, and their words by name; `_` stands for the slash."""
    traits = {"email": Said(send.address, NOW, "e1")} | ({"phone": Said(phone, NOW, "e1")} if phone else {})
    said = {name.replace("_", "/"): Said(GRANTED if yes else DENIED, NOW, "e1") for name, yes in words.items()}
    return Customer(customer_id=send.customer_id, version=3, traits=traits, consents=said)


@dataclass
class World:
    """Memory twins of all that unsubscribing meets. The clock goes on by a second a request."""

    consents: MemoryConsents = field(default_factory=MemoryConsents)
    people: dict[str, Customer] = field(default_factory=dict)
    news: MemoryNews = field(default_factory=MemoryNews)
    now: datetime = NOW

    def __post_init__(self) -> None:
        self.ledger = MemoryLedger(self.consents)
        self.ports = Ports(self.consents, MemoryRecipients(self.ledger), MemoryCustomerItems(self.people), self.news)

    def sent(self, send: Send | None = None, *, person: Customer | None = None, **words: bool) -> Send:
        """A mail that left, to somebody who said these words; yes to what the mail is for unless told otherwise."""
        send = send or a_send()
        for name, granted in (
            {"email" if send.purpose == "marketing" else f"email_{send.purpose}": True} | words
        ).items():
            self.say(send, name, granted=granted)
        self.ledger.reserve(send, NOW)
        self.people[send.customer_id] = person or a_person(send, words)
        return send

    def say(self, send: Send, name: str, *, granted: bool) -> None:
        """A word of nine days ago on a purpose of the send's channel."""
        purpose = name.partition("_")[2] or "marketing"
        self.consents.set_consent(a_word(replace(send, purpose=purpose), granted=granted))

    def refused(self, send: Send) -> str:
        """Why the next message for the same purpose is refused; empty where it is not."""
        refused = self.consents.refused(replace(send, id="0e" * 16))
        return refused.reason.value if refused else ""

    def ask(self, url: str, fields: object = None, **more: Any) -> Answer:
        """A request, a second after the last one."""
        self.now += timedelta(seconds=1)
        return answer(Request.of_function_url(event_of(url, fields, **more)), self.desk(), self.now)

    def desk(self) -> Desk:
        return Desk(self.ports, KEY, SENDER)


def told(world: World) -> list[Mapping[str, Any]]:
    """What the customers' records were told of consents, event by event."""
    return [event["properties"]["consents"] for event in world.news.told]
