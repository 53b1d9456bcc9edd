"""What a message's words could name, and what was absent and took a default."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tandem.content import VARIABLES, Content, Template
from tandem.content.liquid import compiled
from tandem.content.plain import one_line
from tandem.content.variables import variables
from tandem.customer import Send

_OUTPUT: Final = re.compile(r"\{\{-?\s*(?P<name>[a-z_]\w*(?:\.[a-z_]\w*)*)\s*(?P<filters>\|[^}]*)?-?\}\}")
_DEFAULT: Final = re.compile(r"\bdefault:\s*(?:'(?P<one>[^']*)'|\"(?P<other>[^\"]*)\")")
_LISTS: Final = frozenset({"lines", "tips", "recommendations"})
_LONGEST: Final = 120


@dataclass(frozen=True, slots=True)
class Value:
    """A variable: its value, empty where it is absent, whether the words name it, and what they say in its absence."""

    name: str
    value: str
    is_named: bool
    default: str | None = None

    @property
    def said(self) -> str:
        """The value in a cell."""
        if self.value:
            return self.value
        return "absent" if self.default is None else f"absent, so “{self.default}” is said"


def values(content: Content, send: Send) -> Iterator[Value]:
    """Every variable, in the order of the list of them, then the customer's attributes that the words name."""
    locale, template, _ = content.for_locale(send.template, send.locale)
    known, named = dict(variables(content, send, locale)), dict(_named(template))
    known["customer"] = {**send.attributes, **known["customer"]}
    attributes = [f"customer.{name}" for name in send.attributes]
    for name in dict.fromkeys((*VARIABLES, *attributes, *(each for each in named if each.startswith("customer.")))):
        yield Value(name, _shown(name, known), name in named, named.get(name))


def _shown(name: str, known: Mapping[Any, Any]) -> str:
    if name in _LISTS:
        names = [one_line(str(each["name"]), _LONGEST // 3) for each in known[name]]
        return f"{len(names)}: {', '.join(names)}" if names else ""
    # By the template language itself: a date is said as the customer's language says it.
    return one_line(compiled(f"{{{{ {name} | default: '' }}}}").render(dict(known)), _LONGEST)


def _named(template: Template) -> Iterator[tuple[str, str | None]]:
    """The names of a template's words, each with the default that is said in its absence, if it has one."""
    found: dict[str, str | None] = {}
    for text in _texts(template.model_dump()):
        for output in _OUTPUT.finditer(text):
            default = _DEFAULT.search(output["filters"] or "")
            said = (default["one"] or default["other"] or "") if default else None
            found[output["name"]] = found.get(output["name"]) or said
    yield from found.items()


def _texts(data: Any) -> Iterator[str]:
    match data:
        case str():
            yield data
        case dict():
            for value in data.values():
                yield from _texts(value)
        case list() | tuple():
            for value in data:
                yield from _texts(value)
