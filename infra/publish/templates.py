"""A folder's words and frames as content. Every text is parsed and put together with samples before it may go out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from liquid import BoundTemplate
from liquid.exceptions import LiquidError

from infra.publish.samples import samples
from infra.publish.source import Location, Source, read_yaml, validate
from tandem.content import VARIABLES, Content, Layouts, Note, Phrases, Template, render
from tandem.content.liquid import compiled
from tandem.content.model import nearest
from tandem.customer import Channel, Send
from tandem.errors import BadPlaybook, Defect, RenderError
from tandem.playbook import Product, Shop
from tandem.sending.push import push_text

HTML: Final = "templates/_layout.html.liquid"
TEXT: Final = "templates/_layout.txt.liquid"
PHRASES: Final = "_phrases"
_LOCALE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,62}")
_OF_THE_LAYOUT: Final = frozenset(("message", "phrases", "locale", "direction", "unsubscribe_url"))
_LINK: Final = "https://unsubscribe.example.com/token"


def read_content(folder: Path, shop: Shop, products: Sequence[Product]) -> Content:
    """The content of a playbook's folder. Raises BadPlaybook with everything that is wrong with it."""
    draft = _Draft(folder, [])
    layouts = Layouts(html=draft.layout(HTML), text=draft.layout(TEXT))
    phrases = {source.locale: read for source in draft.locales(PHRASES) if (read := draft.parse(Phrases, source))}
    templates: dict[str, dict[str, Template]] = {}
    words: dict[tuple[str, str], Source] = {}
    for name in draft.names():
        for words_of in draft.locales(name):
            if template := draft.parse(Template, words_of):
                templates.setdefault(name, {})[words_of.locale] = template
                words[name, words_of.locale] = words_of.source
    draft.translated(shop, templates, phrases)
    draft.stop_if_bad()
    content = Content(shop=shop, products=tuple(products), layouts=layouts, phrases=phrases, templates=templates)
    for (name, locale), source in words.items():
        draft.defects.extend(_rehearse(content, name, locale, source))
    draft.stop_if_bad()
    return content


@dataclass(frozen=True, slots=True)
class _Words:
    locale: str
    source: Source


@dataclass(frozen=True, slots=True)
class _Draft:
    """What is read so far, and what is wrong with it."""

    folder: Path
    defects: list[Defect]

    def stop_if_bad(self) -> None:
        if self.defects:
            raise BadPlaybook(tuple(sorted(set(self.defects))))

    def layout(self, name: str) -> str:
        try:
            text = (self.folder / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self.defects.append(Defect(name, 1, "(file)", f"cannot be read: {type(error).__name__}"))
            return ""
        for line, problem in _problems(text, _OF_THE_LAYOUT, html=name == HTML):
            self.defects.append(Defect(name, line, "(file)", problem))
        if "unsubscribe_url" not in text:
            problem = "there is no link to unsubscribe: show {{ unsubscribe_url }} {% if unsubscribe_url != '' %}"
            self.defects.append(Defect(name, 1, "(file)", problem))
        return text

    def names(self) -> Iterator[str]:
        for path in sorted((self.folder / "templates").glob("*/")):
            if _NAME.fullmatch(path.name):
                yield path.name
            elif path.name != PHRASES:
                self.defects.append(Defect(f"templates/{path.name}", 1, "(folder)", "not a template's name"))

    def locales(self, name: str) -> Iterator[_Words]:
        for path in sorted((self.folder / "templates" / name).iterdir()):
            if path.suffix != ".yaml" or not _LOCALE.fullmatch(path.stem):
                where = path.relative_to(self.folder).as_posix()
                self.defects.append(Defect(where, 1, "(file)", "not a language's words, such as en.yaml or es-MX.yaml"))
                continue
            try:
                yield _Words(path.stem, read_yaml(path, self.folder))
            except BadPlaybook as bad:
                self.defects.extend(bad.defects)

    def parse[M: (Template, Phrases)](self, model: type[M], words: _Words) -> M | None:
        source = words.source
        try:
            parsed = validate(model, source, source.data)
        except BadPlaybook as bad:
            self.defects.extend(bad.defects)
            return None
        for location, text in _texts(source.data):
            for line, problem in _problems(text):
                found = source.defect(location, problem)
                self.defects.append(Defect(found.file, found.line + line - 1, found.field, problem))
        return parsed

    def translated(
        self, shop: Shop, templates: Mapping[str, Mapping[str, Template]], phrases: Mapping[str, Phrases]
    ) -> None:
        fallback = set(nearest(shop.default_locale))
        for name in self.names():
            locales = templates.get(name, {})
            written = {path.stem.lower() for path in (self.folder / "templates" / name).glob("*.yaml")}
            if not fallback & written:
                problem = f"there are no words in the shop's default locale, {shop.default_locale}"
                self.defects.append(Defect(f"templates/{name}", 1, "(folder)", problem))
            for locale in locales.keys() - phrases.keys():
                problem = f"there is no templates/{PHRASES}/{locale}.yaml to go with it"
                self.defects.append(Defect(f"templates/{name}/{locale}.yaml", 1, "(file)", problem))


def _texts(data: Any, location: Location = ()) -> Iterator[tuple[Location, str]]:
    match data:
        case str():
            yield location, data
        case dict():
            for key, value in data.items():
                yield from _texts(value, (*location, key))
        case list():
            for index, value in enumerate(data):
                yield from _texts(value, (*location, index))


def _problems(text: str, more: frozenset[str] = frozenset(), *, html: bool = False) -> Iterator[tuple[int, str]]:
    """What can be said of a text by reading it: syntax, and names that are no variables."""
    try:
        template = compiled(text, html=html)
    except LiquidError as error:
        yield _line(error), str(error.message)
        return
    yield from _unknown(template, text, more)


def _unknown(template: BoundTemplate, text: str, more: frozenset[str]) -> Iterator[tuple[int, str]]:
    roots = {name.partition(".")[0] for name in VARIABLES} | more
    for root, places in template.analyze(include_partials=False).globals.items():
        for place in places:
            line = text.count("\n", 0, place.span.index) + 1
            path = ".".join(str(part) for part in place.segments[:2])
            # A list or a plain value is a variable by its first name alone.
            if root not in roots or (root not in VARIABLES and root not in more and path not in VARIABLES):
                yield line, f"there is no variable {path}; there are {', '.join(VARIABLES)}"


def _line(error: LiquidError) -> int:
    context = error.context()
    return context[0] if context else 1


def _rehearse(content: Content, name: str, locale: str, source: Source) -> list[Defect]:
    """Put a template together with everything there is, and with the least there can be."""
    full, *sparse = samples(content, name, locale)
    defects = [*_rendered(content, full, source)]
    # A template is for orders or for carts: it has to do without one of them, not without both.
    tried = [[*_rendered(content, group, source)] for group in sparse]
    return defects + (min(tried, key=len) if all(tried) else [])


def _rendered(content: Content, sends: Sequence[Send], source: Source) -> Iterator[Defect]:
    for send in sends:
        try:
            message = render(content, send, unsubscribe_url=_LINK)
            if isinstance(message, Note) and send.channel is Channel.PUSH:
                push_text(send, message)
        except RenderError as error:
            field, _, problem = error.reason.partition(": ")
            if field.startswith("_layout"):
                yield Defect(f"templates/{field}.liquid", _line_of(error), "(file)", problem)
            else:
                location = tuple(int(part) if part.isdigit() else part for part in field.split("."))
                yield source.defect(location, problem)


def _line_of(error: RenderError) -> int:
    return _line(error.__cause__) if isinstance(error.__cause__, LiquidError) else 1
