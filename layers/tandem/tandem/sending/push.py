"""What a phone is handed: a short note in the forms that Apple's and Google's services take."""

import json
from typing import Any, Final

from tandem.content import Note
from tandem.customer import Send
from tandem.errors import RenderError

LARGEST: Final = 4096  # bytes of one form, for Apple and for Google alike


def push_text(send: Send, note: Note) -> str:
    """SNS's message of several structures, as JSON: each of them JSON again, within a text.

    Raises RenderError where a form is larger than the services take.
    """
    told = {
        "id": send.id,
        "campaign": send.campaign,
        "url": note.url,
        "locale": note.locale,
        "order_id": send.order_id,
        "cart_id": send.cart_id,
    }
    told = {name: value for name, value in told.items() if value}
    apple = _form(send, {"aps": {"alert": {"title": note.title, "body": note.text}, "sound": "default"}, **told})
    words = {"title": note.title, "body": note.text}
    google = _form(send, {"fcmV1Message": {"message": {"notification": words, "data": told}}})
    return _json({"default": note.text, "APNS": apple, "APNS_SANDBOX": apple, "GCM": google})


def _form(send: Send, document: dict[str, Any]) -> str:
    text = _json(document)
    size = len(text.encode())
    if size > LARGEST:
        raise RenderError(send.template, f"action.url: makes a push of {size} bytes, more than {LARGEST}")
    return text


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
