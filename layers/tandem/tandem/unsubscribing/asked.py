"""What a request asks for. Only a POST asks for anything to change: scanners of mails fetch every link there is."""

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import Any, Final
from urllib.parse import parse_qs

from tandem.customer import Channel
from tandem.events.identity import EVERYTHING, MARKETING, consent_name

LONGEST_BODY: Final = 16_384
MOST_FIELDS: Final = 200
_PURPOSE: Final = re.compile(r"[a-z][a-z0-9-]{0,62}")
Name = tuple[Channel, str]  # what a word is about: a channel and a purpose


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request. `headers` have names in small letters; `body` is as it was sent."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def of_function_url(cls, event: Mapping[str, Any]) -> "Request":
        """From what Lambda hands over for a function URL (payload format 2.0)."""
        http = event["requestContext"]["http"]
        text = event.get("body") or ""
        body = _decoded(text) if event.get("isBase64Encoded") else text.encode()
        headers = {name.lower(): value for name, value in event.get("headers", {}).items()}
        return cls(http["method"].upper(), event.get("rawPath", "/"), headers, body)

    @property
    def token(self) -> str:
        """The last part of the path: a domain of one's own may have more before it."""
        return self.path.rpartition("/")[2]

    def header(self, name: str) -> str:
        """A header's value, empty where there is none."""
        return self.headers.get(name, "")


@dataclass(frozen=True, slots=True)
class Look:
    """The page, as it is. `head`: without its text."""

    head: bool = False


@dataclass(frozen=True, slots=True)
class OneClick:
    """A no to what the link is about: by a mail program (RFC 8058), or by the page's first button."""


@dataclass(frozen=True, slots=True)
class Everything:
    """A no to everything on this channel."""


@dataclass(frozen=True, slots=True)
class Choose:
    """The form: of what was `shown` (`ticked`: with a tick), `on` is ticked now. Only a change is a word.

    `lifts`: everything was stopped when the page was shown; then a tick takes that back.
    """

    shown: frozenset[Name]
    ticked: frozenset[Name]
    on: frozenset[Name]
    lifts: bool


@dataclass(frozen=True, slots=True)
class Unclear:
    """A POST that says nothing we know."""


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """Another method."""


Asked = Look | OneClick | Everything | Choose | Unclear | NotAllowed


def asked_of(request: Request) -> Asked:
    """What a request asks for."""
    match request.method:
        case "GET" | "HEAD":
            return Look(head=request.method == "HEAD")
        case "POST":
            return _said(_fields(request))
        case _:
            return NotAllowed()


def field_of(name: Name) -> str:
    """How the form writes what a choice is about: `email`, `sms/news`."""
    return consent_name(*name)


def _said(fields: Mapping[str, list[str]]) -> Asked:
    if fields.get("List-Unsubscribe") == ["One-Click"]:
        return OneClick()
    match fields.get("do"):
        case ["everything"]:
            return Everything()
        case ["save"]:
            shown, ticked, on = (_names(fields.get(name, [])) for name in ("shown", "ticked", "on"))
            return Choose(shown, ticked & shown, on & shown, lifts="lifts" in fields)
        case _:
            return Unclear()


def _names(fields: list[str]) -> frozenset[Name]:
    split = (field.partition("/") for field in fields)
    named = ((channel, purpose or MARKETING) for channel, _, purpose in split)
    return frozenset(
        (Channel(channel), purpose)
        for channel, purpose in named
        if channel in Channel and _PURPOSE.fullmatch(purpose) and purpose != EVERYTHING
    )


def _fields(request: Request) -> dict[str, list[str]]:
    """Either form that RFC 8058 allows; none at all of what is neither, or too long."""
    if len(request.body) > LONGEST_BODY:
        return {}
    kind = request.header("content-type")
    if kind.lower().startswith("multipart/form-data"):
        return _parts(kind, request.body)
    try:
        return parse_qs(request.body.decode("utf-8", "replace").strip(), max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}


def _parts(kind: str, body: bytes) -> dict[str, list[str]]:
    """By the older reader of mails: the newer one takes heads apart as mails have them, and fails on crooked ones."""
    head = f"Content-Type: {' '.join(kind.split())}\r\n\r\n".encode("utf-8", "replace")
    try:
        parts = message_from_bytes(head + body, policy=policy.compat32).get_payload()
        return _values(parts) if isinstance(parts, list) else {}
    except (RecursionError, ValueError, LookupError):  # crooked, or parts in parts without end
        return {}


def _values(parts: list[Any]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for part in parts:
        name = part.get_param("name", header="content-disposition")
        value = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(value, bytes):
            fields.setdefault(name, []).append(value.decode("utf-8", "replace").strip())
    return fields


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text)
    except Error:
        return b""
