"""A mail as RFC 5322 bytes. What each header is for: docs/content.md, "Headers"."""

from binascii import b2a_qp
from datetime import datetime
from email.utils import format_datetime
from typing import Final

from tandem.content.headers import machine, mailbox, text
from tandem.content.messages import Mail

DECISION_HEADER: Final = "X-Tandem-Decision"
ONE_CLICK: Final = "List-Unsubscribe=One-Click"


def to_bytes(
    mail: Mail,
    *,
    sender: tuple[str, str],
    recipient: str,
    decision: str,
    date: datetime,
    unsubscribe_url: str = "",
    topic: str = "",
    language: str = "",
) -> bytes:
    """Text and HTML as alternatives. `sender` is a display name and an address; both addresses are plain ASCII.

    `unsubscribe_url`, if there is one, is offered to mail programs as one-click unsubscribing (RFC 8058), and `topic`
    is what they may sort by (RFC 2919): what the customer said yes to, never who that is. `language` is that of the
    words. Raises ValueError for an address, id or link that no header can hold, and for a date without a zone.
    """
    if date.tzinfo is None:
        raise ValueError("date: without a zone it is no moment")
    # The same send gives the same bytes. "=_" is in no body: quoted-printable has hexadecimal digits after "=".
    boundary = "=_" + "".join(filter(_is_plain, decision))[:40]
    head = [
        mailbox("From", *sender),
        machine("To", recipient),
        text("Subject", mail.subject),
        machine("Date", format_datetime(date)),
        machine(DECISION_HEADER, decision),
        machine("Auto-Submitted", "auto-generated"),
    ]
    if unsubscribe_url:
        head.append(machine("List-Unsubscribe", f"<{unsubscribe_url}>"))
        head.append(machine("List-Unsubscribe-Post", ONE_CLICK))
        head += [machine("List-Id", f"<{topic}.{sender[1].rpartition('@')[2]}>")] if topic else []
    if language:
        head.append(machine("Content-Language", language))
    head.append(machine("MIME-Version", "1.0"))
    head.append(f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n'.encode())
    line = f"\r\n--{boundary}".encode()
    parts = [line, _part("plain", mail.text), line, _part("html", mail.html), line, b"--\r\n"]
    return b"".join([*head, *parts])


def _part(subtype: str, body: str) -> bytes:
    """Quoted-printable (RFC 2045, 6.7), with lines that end as RFC 5322 asks for."""
    lines = body.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    kind = f'\r\nContent-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    # What is no character has no bytes: it is a question mark.
    return kind.encode() + b2a_qp(lines.encode(errors="replace"), istext=True)


def _is_plain(character: str) -> bool:
    return character.isascii() and character.isalnum()
