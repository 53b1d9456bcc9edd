"""What is wrong with a design's MJML. The compiler takes nearly everything, and leaves out what it does not know."""

import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from infra.publish.designs.components import COMPONENTS, TAKE_LIQUID
from infra.publish.designs.tokens import HELD, unheld
from infra.publish.problems import hint

_TAG: Final = re.compile(r"""<(/?)(mj[a-z-]*)\b((?:[^<>"']|"[^"]*"|'[^']*')*?)(/?)>""")
_ATTRIBUTE: Final = re.compile(r"""([A-Za-z_:][\w:.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


class Problem(NamedTuple):
    """What is wrong at an offset of the text."""

    offset: int
    problem: str


class Run(NamedTuple):
    """Liquid between components, or a component: where it begins and ends."""

    start: int
    end: int


class Image(NamedTuple):
    """A picture's component, and its attributes."""

    offset: int
    attributes: dict[str, str]


@dataclass(slots=True)
class Scan:
    """What is found in a design, Liquid held as words: problems, and Liquid that wants an `mj-raw` around it."""

    text: str
    problems: list[Problem] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    words: list[Run] = field(default_factory=list)  # components that hold HTML
    _stack: list[tuple[str, int]] = field(default_factory=list)

    def scan(self) -> "Scan":
        """Reads all of it."""
        done = 0
        while found := _TAG.search(self.text, done):
            self._between(done, found.start())
            done = self._tag(found)
        self._between(done, len(self.text))
        for name, offset in self._stack:
            self._refuse(offset, f"<{name}> is not closed")
        if not self.problems and "<mj-body" not in self.text:
            self._refuse(0, "there is no <mj-body>")
        return self

    def _tag(self, found: re.Match[str]) -> int:
        closes, name, attributes, alone = found.groups()
        if closes:
            self._close(name, found.start())
            return found.end()
        component = COMPONENTS.get(name)
        if component is None and not self._is_default(name):
            known = f"there is no <{name}>{hint(name, COMPONENTS)}"
            self._refuse(found.start(), known)
        elif component is not None and not self._in_attributes():
            self._judge(name, attributes, found)
        if alone:
            return found.end()
        if (component is None or component.words) and not self._in_attributes():
            return self._skip(name, found)
        self._stack.append((name, found.start()))
        return found.end()

    def _judge(self, name: str, attributes: str, found: re.Match[str]) -> None:
        component = COMPONENTS[name]
        around = self._stack[-1][0] if self._stack else ""
        if around not in component.within and (around or component.within):
            where = " or ".join(f"<{each}>" for each in sorted(component.within)) or "nothing"
            self._refuse(found.start(), f"<{name}> may lie in {where}" + (f", not in <{around}>" if around else ""))
        given = {each[1]: each[2] if each[2] is not None else each[3] for each in _ATTRIBUTE.finditer(attributes)}
        for attribute in given:
            if attribute not in component.attributes and not HELD.search(attribute):
                known = hint(attribute, component.attributes)
                self._refuse(found.start(3), f"<{name}> has no attribute {attribute}{known}")
        if name == "mj-image":
            self.images.append(Image(found.start(), given))

    def _in_attributes(self) -> bool:
        return any(name == "mj-attributes" for name, _ in self._stack)

    def _is_default(self, name: str) -> bool:
        return name in {"mj-all", "mj-class"} and self._in_attributes()

    def _skip(self, name: str, found: re.Match[str]) -> int:
        """What holds words is read no further than to its end."""
        end = self.text.find(f"</{name}>", found.end())
        inner = _TAG.search(self.text, found.end(), end if end >= 0 else len(self.text))
        if end >= 0 and (inner is None or name not in COMPONENTS or name == "mj-raw"):
            self.words.append(Run(found.start(), end + len(f"</{name}>")))
            return self.words[-1].end
        self._refuse(found.start(), f"<{name}> is not closed")
        return inner.start() if inner else len(self.text)

    def _close(self, name: str, offset: int) -> None:
        if self._stack and self._stack[-1][0] == name:
            self._stack.pop()
        elif any(name == each for each, _ in self._stack):
            while self._stack[-1][0] != name:
                left, begun = self._stack.pop()
                self._refuse(begun, f"<{left}> is not closed")
            self._stack.pop()
        else:
            self._refuse(offset, f"</{name}> closes nothing")

    def _between(self, start: int, end: int) -> None:
        text = self.text[start:end]
        if not text.strip():
            return
        around = self._stack[-1][0] if self._stack else ""
        if unheld(text).strip():
            first = start + len(text) - len(text.lstrip())
            said = unheld(text).strip().split("\n")[0][:40]
            where = f"in <{around}>" if around else "outside of <mjml>"
            self._refuse(first, f"text {where}: {said!r} has to stand in <mj-text>, <mj-table> or <mj-raw>")
        elif around in TAKE_LIQUID:
            self.runs.append(Run(start + len(text) - len(text.lstrip()), start + len(text.rstrip())))
        else:
            where = f"in <{around}>" if around else "outside of <mjml>"
            self._refuse(start + len(text) - len(text.lstrip()), f"Liquid cannot stand {where}")

    def _refuse(self, offset: int, problem: str) -> None:
        self.problems.append(Problem(offset, problem))
