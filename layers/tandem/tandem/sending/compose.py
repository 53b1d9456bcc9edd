"""A send as a provider takes it, or why that cannot be."""

from datetime import datetime, timedelta
from typing import assert_never

from tandem.content import Content, Mail, Note, Sms, render, to_bytes
from tandem.customer import Channel, Send
from tandem.errors import RenderError
from tandem.sending.address import deliverable
from tandem.sending.note import note_text
from tandem.sending.outcome import Reason, Refused
from tandem.sending.ports import Envelope
from tandem.sending.push import push_text


def compose(
    send: Send, content: Content, from_address: str, now: datetime, *, unsubscribe_url: str = ""
) -> Envelope | Refused:
    """Rendered and addressed. `unsubscribe_url` is the send's own link, if it has one."""
    address = deliverable(send.channel, send.address)
    if address is None:
        return Refused(Reason.NOT_DELIVERABLE, f"not an address that {send.channel.value} reaches")
    try:
        message = render(content, send, unsubscribe_url=unsubscribe_url)
    except RenderError as error:
        return Refused(Reason.RENDER_FAILED, str(error))
    match message:
        case Mail():
            sender = (content.shop.name, from_address)
            body = to_bytes(
                message,
                sender=sender,
                recipient=address,
                decision=send.id,
                date=now,
                unsubscribe_url=unsubscribe_url,
                topic=send.purpose,
                language=content.for_locale(send.template, send.locale)[0],
            )
            return Envelope(send.id, send.campaign, send.channel, address, body)
        case Sms(text, parts):
            return Envelope(send.id, send.campaign, send.channel, address, text, parts, send.transactional)
        case Note():
            return _noted(send, message, address, now)
        case _:
            assert_never(message)


def _noted(send: Send, note: Note, address: str, now: datetime) -> Envelope | Refused:
    try:
        body = push_text(send, note) if send.channel is Channel.PUSH else note_text(send, note)
    except RenderError as error:
        return Refused(Reason.RENDER_FAILED, str(error))
    lives_for = max(send.not_after - now, timedelta(0))
    return Envelope(send.id, send.campaign, send.channel, address, body, 0, send.transactional, lives_for)
