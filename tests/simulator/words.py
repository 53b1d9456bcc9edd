"""The words of all messages: the same for all, since nobody reads them here."""

from typing import Final

from tandem.content import Content
from tests.unit.sending.builders import SENDER as _SENDER
from tests.unit.sending.builders import a_content, a_template

SENDER: Final = _SENDER
CONTENT: Final[Content] = a_content(words=a_template(show=[], paragraphs=["Hello."]))
