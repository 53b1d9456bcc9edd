"""What a text must never print: nothing where something was to stand, or a word of a program's."""

import re
from collections.abc import Container, Iterator
from typing import Final

from infra.publish.judging.watched import Said, Span

_PROGRAMS: Final = re.compile(r"None|nil|null|undefined|NaN|True|False|true|false|-?inf|nan|ForLoop|Undefined")
# No language sets a blank before these, and no text begins with them.
_LOOSE: Final = re.compile(r"(?<=\w) +[,.](?=\s|$)|^\s*[,.;:!?](?=\s)")
_BRACES: Final = re.compile(r"\{\{|\}\}|\{%|%\}|\blq\d{5}q\b")
_STRUCTURE: Final = re.compile(r"[\[{]\s*['\"]|<[\w.]+ object at|\bMarkup\(")
_TAG_BEFORE: Final = re.compile(r"</?(?:a|b|strong|i|em|span|u|small|font)\b[^<>]*>\Z", re.IGNORECASE)
_TAG_AFTER: Final = re.compile(r"</?(?:a|b|strong|i|em|span|u|small|font)\b[^<>]*>", re.IGNORECASE)
_ANY_TAGS: Final = re.compile(r"<[^<>]*>")
_IN_A_LINK: Final = re.compile(r"https?://[^\s\"'<>]*[/=&?]\Z")
_BLANKS: Final = ("&nbsp;", "&#160;", "&#8199;")
_POINTS: Final = ",.;:!?…、。，！？；："
_OPENS: Final = {"(": ")", "[": "]", "«": "»", "“": "”", "„": "“", "‘": "’", '"': '"', "¿": "?", "¡": "!", "（": "）"}
_ALT_BEFORE: Final = re.compile(r"""\salt\s*=\s*["']\s*\Z""", re.IGNORECASE)
_ALT_AFTER: Final = re.compile(r"""\s*["']""")
_LOOK: Final = 400  # characters around a place


def holes(said: Said) -> Iterator[tuple[int, str]]:
    """Offsets of the source of what printed nothing where that leaves a hole in a sentence."""
    for span in said.spans:
        if span.kind == "words" or said.text[span.start : span.end].strip():
            continue
        if span.kind == "output" and _IN_A_LINK.search(said.text, max(0, span.start - _LOOK), span.start):
            yield span.offset, f"a part of the link is missing: {_IN_A_LINK.search(said.text[: span.start])[0]}"  # type: ignore[index]
            continue
        if _in_a_tag(said, span):
            if _ALT_BEFORE.search(said.text, max(0, span.start - _LOOK), span.start) and _ALT_AFTER.match(
                said.text, span.end
            ):
                yield span.offset, "nothing is said in the alt text: what is seen has to be said for everybody"
            continue
        before, after = _before(said, span.start), _after(said, span.end)
        if span.start < span.end:  # it printed blanks
            before = before or " "
        if _is_hole(before, after, said, span):
            yield span.offset, f"nothing is said here: “{_shown(said, span)}”"


def loose_points(said: Said) -> Iterator[tuple[int, str]]:
    """Points with a blank before them that nobody wrote: what filters glued is seen in the text alone."""
    for found in _LOOSE.finditer(said.text):
        if found[0] not in said.source:
            around = " ".join(said.text[max(0, found.start() - 24) : found.end() + 24].split())
            yield said.offset(found.start()), f"nothing is said before {found[0].strip()} here: “{around}”"


def programs_words(said: Said, known: Container[str]) -> Iterator[tuple[int, str]]:
    """Offsets of outputs that printed what only a program says, and of braces. What is `known` to be a name, or was
    judged where it was said, may be called None."""
    for span in said.spans:
        text = said.text[span.start : span.end].strip() if span.kind == "output" else ""
        if text and text not in known and (found := _PROGRAMS.fullmatch(text) or _STRUCTURE.search(text)):
            yield span.offset, f"this prints {found[0]}"
    if found := _BRACES.search(said.text):
        yield said.offset(found.start()), f"the text has {found[0]}: is it Liquid that was not filled in?"
    if not said.captured and _PROGRAMS.fullmatch(said.text.strip()):
        yield 0, f"the text is {said.text.strip()}"


def _is_hole(before: str, after: str, said: Said, span: Span) -> bool:
    last = before[-1:]
    left, right = before.rstrip()[-1:], after.lstrip()[:1]
    if not left and not right:
        return False  # alone in its element, or in its text
    if left in _OPENS and right == _OPENS[left]:
        return True
    glued = bool(last) and not last.isspace() and (last not in _POINTS or _is_cut(said, span)) and last not in _OPENS
    if span.kind == "block":
        return bool(right) and right in _POINTS and not glued
    if not said.html and _is_layout(said):
        return bool(right) and right in _POINTS and not glued
    return not glued


def _is_cut(said: Said, span: Span) -> bool:
    """Whether a name that was cut stands right before: its ellipsis is a part of it, and no sentence's point."""
    if _before(said, span.start)[-1:] != "…":
        return False
    end = max((each.end for each in said.spans if each.kind == "output" and each.end <= span.start), default=0)
    return not _ANY_TAGS.sub("", said.text[end : span.start])


def _is_layout(said: Said) -> bool:
    return said.field.endswith(".txt")


def _in_a_tag(said: Said, span: Span) -> bool:
    if not said.html:
        return False
    around = said.text[max(0, span.start - 4_000) : span.start]
    return around.rfind("<") > around.rfind(">") or around.rfind("<style") > around.rfind("</style")


def _before(said: Said, at: int) -> str:
    """What stands before, in the same element or line; inline elements are looked through."""
    text = said.text[max(0, at - _LOOK) : at]
    if said.html:
        while found := _TAG_BEFORE.search(text.rstrip("\n")):
            text = text[: found.start()]
        text = _without_entities(text[text.rfind(">") + 1 :])
    return text[text.rfind("\n") + 1 :] if _is_layout(said) else _alone(text)


def _after(said: Said, at: int) -> str:
    text = said.text[at : at + _LOOK]
    if said.html:
        while found := _TAG_AFTER.match(text):
            text = text[found.end() :]
        text = _without_entities(text.partition("<")[0])
    return text.partition("\n")[0] if _is_layout(said) else _alone(text)


def _alone(text: str) -> str:
    """Blanks between an element's border and the place are none of a sentence's."""
    return text if text.strip() else ""


def _without_entities(text: str) -> str:
    for blank in _BLANKS:
        text = text.replace(blank, " ")
    return text


def _shown(said: Said, span: Span) -> str:
    around = f"{_before(said, span.start)[-24:]}␣{_after(said, span.end)[:24]}"
    return " ".join(around.split())
