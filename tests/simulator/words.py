"""The words of all messages: the same for all, since nobody reads them here."""

from typing import Any, Final

from tandem.content import Content
from tests.unit.sending.builders import SENDER as _SENDER
from tests.unit.sending.builders import a_content, a_template

SENDER: Final = _SENDER
PLAIN: Final[dict[str, Any]] = {
    "subject": "Hello",
    "preheader": "Hello",
    "heading": "Hello",
    "paragraphs": ["Hello."],
    "show": [],
    "sms": "Hello",
}
CONTENT: Final[Content] = a_content(words=a_template(**PLAIN))
