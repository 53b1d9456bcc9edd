"""A send as a provider takes it, or why that cannot be."""

from datetime import datetime
from typing import assert_never

from tandem.content import Content, Mail, Note, Sms, render, to_bytes
from tandem.customer import Send
from tandem.errors import RenderError
from tandem.sending.address import deliverable
from tandem.sending.note import note_text
from tandem.sending.outcome import Reason, Refused
from tandem.sending.ports import Envelope


def compose(send: Send, content: Content, from_address: str, now: datetime) -> Envelope | Refused:
    """Rendered and addressed."""
    address = deliverable(send.channel, send.address)
    if address is None:
        return Refused(Reason.NOT_DELIVERABLE, f"not an address that {send.channel.value} reaches")
    try:
        message = render(content, send)
    except RenderError as error:
        return Refused(Reason.RENDER_FAILED, str(error))
    match message:
        case Mail():
            sender = (content.shop.name, from_address)
            body = to_bytes(message, sender=sender, recipient=address, decision=send.id, date=now)
            return Envelope(send.id, send.campaign, send.channel, address, body)
        case Sms():
            return Envelope(send.id, send.campaign, send.channel, address, message.text, message.segments)
        case Note():
            return Envelope(send.id, send.campaign, send.channel, address, note_text(send, message))
        case _:
            assert_never(message)
