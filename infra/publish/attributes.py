"""attributes.yaml, and files under attributes/: the rules of a playbook, with every defect by file, line and field."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from infra.publish.judge import derived_of, rule_of
from infra.publish.source import Location, Source, read_yaml, validate
from infra.publish.written import WrittenDerived, WrittenRule, model_of
from tandem.attributes import Derived, Rule, Ruleset
from tandem.errors import BadPlaybook, Defect
from tandem.expressions import Kind, Language, names_in
from tandem.playbook.fields import Model
from tandem.playbook.standard import STANDARD_DERIVED, STANDARD_NAMES, standard_rules
from tandem.playbook.vocabulary import BUILT_IN

FILE: Final = "attributes.yaml"
FOLDER: Final = "attributes"
MOST: Final = 300
MOST_PUBLISHED: Final = 20
_TAKEN: Final = frozenset(name.removeprefix("customer.") for name in BUILT_IN)


@dataclass(slots=True)
class Read:
    """The attributes of a folder, standard ones among them, without codes and versions. `broken` names are written,
    but not as they should be."""

    rules: list[Rule] = field(default_factory=list)
    derived: list[Derived] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    @property
    def ruleset(self) -> Ruleset:
        """All of them."""
        return Ruleset(tuple(self.rules), tuple(self.derived))


class _File(Model):
    """What a file may hold; each attribute is looked at alone."""

    attributes: tuple[object, ...] = ()
    publish: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Item:
    source: Source
    at: Location
    written: WrittenRule | WrittenDerived

    def defect(self, field: str, problem: str) -> Defect:
        return self.source.defect((*self.at, field), problem)


def read_attributes(folder: Path, currency: str, defects: list[Defect]) -> Read:
    """Everything that is written of attributes in a folder; what is wrong goes to `defects`."""
    read = Read([*standard_rules(currency)], [*STANDARD_DERIVED])
    items: list[_Item] = []
    published: list[tuple[Source, int, str]] = []
    for path in _paths(folder):
        try:
            source = read_yaml(path, folder)
            file = validate(_File, source, source.data or {})
        except BadPlaybook as bad:
            defects += bad.defects
            continue
        items += _items(source, file, read, defects)
        published += [(source, index, name) for index, name in enumerate(file.publish)]
    defects += _names(items)
    _add_rules(items, read, defects)
    _add_derived(items, read, defects)
    defects += _publish(published, read)
    defects += _too_many(items, read)
    return read


def _paths(folder: Path) -> list[Path]:
    one = folder / FILE
    return [*([one] if one.exists() else []), *sorted((folder / FOLDER).glob("*.y*ml"))]


def _items(source: Source, file: _File, read: Read, defects: list[Defect]) -> Iterator[_Item]:
    for index, data in enumerate(file.attributes):
        at = ("attributes", index)
        try:
            yield _Item(source, at, validate(model_of(data), source, data, at))
        except BadPlaybook as bad:
            defects += bad.defects
            if isinstance(data, dict):
                read.broken.add(str(data.get("attribute", "")))


def _names(items: list[_Item]) -> Iterator[Defect]:
    held: set[str] = set()
    for item in items:
        name = item.written.attribute
        if name in held:
            yield item.defect("attribute", f"{name} is another attribute's name already")
        elif name in STANDARD_NAMES:
            yield item.defect("attribute", f"{name} is a standard attribute; to announce it write publish: [{name}]")
        elif name in _TAKEN:
            yield item.defect("attribute", f"customer.{name} is built in")
        elif Language({f"customer.{name}": Kind.INT}).check(f"customer.{name}").problem:
            yield item.defect("attribute", f"{name} is a word of CEL: no expression could read it")
        held.add(name)


def _add_rules(items: list[_Item], read: Read, defects: list[Defect]) -> None:
    for item in items:
        if isinstance(item.written, WrittenRule):
            rule, problems = rule_of(item.written)
            defects += [item.defect(*problem) for problem in problems]
            if problems:
                read.broken.add(rule.attribute)
            else:
                read.rules.append(rule)


def _add_derived(items: list[_Item], read: Read, defects: list[Defect]) -> None:
    waiting = [each for each in items if isinstance(each.written, WrittenDerived)]
    for index, item in enumerate(waiting):
        later = frozenset(each.written.attribute for each in waiting[index + 1 :])
        if isinstance(item.written, WrittenDerived):
            derived, problems = derived_of(item.written, read.ruleset, later)
            if {f"customer.{name}" for name in read.broken} & names_in(derived.expression):
                problems = []  # what it reads is told of already
                read.broken.add(derived.attribute)
            defects += [item.defect(*problem) for problem in problems]
            if problems:
                read.broken.add(derived.attribute)
            elif derived.attribute not in read.broken:
                read.derived.append(derived)


def _publish(published: list[tuple[Source, int, str]], read: Read) -> Iterator[Defect]:
    """The list of names beside the attributes: how standard ones are announced."""
    for source, index, name in published:
        read.rules = [replace(each, publish=True) if each.attribute == name else each for each in read.rules]
        read.derived = [replace(each, publish=True) if each.attribute == name else each for each in read.derived]
        names = read.ruleset.by_attribute
        if name not in names and name not in read.broken:
            near = get_close_matches(name, names, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            yield source.defect(("publish", index), f"there is no attribute {name}{hint}")


def _too_many(items: list[_Item], read: Read) -> Iterator[Defect]:
    for item in items[MOST:]:
        yield item.defect("attribute", f"there are {len(items)} attributes; at most {MOST} fit a profile")
        break
    announced = [each.attribute for each in read.ruleset.published]
    if len(announced) > MOST_PUBLISHED:
        last = next((each for each in reversed(items) if each.written.publish), None)
        problem = f"{len(announced)} attributes are published; at most {MOST_PUBLISHED} are announced"
        yield last.defect("publish", problem) if last else Defect(FILE, 1, "publish", problem)
