"""Mails rendered a second, beside jinja2 with the same words and the same design: a mail of the starter playbook.

jinja2's templates are made from ours, compiled once, and escape what they print. They get every value ready; ours makes
them of the send and the content, and afterwards reads every link. Both print the same page: that is looked at first.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment

from infra.publish.playbook import read_playbook
from tandem.content import Content, Mail, read_published, render, to_bytes
from tandem.content.liquid import compiled
from tandem.content.variables import variables
from tandem.customer import Send
from tandem.events import Line
from tests.bench.report import Report
from tests.bench.timing import turns
from tests.builders import NOON
from tests.unit.sending.builders import a_send

LINK: Final = "https://u.example.com/" + "Ab-_9" * 20
_CALLS: Final = 20
_TEMPLATE: Final = "post-purchase-high"


def run() -> list[Report]:
    """The design alone, the whole mail, and its bytes."""
    content = read_published(_published())
    send = _send(content)
    mail, values = _mail(content, send), _values(content, send)
    words, design = _words(content, send), content.design(content.templates[_TEMPLATE]["en"])[1]
    filled, usual = compiled(design.html, html=True), _jinja(design.html, autoescape=True)
    usual_text = _jinja(design.text)
    assert _lines(filled.render(values)) == _lines(usual(_named(values))) == _lines(_untagged(content, send).html)

    def usually() -> None:
        """As a shop would: the words, then the page and the text around them."""
        known = _named(values)
        said = {name: fill(known) for name, fill in words.items()}
        told = {**known, "message": {**known["message"], **said}}
        usual(told)
        usual_text(told)

    works: dict[str, Callable[[], object]] = {
        "page by jinja2": _often(partial(usual, _named(values))),
        "page by Liquid, limits on": _often(partial(filled.render, values)),
        "mail by jinja2, values ready": _often(usually),
        "mail by tandem, values and links made": _often(partial(_mail, content, send)),
        "bytes of the mail": _often(partial(_bytes, mail)),
    }
    costs = turns(works, rounds=15)
    size = len(mail.html.encode()) / 1000
    report = Report(f"a mail of {size:.0f} kB, rendered", ("CPU ms", "a second of CPU", "of jinja2"))
    for name, cost in costs.items():
        each = cost / _CALLS
        base = costs["page by jinja2" if name.startswith("page") else "mail by jinja2, values ready"] / _CALLS
        report.add(name, each / 1000, 1e6 / each, each / base)
    return [report, _kept(content, send)]


def _first_mail(content: Content, send: Send) -> object:
    compiled.cache_clear()
    return _mail(content, send)


def _kept(content: Content, send: Send) -> Report:
    """What a worker does once for a published playbook, and what it keeps of it."""
    published = _published()
    works: dict[str, Callable[[], object]] = {
        "read": lambda: read_published(published),
        "first mail of a template": lambda: _first_mail(content, send),
        "every other": lambda: _mail(content, send),
    }
    report = Report(
        f"the starter's content, {len(published) / 1000:.0f} kB", ("CPU ms",), "once a worker, but the last"
    )
    for name, cost in turns(works).items():
        report.add(name, cost / 1000)
    return report


def _published() -> bytes:
    return read_playbook(Path("infra/playbook"), published_at=NOON, number=7).content.model_dump_json().encode()


def _send(content: Content) -> Send:
    """Of four records, with what goes with them."""
    held = content.products[:4]
    lines = tuple(Line(product.id, 1 + at, product.name, 2400) for at, product in enumerate(held))
    recommended = tuple(product.id for product in content.products[-3:])
    known = {"order_id": "1001", "today": "2026-11-22", "happened_on": "2026-11-22", "tier": "high"}
    return a_send(template=_TEMPLATE, lines=lines, recommended=recommended, **known)


def _mail(content: Content, send: Send) -> Mail:
    mail = render(content, send, unsubscribe_url=LINK)
    assert isinstance(mail, Mail)
    return mail


def _untagged(content: Content, send: Send) -> Mail:
    assert content.brand
    brand = content.brand.model_copy(update={"utm": None})
    return _mail(content.model_copy(update={"brand": brand}), send)


def _bytes(mail: Mail) -> bytes:
    return to_bytes(
        mail,
        sender=("Needle & Groove", "hello@example.com"),
        recipient="ana@example.com",
        decision="5e" * 16,
        date=NOON,
        unsubscribe_url=LINK,
        topic="marketing",
        language="en",
    )


def _values(content: Content, send: Send) -> dict[Any, Any]:
    """All that a design names."""
    template, phrases = content.templates[_TEMPLATE]["en"], content.phrases["en"]
    known = variables(content, send, "en")

    def said(source: str) -> str:
        return compiled(source).render(known)

    own = {name: getattr(template, name, None) for name, _ in phrases}
    return {
        **known,
        "locale": "en",
        "direction": "ltr",
        "unsubscribe_url": LINK,
        "phrases": {name: said(own[name] or source) for name, source in phrases},
        "brand": content.look_names,
        "message": {
            "subject": said(template.subject),
            "preheader": said(template.preheader),
            "heading": said(template.heading),
            "paragraphs": [said(each) for each in template.paragraphs],
            "show": template.show,
            "picture": [{"url": content.shop.url + template.picture.image, "alt": said(template.picture.alt)}]
            if template.picture
            else [],
            "offer": [],
            "action": {"label": said(template.action.label), "url": said(template.action.url)},
        },
    }


def _named(values: Mapping[Any, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if isinstance(name, str)}


def _words(content: Content, send: Send) -> dict[str, Callable[[Mapping[str, Any]], str]]:
    """What the template says itself, each as a template of jinja2."""
    template = content.templates[send.template]["en"]
    texts = {"subject": template.subject, "preheader": template.preheader, "heading": template.heading}
    texts |= {f"paragraph {at}": text for at, text in enumerate(template.paragraphs)}
    texts |= {"label": template.action.label, "address": template.action.url}
    texts |= {f"phrase {name}": source for name, source in content.phrases["en"]}
    return {name: _jinja(text) for name, text in texts.items()}


def _jinja(liquid: str, *, autoescape: bool = False) -> Callable[[Mapping[str, Any]], str]:
    """The same template in jinja2's words."""
    source = re.sub(r"\{% assign ", "{% set ", liquid)
    source = source.replace("{% elsif ", "{% elif ")
    source = re.sub(r"\.size\b(?=[^{}]*%\})", "|length", source)
    source = re.sub(r"\| (\w+): (.*?)(?= *(?:\||[%}]\}))", _called, source)
    environment = Environment(autoescape=autoescape, keep_trailing_newline=True)  # noqa: S701
    environment.filters["plural"] = lambda number, one, other: (one if number == 1 else other).replace("#", str(number))
    return environment.from_string(source).render


def _called(found: re.Match[str]) -> str:
    return f"| {found[1]}({re.sub(r'(?<![^ ,])(\w+): ', r'\1=', found[2])})"


def _lines(page: str) -> list[str]:
    return [line.strip() for line in page.splitlines() if line.strip()]


def _often(work: Callable[[], object]) -> Callable[[], None]:
    def all_of_them() -> None:
        for _ in range(_CALLS):
            work()

    return all_of_them
