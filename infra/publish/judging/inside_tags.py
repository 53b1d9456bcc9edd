"""Where in HTML a value is printed: among words, in quotes of an attribute, or where escaping it does not help."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

_TOKEN: Final = re.compile(r"\{%-?\s*comment\b.*?endcomment\s*-?%\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_HELD: Final = "\ue000"
_COMMENT_ENDS: Final = re.compile(r"<!--\s*\[if\b[^\]>]*\]>(?:<!-->)?|<!--<!\[endif\]-->|<!\[endif\]-->", re.IGNORECASE)
_TAG: Final = re.compile(r"""<[A-Za-z/\ue000](?:[^<>"']|"[^"]*"|'[^']*')*>""", re.IGNORECASE)
_STYLES: Final = re.compile(r"<style\b[^<>]*>(.*?)</style", re.IGNORECASE | re.DOTALL)
_VALUE: Final = re.compile(r"""([A-Za-z_:][\w:.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_BEGUN: Final = re.compile(r"<[A-Za-z/\ue000][^>]*\Z")
_RUNS: Final = re.compile(r"(?:style|on[a-z]+)", re.IGNORECASE)
_LOOK: Final = 4_000  # characters in which a tag that is not closed is looked for


def unsafe(html: str, prints: Mapping[int, bool]) -> Iterator[tuple[int, str]]:
    """What is printed where a customer, or an event, could write markup or styles with it.

    `prints` are the places of what is printed, and of each whether nobody but the shop can say it.
    """
    masked = _COMMENT_ENDS.sub(_blanks, _TOKEN.sub(lambda found: _HELD * len(found[0]), html))
    tags = [(found.start(), found.end()) for found in _TAG.finditer(masked)]
    styles = [found.span(1) for found in _STYLES.finditer(masked)]
    for offset, ours in prints.items():
        if problem := _problem(masked, offset, tags, styles, ours=ours):
            yield offset, problem


def _problem(
    masked: str, offset: int, tags: list[tuple[int, int]], styles: list[tuple[int, int]], *, ours: bool
) -> str:
    if any(start <= offset < end for start, end in styles):
        return "" if ours else _foreign("<style>")
    around = next(((start, end) for start, end in tags if start <= offset < end), None)
    if around is None:
        begun = _BEGUN.search(masked, max(0, offset - _LOOK), offset)
        return "this is printed in a tag whose quotes do not close: write each value whole" if begun else ""
    for value in _VALUE.finditer(masked, *around):
        if value.start() <= offset < value.end():
            return _foreign(value[1]) if _RUNS.fullmatch(value[1]) and not ours else ""
    return 'this is printed in a tag: it may stand within the quotes of a value alone, as in title="…"'


def _foreign(where: str) -> str:
    return (
        f"this is printed in {where}, and a customer or an event could say it: choose with {{% if %}},"
        " or print a number, the brand, a cover or the direction"
    )


def _blanks(found: re.Match[str]) -> str:
    return " " * len(found[0])
