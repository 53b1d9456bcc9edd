"""A mail as RFC 5322 bytes. Names are data: whatever they hold, every header stays one header."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from typing import Any, Final

from tandem.content.render import Mail

DECISION_HEADER: Final = "X-Tandem-Decision"
ONE_CLICK: Final = "List-Unsubscribe=One-Click"


class _WholeTokens(EmailPolicy):
    """SMTP's policy, but a machine's header stays on one line: under 78 Python breaks an id, or the address of a page,
    into encoded words."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        wide = name.startswith(("X-", "List-"))
        return SMTP.clone(max_line_length=998).fold_binary(name, value) if wide else super().fold_binary(name, value)


_POLICY: Final = _WholeTokens(linesep="\r\n")


def to_bytes(
    mail: Mail, *, sender: tuple[str, str], recipient: str, decision: str, date: datetime, unsubscribe_url: str = ""
) -> bytes:
    """Text and HTML as alternatives. `sender` is a display name and an address; both addresses are plain ASCII.

    `unsubscribe_url`, if there is one, is offered to mail programs as one-click unsubscribing (RFC 8058).
    """
    message = EmailMessage(_POLICY)
    message["From"] = Address(sender[0], addr_spec=sender[1])
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = mail.subject.replace("=?", "= ?")  # readers would decode a name that looks encoded
    message["Date"] = date
    message[DECISION_HEADER] = decision
    if unsubscribe_url:
        message["List-Unsubscribe"] = f"<{unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = ONE_CLICK
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    message.set_boundary(f"=_{decision[:40]}")  # the same send gives the same bytes; "=_" is in no body
    return message.as_bytes()
