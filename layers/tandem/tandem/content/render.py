"""A send and its content in, a message out. Words that cannot be put together refuse the send: never "Hi ,"."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final, assert_never

from tandem.content.links import in_shop, leads_to, parameters, tagged, tagged_html, tagged_text
from tandem.content.locale import Day
from tandem.content.messages import Mail, Message, Note, Sms
from tandem.content.model import Content, Offer, Phrases, Picture, Template
from tandem.content.sms import for_phones, segments
from tandem.content.variables import variables
from tandem.content.writer import Writer
from tandem.customer import Channel, Send
from tandem.errors import RenderError

Writing = Callable[[str, Mapping[str, Any]], Writer]  # a writer for the send of a template, with its variables
_LONGEST_SUBJECT: Final = 250
_MOST_SEGMENTS: Final = 10
_ANYWHERE: Final = re.compile(r"https://[^\s\"'<>\\]+")
_RIGHT_TO_LEFT: Final = frozenset(("ar", "fa", "he", "ur"))


def render(content: Content, send: Send, *, unsubscribe_url: str = "", writer: Writing = Writer) -> Message:
    """The message in the customer's language. A mail shows `unsubscribe_url`, if there is one. Raises RenderError."""
    locale, template, phrases = content.for_locale(send.template, send.locale)
    words = writer(send.template, variables(content, send, locale))
    rendering = _Rendering(content, send, locale, template, phrases, words, unsubscribe_url)
    if template.offer:
        rendering = rendering.offering(template.offer)
    match send.channel:
        case Channel.SMS:
            return rendering.sms()
        case Channel.EMAIL:
            return rendering.mail()
        case Channel.PUSH | Channel.WEBHOOK:
            return rendering.note()
        case _:
            assert_never(send.channel)


@dataclass(frozen=True)
class _Rendering:
    """One message in the making: a template in the language that was found for a send."""

    content: Content
    send: Send
    locale: str
    template: Template
    phrases: Phrases
    words: Writer
    unsubscribe_url: str

    def offering(self, offer: Offer) -> "_Rendering":
        """The same, where words may speak of the offer."""
        told: dict[str, Any] = {
            "code": self.words.say("offer.code", offer.code),
            "text": self.words.say("offer.text", offer.text),
        }
        if offer.days and self.send.today:
            ends = date.fromisoformat(self.send.today) + timedelta(days=offer.days)
            told["until"] = Day(ends, self.content.formats_of(self.locale, self.send.locale))
        return replace(self, words=replace(self.words, values={**self.words.values, "offer": told}))

    def sms(self) -> Sms:
        text = for_phones(self._tagged(self.words.say("sms", self.template.sms)))
        parts = segments(text)
        if parts > _MOST_SEGMENTS:
            raise RenderError(self.words.template, f"sms: {parts} segments, more than {_MOST_SEGMENTS}")
        return Sms(text, parts)

    def note(self) -> Note:
        title = self.words.say("subject", self.template.subject, _LONGEST_SUBJECT)
        text = self.words.say("preheader", self.template.preheader, _LONGEST_SUBJECT)
        link = self._action()
        return Note(title, text, tagged(link, self._parameters) if self._parameters else link, self.locale)

    def mail(self) -> Mail:
        subject = self.words.say("subject", self.template.subject, _LONGEST_SUBJECT)
        frame = self._frame(subject)
        name, layouts = self.content.design(self.template)
        html = _tidy(self.words.fill(f"{name}.html", layouts.html, frame, html=True))
        text = _tidy(self.words.fill(f"{name}.txt", layouts.text, frame))
        html = tagged_html(html, self.content.look, self._parameters, but=self.unsubscribe_url)
        return Mail(subject, html, self._tagged(text), self.locale)

    @cached_property
    def _parameters(self) -> Mapping[str, str]:
        return parameters(self.content.brand, self.send)

    def _tagged(self, text: str) -> str:
        return tagged_text(text, self.content.look, self._parameters, but=self.unsubscribe_url)

    def _action(self) -> str:
        """The address of the button: https, and on the brand's hosts."""
        link = self.words.say("action.url", self.template.action.url)
        if not self.content.brand:  # those of the first releases lead anywhere
            if not _ANYWHERE.fullmatch(link):
                raise RenderError(self.words.template, "action.url: not an https address")
        elif not leads_to(link, self.content.brand.hosts):
            raise RenderError(self.words.template, f"action.url: {link} is on none of the brand's hosts")
        return link

    def _frame(self, subject: str) -> dict[str, Any]:
        said = ((name, self.words.say(name, source)) for name, source in self._own_phrases())
        return {
            "locale": self.locale,
            "direction": "rtl" if self.locale.partition("-")[0] in _RIGHT_TO_LEFT else "ltr",
            "message": {"subject": subject, **self._message()},
            "unsubscribe_url": self.unsubscribe_url,
            "phrases": dict(said),
            "brand": self.content.look_names,
        }

    def _message(self) -> dict[str, Any]:
        words, template = self.words, self.template
        said = (words.may_say(f"paragraphs.{index}", text) for index, text in enumerate(template.paragraphs))
        paragraphs = [paragraph for paragraph in said if paragraph]
        if not paragraphs:
            raise RenderError(words.template, "paragraphs: nothing to say")
        return {
            "preheader": words.say("preheader", template.preheader),
            "heading": words.say("heading", template.heading),
            "paragraphs": paragraphs,
            "show": list(template.show),
            "picture": [self._picture(template.picture)] if template.picture else [],
            "offer": [words.values["offer"]] if template.offer else [],
            "action": {"label": words.say("action.label", template.action.label), "url": self._action()},
        }

    def _picture(self, picture: Picture) -> dict[str, Any]:
        url = in_shop(self.content.shop, picture.image)
        return {"url": url, "alt": self.words.say("picture.alt", picture.alt)}

    def _own_phrases(self) -> list[tuple[str, str]]:
        """The language's phrases; a template may have a heading of its own."""
        own = {name: getattr(self.template, name, None) for name in Phrases.model_fields}
        return [(name, own.get(name) or source) for name, source in self.phrases]


def _tidy(text: str) -> str:
    lines = (line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"
