"""A folder's words and designs as content. Every text is parsed and put together with samples before it may go out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra.publish.designs import Designs, read_designs
from infra.publish.filters import filter_problems
from infra.publish.formats import formats_of
from infra.publish.judging.kinds import variables
from infra.publish.judging.known import Known, texts
from infra.publish.judging.places import Files, Written
from infra.publish.likeness import Likeness
from infra.publish.names import problems
from infra.publish.problems import hint
from infra.publish.rehearse import Rehearsal
from infra.publish.source import Source, read_yaml, validate
from tandem.attributes import Ruleset
from tandem.content import Brand, Content, Phrases, Template, brand_of
from tandem.content.model import DESIGN, REPLACED, nearest
from tandem.errors import BadPlaybook, Defect
from tandem.playbook import Product, Shop
from tandem.playbook.standard import STANDARD_DERIVED, standard_rules

PHRASES: Final = "_phrases"
_LOCALE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,62}")


def read_content(
    folder: Path,
    shop: Shop,
    products: Sequence[Product],
    brand: Brand | None = None,
    *,
    known: Known | None = None,
) -> Content:
    """The content of a playbook's folder. Raises BadPlaybook with everything that is wrong with it.

    `known` are the playbook's attributes, and what its campaigns start with; without it, the standard ones.
    """
    draft = _Draft(folder, [])
    known = known or Known(Ruleset(standard_rules(shop.currency), STANDARD_DERIVED))
    look = brand or brand_of(shop)
    designs = read_designs(folder, look, draft.defects)
    phrases: dict[str, Phrases] = {}
    said: dict[str, Written] = {}
    for source in draft.locales(PHRASES):
        said[source.locale] = source.written  # also what is broken: what it has is there for designs to say
        if read := draft.parse(Phrases, source):
            phrases[source.locale] = read
            draft.defects.extend(known.in_words(source.written, variables(known.rules, frozenset())))
    templates: dict[str, dict[str, Template]] = {}
    words: dict[tuple[str, str], Written] = {}
    for name in draft.names():
        for words_of in draft.locales(name):
            if template := draft.parse(Template, words_of):
                templates.setdefault(name, {})[words_of.locale] = template
                words[name, words_of.locale] = words_of.written
                draft.defects.extend(known.in_words(words_of.written, known.words(name, template)))
                draft.designed(template, words_of.source, designs)
    if said.keys() == {path.stem for path in (folder / "templates" / PHRASES).glob("*.yaml")}:  # all could be read
        draft.defects.extend(known.in_designs(designs, look, said))
    draft.translated(shop, templates)
    draft.stop_if_bad()
    content = Content(
        shop=shop,
        products=tuple(products),
        layouts=designs.standard,
        designs=dict(designs.by_name) if DESIGN in designs.by_name else {},
        brand=brand,
        phrases=phrases,
        templates=templates,
        formats=formats_of(sorted({locale for written in templates.values() for locale in written})),
    )
    rehearsal = Rehearsal.of(content, known.rules)
    for (name, locale), written in words.items():
        files = Files(written, said[locale], designs.places)
        draft.defects.extend(rehearsal.problems(name, locale, files, known.starts.get(name, ())))
    draft.stop_if_bad()
    return content


@dataclass(frozen=True, slots=True)
class _Words:
    locale: str
    source: Source
    raw: str

    @property
    def written(self) -> Written:
        return Written(self.source, self.raw)


@dataclass(frozen=True, slots=True)
class _Draft:
    """What is read so far, and what is wrong with it."""

    folder: Path
    defects: list[Defect]

    def stop_if_bad(self) -> None:
        if self.defects:
            raise BadPlaybook(tuple(sorted(set(self.defects))))

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
            if now := REPLACED.get(path.stem.partition("-")[0]):
                where = path.relative_to(self.folder).as_posix()
                problem = f"nobody would get it: the language is written {now} now"
                self.defects.append(Defect(where, 1, "(file)", problem))
            try:
                source = Likeness(self.folder).whole(read_yaml(path, self.folder))
                yield _Words(path.stem, source, path.read_text(encoding="utf-8"))
            except BadPlaybook as bad:
                self.defects.extend(bad.defects)

    def parse[M: (Template, Phrases)](self, model: type[M], words: _Words) -> M | None:
        source = words.source
        try:
            parsed = validate(model, source, source.data)
        except BadPlaybook as bad:
            self.defects.extend(bad.defects)
            return None
        for location, text in texts(source.data):
            for offset, problem in _problems(text, words.locale):
                self.defects.append(words.written.defect(location, text, offset, problem))
        return parsed

    def designed(self, template: Template, source: Source, designs: Designs) -> None:
        """A design that a template names has to be there. The first releases' one is everybody's."""
        there = designs.by_name.keys() | designs.broken
        if template.design not in there and template.design != DESIGN:
            near = hint(template.design, there) or f"; there are {', '.join(sorted(there))}"
            self.defects.append(source.defect(("design",), f"there is no designs/{template.design}.mjml{near}"))

    def translated(self, shop: Shop, templates: Mapping[str, Mapping[str, Template]]) -> None:
        fallback = set(nearest(shop.default_locale))
        for name in self.names():
            locales = templates.get(name, {})
            written = {path.stem.lower() for path in (self.folder / "templates" / name).glob("*.yaml")}
            if not fallback & written:
                problem = f"there are no words in the shop's default locale, {shop.default_locale}"
                self.defects.append(Defect(f"templates/{name}", 1, "(folder)", problem))
            there = {path.stem for path in (self.folder / "templates" / PHRASES).glob("*.yaml")}
            for locale in locales.keys() - there:
                problem = f"there is no templates/{PHRASES}/{locale}.yaml to go with it"
                self.defects.append(Defect(f"templates/{name}/{locale}.yaml", 1, "(file)", problem))


def _problems(text: str, locale: str) -> list[tuple[int, str]]:
    return [*problems(text)] or [*filter_problems(text, locale)]
