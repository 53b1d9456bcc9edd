"""What every text of a playbook names: variables that there are, phrases that every language has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from liquid.exceptions import LiquidError

from infra.publish.designs import Designs
from infra.publish.judging.inside_tags import unsafe
from infra.publish.judging.kinds import HAPPENED, Names, of_designs, variables
from infra.publish.judging.names import attributes_in, read_names
from infra.publish.judging.places import Written
from infra.publish.judging.starts import Starts
from infra.publish.judging.values import Problem
from infra.publish.problems import hint
from infra.publish.source import Location
from tandem.attributes import Ruleset
from tandem.content import Brand, Content, Phrases, Template
from tandem.content.liquid import compiled
from tandem.content.model import DESIGN
from tandem.errors import Defect

_OWN: Final = frozenset({"first_name", "tier"})


@dataclass(frozen=True)
class Known:
    """The attributes there are, and what each template's messages speak of."""

    rules: Ruleset
    starts: Starts = field(default_factory=dict)

    def words(self, name: str, template: Template) -> Names:
        """What a template's words may name. Of one that no campaign has, nobody knows what it speaks of."""
        starts = self.starts.get(name, ())
        given = frozenset.intersection(*starts) if starts else frozenset(HAPPENED)
        return variables(self.rules, given, offers=template.offer is not None)

    def in_words(self, written: Written, names: Names) -> Iterator[Defect]:
        """What is wrong with the names in a file of words."""
        for location, text in texts(written.source.data):
            for offset, problem in _problems(text, names):
                yield written.defect(location, text, offset, problem)

    def in_designs(self, designs: Designs, brand: Brand, phrases: Mapping[str, Written]) -> Iterator[Defect]:
        """What is wrong with the names in designs, and with the phrases that they say."""
        every = {name for each in phrases.values() for name in _names(each)}
        # Whether a mail speaks of an order, its template says: what designs do where it does not is rehearsed.
        own = variables(self.rules, frozenset(HAPPENED))
        names = of_designs(own, brand, frozenset(every) | frozenset(Phrases.model_fields))
        said: dict[str, str] = {}
        for field_of, places in designs.places.items():
            name, _, part = field_of.rpartition(".")
            layouts = designs.by_name[name]
            text, html = (layouts.html, True) if part == "html" else (layouts.text, False)
            try:
                reading = read_names(compiled(text, html=html), names)
            except LiquidError:
                continue  # told of already
            tagged = unsafe(text, reading.prints) if html else ()
            for offset, problem in (*reading.problems, *tagged):
                place = places.at(offset)
                yield Defect(place.file, place.line, "(file)", problem)
            for phrase, offset in reading.phrases.items():
                place = places.at(offset)
                said.setdefault(phrase, f"{place.file}:{place.line}")
        if DESIGN in designs.by_name:  # layouts of the first releases said other ones
            yield from _phrases(said, phrases, whole=not designs.broken)


def _phrases(said: Mapping[str, str], phrases: Mapping[str, Written], *, whole: bool) -> Iterator[Defect]:
    """`whole`: every design could be read, so that what none of them says nobody says."""
    for written in phrases.values():
        has = _names(written)
        for name, where in said.items():
            if name not in has and not (name in Phrases.model_fields and Phrases.model_fields[name].is_required()):
                yield Defect(written.source.name, 1, name, f"it is missing: {where} says it")
        for name in has if whole else ():
            if name not in said and name not in Phrases.model_fields:
                yield written.source.defect((name,), f"no design says it{hint(name, said)}")


def _names(phrases: Written) -> list[str]:
    data = phrases.source.data
    return [name for name in data if isinstance(name, str)] if isinstance(data, dict) else []


def attributes_used(content: Content) -> dict[str, tuple[str, ...]]:
    """The attributes that each template speaks of: its words in every language, its designs, and the phrases."""
    shared = [text for each in content.phrases.values() for _, text in each]
    found: dict[str, tuple[str, ...]] = {}
    for name, by_locale in content.templates.items():
        used = {each for text in shared for each in _attributes(text, html=False)}
        for template in by_locale.values():
            _, layouts = content.design(template)
            used |= {*_attributes(layouts.html, html=True), *_attributes(layouts.text, html=False)}
            used |= {each for _, text in texts(template.model_dump()) for each in _attributes(text, html=False)}
        found[name] = tuple(sorted(used - _OWN))
    return found


def _attributes(text: str, *, html: bool) -> set[str]:
    return set(attributes_in(compiled(text, html=html))) if "customer" in text else set()


def _problems(text: str, names: Names) -> tuple[Problem, ...]:
    if "{" not in text:
        return ()
    try:
        return read_names(compiled(text), names).problems
    except LiquidError:
        return ()  # told of already


def texts(data: Any, location: Location = ()) -> Iterator[tuple[Location, str]]:
    """Every text in a file's data, with where it stands."""
    match data:
        case str():
            yield location, data
        case dict():
            for key, value in data.items():
                yield from texts(value, (*location, key))
        case list() | tuple():
            for index, value in enumerate(data):
                yield from texts(value, (*location, index))
