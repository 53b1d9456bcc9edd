"""A send and its content in, a message out. Words that cannot be put together refuse the send: never "Hi ,"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, assert_never
from urllib.parse import urlsplit

from liquid.exceptions import LiquidError

from tandem.content.links import in_shop, leads_to, parameters, tagged_html, tagged_text
from tandem.content.liquid import compiled
from tandem.content.model import Content, Offer, Phrases, Picture, Template
from tandem.content.plain import a_text
from tandem.content.sms import segments, with_plain_spaces
from tandem.content.variables import variables
from tandem.customer import Channel, Send
from tandem.errors import RenderError


@dataclass(frozen=True, slots=True)
class Mail:
    """An email's parts."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Sms:
    """A text message, and how many parts it is paid as."""

    text: str
    segments: int


@dataclass(frozen=True, slots=True)
class Note:
    """What an app shows: a title, one line, and where a tap leads to."""

    title: str
    text: str
    url: str
    locale: str


Message = Mail | Sms | Note
_LONGEST_SUBJECT: Final = 250
_LONGEST_TEXT: Final = 5_000
_MOST_SEGMENTS: Final = 10
_RIGHT_TO_LEFT: Final = frozenset(("ar", "fa", "he", "ur"))


def render(content: Content, send: Send, *, unsubscribe_url: str = "") -> Message:
    """The message in the customer's language. A mail shows `unsubscribe_url`, if there is one. Raises RenderError."""
    locale, template, phrases = content.for_locale(send.template, send.locale)
    words = Writer(send.template, variables(content, send, locale))
    links = _Links(content, parameters(content.brand, send), unsubscribe_url)
    match send.channel:
        case Channel.SMS:
            return _sms(words, template, links)
        case Channel.EMAIL:
            return _mail(words, locale, template, phrases, links)
        case Channel.PUSH | Channel.WEBHOOK:
            return _note(words, template, locale, links)
        case _:
            assert_never(send.channel)


@dataclass(frozen=True, slots=True)
class _Links:
    """Where a message's links lead, and what they carry."""

    content: Content
    parameters: Mapping[str, str]
    unsubscribe_url: str

    def action(self, words: "Writer", template: Template) -> str:
        """The address of the button. Raises RenderError for one that leads out of the brand's hosts."""
        link = words.say("action.url", template.action.url)
        if not leads_to(link, [urlsplit(link).hostname or ""]):
            raise RenderError(words.template, "action.url: not an https address")
        # A playbook without a brand may lead anywhere, as those of the first releases did.
        if self.content.brand and not leads_to(link, self.content.brand.hosts):
            raise RenderError(words.template, f"action.url: {link} is on none of the brand's hosts")
        return link

    def in_html(self, html: str) -> str:
        return tagged_html(html, self.content.look, self.parameters, but=self.unsubscribe_url)

    def in_text(self, text: str) -> str:
        return tagged_text(text, self.content.look, self.parameters, but=self.unsubscribe_url)


@dataclass(frozen=True, slots=True)
class Writer:
    """Puts values into words; what it raises names the template and the field."""

    template: str
    values: Mapping[str, Any]

    def say(self, field: str, source: str, longest: int = _LONGEST_TEXT) -> str:
        """A text that must not come out empty, on one line."""
        text = self.may_say(field, source, longest)
        if not text:
            raise RenderError(self.template, f"{field}: nothing to say")
        return text

    def may_say(self, field: str, source: str, longest: int = _LONGEST_TEXT) -> str:
        """A text on one line, empty if there is nothing to say."""
        return a_text(self.fill(field, source, {}), longest)

    def fill(self, field: str, source: str, more: Mapping[str, Any], *, html: bool = False) -> str:
        """A text as its template has it."""
        try:
            return compiled(source, html=html).render({**self.values, **more})
        except (LiquidError, ArithmeticError, RecursionError, TypeError, ValueError) as error:
            reason = error.message if isinstance(error, LiquidError) else type(error).__name__
            raise RenderError(self.template, f"{field}: {reason}") from error


def _sms(words: Writer, template: Template, links: _Links) -> Sms:
    text = with_plain_spaces(links.in_text(words.say("sms", template.sms)))
    parts = segments(text)
    if parts > _MOST_SEGMENTS:
        raise RenderError(words.template, f"sms: {parts} segments, more than {_MOST_SEGMENTS}")
    return Sms(text, parts)


def _note(words: Writer, template: Template, locale: str, links: _Links) -> Note:
    title = words.say("subject", template.subject, _LONGEST_SUBJECT)
    text = words.say("preheader", template.preheader, _LONGEST_SUBJECT)
    return Note(title, text, links.in_text(links.action(words, template)), locale)


def _mail(words: Writer, locale: str, template: Template, phrases: Phrases, links: _Links) -> Mail:
    subject = words.say("subject", template.subject, _LONGEST_SUBJECT)
    frame = {
        "locale": locale,
        "direction": "rtl" if locale.partition("-")[0] in _RIGHT_TO_LEFT else "ltr",
        "message": {"subject": subject, **_words(words, template, links)},
        "unsubscribe_url": links.unsubscribe_url,
        "phrases": {name: words.say(name, source) for name, source in _phrases(template, phrases).items()},
        "brand": links.content.look_names,
    }
    name, layouts = links.content.design(template)
    html = words.fill(f"{name}.html", layouts.html, frame, html=True)
    text = words.fill(f"{name}.txt", layouts.text, frame)
    return Mail(subject, links.in_html(_tidy(html)), links.in_text(_tidy(text)))


def _words(words: Writer, template: Template, links: _Links) -> dict[str, Any]:
    paragraphs = [words.may_say(f"paragraphs.{index}", text) for index, text in enumerate(template.paragraphs)]
    if not any(paragraphs):
        raise RenderError(words.template, "paragraphs: nothing to say")
    link = links.action(words, template)
    return {
        "preheader": words.say("preheader", template.preheader),
        "heading": words.say("heading", template.heading),
        "paragraphs": [paragraph for paragraph in paragraphs if paragraph],
        "show": list(template.show),
        "picture": [_picture(words, links.content, template.picture)] if template.picture else [],
        "offer": [_offer(words, template.offer)] if template.offer else [],
        "action": {"label": words.say("action.label", template.action.label), "url": link},
    }


def _picture(words: Writer, content: Content, picture: Picture) -> dict[str, Any]:
    return {"url": in_shop(content.shop, picture.image), "alt": words.say("picture.alt", picture.alt)}


def _offer(words: Writer, offer: Offer) -> dict[str, Any]:
    return {"code": words.say("offer.code", offer.code), "text": words.say("offer.text", offer.text)}


def _phrases(template: Template, phrases: Phrases) -> dict[str, str]:
    own = {name: getattr(template, name, None) for name in Phrases.model_fields}
    return {name: own.get(name) or source for name, source in phrases}


def _tidy(text: str) -> str:
    lines = (line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"
