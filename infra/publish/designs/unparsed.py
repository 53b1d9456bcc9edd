"""Why the compiler cannot read a design: it tells neither a line nor a reason that its author would know."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from infra.publish.designs.scan import Problem, Run
from infra.publish.designs.tokens import HELD

_TAG: Final = re.compile(r"""<(/?)([A-Za-z][\w:.-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>""")
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_STRAY: Final = re.compile(r"<(?![A-Za-z/!])")
_OPEN: Final = re.compile(r"<[A-Za-z/]")
_UNQUOTED: Final = re.compile(r"""([\w:.-]+)\s*=\s*(?!["'\s])""")
_QUOTED: Final = re.compile(r""""[^"]*"|'[^']*'""")
_ALONE: Final = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)

DEEPEST: Final = 100  # tags within tags: the compiler ends where they are many thousands


def too_deep(text: str) -> Iterator[Problem]:
    """The first tag that lies deeper than a mail's ever do."""
    depth = 0
    for found in _TAG.finditer(text):
        if found[1]:
            depth = max(0, depth - 1)
        elif found[2].lower() not in _ALONE and not found[3].endswith("/"):
            depth += 1
        if depth > DEEPEST:
            yield Problem(found.start(), f"<{found[2]}> lies too deep: at most {DEEPEST} tags may lie in each other")
            return


def unparsed(text: str, words: Sequence[Run], fails: Callable[[str], str]) -> Iterator[Problem]:
    """What is wrong with the components that hold HTML and do not compile by themselves.

    `fails` tells what the compiler says of a component; empty where it takes it.
    """
    for run in words:
        component = text[run.start : run.end]
        if said := fails(component):
            found = [*_problems(component)] or [Problem(0, f"is not MJML: {said}")]
            yield Problem(run.start + found[0].offset, found[0].problem)


def _problems(component: str) -> Iterator[Problem]:
    text = _COMMENT.sub(lambda found: " " * len(found[0]), component)
    for found in _STRAY.finditer(text):
        yield Problem(found.start(), "< begins no tag: write &lt;")
    tags = [*_TAG.finditer(text)]
    whole = {found.start() for found in tags}
    for found in _OPEN.finditer(text):
        if found.start() not in whole and not any(tag.start() < found.start() < tag.end() for tag in tags):
            yield Problem(found.start(), f"{found[0]}… is not closed by >")
    for found in tags:
        bare = _QUOTED.sub(lambda quoted: '"' * len(quoted[0]), found[3])
        if HELD.search(found[2] + bare):
            yield Problem(found.start(), 'Liquid may stand within the quotes of a value alone, as in style="{% if …"')
        elif unquoted := _UNQUOTED.search(bare):
            yield Problem(found.start(), f'the value of {unquoted[1]} stands in no quotes: write {unquoted[1]}="…"')
    yield from _unclosed(tags)


def _unclosed(tags: Sequence[re.Match[str]]) -> Iterator[Problem]:
    open_: list[re.Match[str]] = []
    for found in tags:
        name = found[2]
        if not found[1]:
            if name.lower() not in _ALONE and not found[3].endswith("/"):
                open_.append(found)
        elif open_ and open_[-1][2] == name:
            open_.pop()
        elif any(each[2] == name for each in open_):
            yield Problem(open_[-1].start(), f"<{open_[-1][2]}> is not closed")
            return
        else:
            yield Problem(found.start(), f"</{name}> closes nothing")
            return
