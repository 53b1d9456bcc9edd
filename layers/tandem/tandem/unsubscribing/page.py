"""The page as HTML: small, without scripts, cookies or anything from elsewhere."""

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from tandem.content.liquid import compiled
from tandem.unsubscribing.asked import field_of
from tandem.unsubscribing.choices import Choices
from tandem.unsubscribing.token import Ticket
from tandem.unsubscribing.words import Words

_HERE: Final = Path(__file__).parent
_STYLE: Final = (_HERE / "page.css").read_text(encoding="utf-8")
_SOURCE: Final = (_HERE / "page.html.liquid").read_text(encoding="utf-8")
_HASH: Final = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS: Final[Mapping[str, str]] = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the address is the key to the page
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


class Said(StrEnum):
    """What the page says at its top."""

    ASK = "ask"
    OFF = "off"
    DONE = "done"
    SAVED = "saved"


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown to whom: `sender` is who the messages come from."""

    words: Words
    sender: str

    def preferences(self, ticket: Ticket, choices: Choices, said: Said, *, unclear: bool = False) -> str:
        """Where things stand, and all that can be chosen."""
        words, own = self.words, (ticket.channel, ticket.purpose)
        heading, lead = {
            Said.ASK: (words.ask, words.ask_lead),
            Said.OFF: (words.off, words.off_lead),
            Said.DONE: (words.done, words.done_lead),
            Said.SAVED: (words.saved, words.saved_lead),
        }[said]
        return self._filled(
            heading=heading,
            lead=lead.format(purpose=words.purpose(ticket.purpose), sender=self.sender),
            is_news=said in (Said.DONE, Said.SAVED),
            unclear=words.unclear if unclear else "",
            one_click=words.unsubscribe if said is Said.ASK and choices.is_on(own) else "",
            groups=self._groups(choices),
            stopped=words.stopped[ticket.channel] if choices.stopped else "",
            stop="" if choices.stopped else words.stop[ticket.channel],
        )

    def bad_link(self) -> str:
        """Of a link that opens nothing, what to do."""
        return self._filled(heading=self.words.bad_link, lead=self.words.bad_link_lead)

    def failed(self) -> str:
        """Something did not answer: try again."""
        return self._filled(heading=self.words.failed, lead=self.words.failed_lead, again=self.words.again)

    def _groups(self, choices: Choices) -> list[dict[str, Any]]:
        by_channel = groupby(choices.lines, key=lambda line: line.name[0])
        return [
            {
                "name": self.words.channels[channel],
                "lines": [
                    {"field": field_of(line.name), "label": self.words.purpose(line.name[1]), "on": line.on}
                    for line in lines
                ],
            }
            for channel, lines in by_channel
        ]

    def _filled(self, **values: Any) -> str:
        empty = {"is_news": False, "unclear": "", "one_click": "", "groups": [], "stopped": "", "stop": "", "again": ""}
        words = {name: getattr(self.words, name) for name in ("title", "locale", "choices", "choices_lead", "save")}
        shown = {"words": words, "sender": self.sender, **empty, **values}
        return compiled(_SOURCE, html=True).render(**shown).replace("<style></style>", f"<style>{_STYLE}</style>")
