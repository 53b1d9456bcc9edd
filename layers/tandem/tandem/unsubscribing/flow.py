"""A request in, the page out. What is said is stored first; then the customer's record is told; then it is answered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

from tandem.customer import Customer
from tandem.customer.consent import Word
from tandem.errors import Unavailable, Unreadable
from tandem.unsubscribing.asked import (
    Asked,
    Choose,
    Everything,
    Look,
    Name,
    NotAllowed,
    OneClick,
    Request,
    Unclear,
    asked_of,
)
from tandem.unsubscribing.choices import Choices, choices, hash_of, keys_of, own, spoken
from tandem.unsubscribing.news import news_of
from tandem.unsubscribing.page import HEADERS, Page, Said
from tandem.unsubscribing.ports import Ports
from tandem.unsubscribing.token import BadToken, Ticket, read_token
from tandem.unsubscribing.words import words_for


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered, and what is to be counted and logged of it: names of metrics, and details without persons."""

    status: HTTPStatus
    html: str
    counts: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)

    def of_function_url(self) -> dict[str, Any]:
        """As Lambda takes it back for a function URL."""
        more = {"Allow": "GET, HEAD, POST"} if self.status is HTTPStatus.METHOD_NOT_ALLOWED else {}
        return {"statusCode": self.status.value, "headers": {**HEADERS, **more}, "body": self.html}


@dataclass(frozen=True, slots=True)
class Desk:
    """What is the same for every request: the world, the key of tokens, and the address that messages come from."""

    ports: Ports
    key: bytes = field(repr=False)
    sender: str


@dataclass(frozen=True, slots=True)
class _Found:
    """Whom a link was sent to. `fault` is what did not answer, if it is not known."""

    locale: str = ""
    customer: Customer | None = None
    fault: str = ""


def answer(request: Request, desk: Desk, now: datetime) -> Answer:
    """The answer to a request. Nothing that passes is raised: what failed is said on the page, to be tried again."""
    asked, ticket = asked_of(request), read_token(request.token, desk.key)
    plain = Page(words_for("", request.header("accept-language")), desk.sender)
    if isinstance(asked, NotAllowed):
        return Answer(HTTPStatus.METHOD_NOT_ALLOWED, plain.bad_link(), ("bad_request",))
    if isinstance(ticket, BadToken):
        return Answer(HTTPStatus.BAD_REQUEST, plain.bad_link(), ("bad_link",), {"why": ticket.why})
    if isinstance(asked, Look) and asked.head:
        return Answer(HTTPStatus.OK, "")
    try:
        return _answered(asked, ticket, request, desk, now)
    except Unavailable as error:
        return _failed(asked, plain, error)


def not_open(request: Request, error: Unavailable) -> Answer:
    """The answer where there is not even a desk: it is not known what the link is about."""
    return _failed(asked_of(request), Page(words_for("", request.header("accept-language")), ""), error)


def _failed(asked: Asked, page: Page, error: Unavailable) -> Answer:
    """Mail programs try again what is answered so."""
    count = "unanswered" if isinstance(asked, Look | Unclear | NotAllowed) else "unstored"
    return Answer(HTTPStatus.SERVICE_UNAVAILABLE, page.failed(), (count,), {"because": str(error)})


def _answered(asked: Asked, ticket: Ticket, request: Request, desk: Desk, now: datetime) -> Answer:
    """Raises Unavailable where nothing, or not everything, was stored; or where there is nothing to show."""
    ports = desk.ports
    if isinstance(asked, OneClick | Everything):  # stored before anything is read: it needs nothing but the link
        words = _store(spoken(asked, ticket), ticket, None, ports, now)
        found = _look_up(ticket, ports)
    else:
        found = _find(ticket, ports)
        known = keys_of(ticket, found.customer)
        said = [(name, yes) for name, yes in spoken(asked, ticket) if name in known]
        words = _store(said, ticket, found.customer, ports, now)
    fault = found.fault or _tell(words, ticket, found, ports)
    page = Page(words_for(found.locale, request.header("accept-language")), desk.sender)
    shown = _choices(ticket, found, ports, may_fail=bool(words))
    html = page.preferences(ticket, shown, _said(asked, ticket, shown), unclear=isinstance(asked, Unclear))
    status = HTTPStatus.BAD_REQUEST if isinstance(asked, Unclear) else HTTPStatus.OK
    return Answer(status, html, tuple(_counts(words, fault)), {"because": fault} if fault else {})


def _store(
    said: Iterable[tuple[Name, bool]], ticket: Ticket, customer: Customer | None, ports: Ports, now: datetime
) -> list[Word]:
    words = []
    for (channel, purpose), yes in said:
        word = Word(channel, hash_of(channel, ticket, customer), purpose, yes, now)
        ports.consents.say(word)
        words.append(word)
    return words


def _find(ticket: Ticket, ports: Ports) -> _Found:
    recipient = ports.sends.recipient(ticket.send_id)
    if recipient is None or not recipient.customer_id:
        return _Found(recipient.locale if recipient else "")
    try:
        customer = ports.customers.get(recipient.customer_id)
    except Unreadable as error:
        raise Unavailable("customers", "get", "stored by another release") from error
    return _Found(recipient.locale, own(customer, ticket))


def _look_up(ticket: Ticket, ports: Ports) -> _Found:
    """What is said is stored: it is answered, whatever else cannot be found out."""
    try:
        return _find(ticket, ports)
    except Unavailable as error:
        return _Found(fault=str(error))


def _tell(words: Sequence[Word], ticket: Ticket, found: _Found, ports: Ports) -> str:
    """Why the record could not be told; empty if it was, or if there is nobody to tell it of."""
    if found.customer is None:
        return ""
    try:
        for envelope in news_of(found.customer.customer_id, ticket.send_id, words):
            ports.news.tell(envelope)
    except Unavailable as error:
        return str(error)
    return ""


def _choices(ticket: Ticket, found: _Found, ports: Ports, *, may_fail: bool) -> Choices:
    keys = keys_of(ticket, found.customer)
    try:
        return choices(ticket, keys, ports.consents.held(keys.values()))
    except Unavailable:
        if may_fail:
            return Choices((), stopped=False)
        raise


def _said(asked: Asked, ticket: Ticket, shown: Choices) -> Said:
    match asked:
        case OneClick():
            return Said.DONE
        case Everything() | Choose():
            return Said.SAVED
        case _:
            return Said.ASK if shown.is_on((ticket.channel, ticket.purpose)) else Said.OFF


def _counts(words: Sequence[Word], fault: str) -> Iterable[str]:
    if not words:
        yield "looked"
    if any(not word.granted for word in words):
        yield "unsubscribed"
    if any(word.granted for word in words):
        yield "resubscribed"
    if fault:
        yield "untold"
