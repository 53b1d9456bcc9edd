"""From a design's source to Liquid in HTML, and in text."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from liquid.exceptions import LiquidError
from mjml import mjml2html

from infra.publish.designs.located import Located, Places
from infra.publish.designs.marks import marked
from infra.publish.designs.scan import Problem, Scan
from infra.publish.designs.text_part import text_part
from infra.publish.designs.tokens import MARK, TOKEN, Tokens, replaced
from infra.publish.designs.unparsed import too_deep, unparsed
from tandem.content.liquid import compiled
from tandem.errors import Defect

_COMMENT: Final = re.compile(r"<!--(?!>|\s*\[if|\s*<!\[endif).*?-->|\{%-?\s*comment\b.*?endcomment\s*-?%\}", re.DOTALL)
_BRAND: Final = re.compile(r"\{\{-?\s*brand\.")
# The compiler leaves out the role of tables of its own. One without headings is for looks: screen readers are told.
_FOR_LOOKS: Final = re.compile(rf"(<table)(?![^>]*\srole=)(?![^>]*{MARK})(?!(?:(?!</table).)*<th\b)", re.DOTALL)
_FOR_THE_TEXT: Final = re.compile(r'\sdata-text="[^"]*"')


@dataclass(frozen=True, slots=True)
class Made:
    """A compiled design: Liquid in HTML and in text, and where in which file each part of them was written."""

    html: str
    text: str
    html_places: Places
    text_places: Places


def compile_design(source: Located, brand: Mapping[str, Any], defects: list[Defect]) -> Made | None:
    """The design that a source is of, with the brand's own values filled in. None and defects if it is not one."""
    before = len(defects)
    defects.extend(_open_comments(source))
    if len(defects) > before:
        return None
    plain = replaced(source, _COMMENT, lambda _, __: "")
    defects.extend(_liquid_problems(plain))
    if len(defects) > before:
        return None  # what is not closed would be looked for again and again
    branded = _with_brand(plain, brand, defects)
    tokens = Tokens()
    held = marked(replaced(branded, TOKEN, lambda found, place: tokens.hold(found[0], place)), tokens)
    defects.extend(_defect(held, offset, problem) for offset, problem in too_deep(held.text))
    scan = Scan(held.text).scan()
    defects.extend(_defect(held, offset, problem) for offset, problem in scan.problems)
    defects.extend(_images(held, scan))
    if len(defects) > before:
        return None
    try:
        # Without fonts of its own: MJML would have every mail load Roboto from elsewhere, where a stack names it.
        page = mjml2html(_wrapped(held.text, scan), fonts={})
    except ValueError as error:
        found = [*unparsed(held.text, scan.words, _fails)] or [Problem(0, f"is not MJML: {error}")]
        defects.extend(_defect(held, offset, problem) for offset, problem in found)
        return None
    page = _FOR_LOOKS.sub(r'\1 role="presentation"', page)
    html, html_places = tokens.give_back(_FOR_THE_TEXT.sub("", page))
    text, text_places = tokens.give_back(text_part(page, tokens))
    return Made(html, text, html_places, text_places)


def _fails(component: str) -> str:
    """What the compiler says of one component by itself; empty where it takes it."""
    around = "<mj-social>{}</mj-social>" if component.startswith("<mj-social-element") else "{}"
    if component.startswith(("<mj-title", "<mj-preview", "<mj-style")):
        page = f"<mjml><mj-head>{component}</mj-head><mj-body></mj-body></mjml>"
    else:
        column = f"<mj-section><mj-column>{around.format(component)}</mj-column></mj-section>"
        page = f"<mjml><mj-body>{column}</mj-body></mjml>"
    try:
        mjml2html(page, fonts={})
    except ValueError as error:
        return str(error)
    return ""


def _wrapped(text: str, scan: Scan) -> str:
    for run in reversed(scan.runs):
        text = f"{text[: run.start]}<mj-raw>{text[run.start : run.end]}</mj-raw>{text[run.end :]}"
    return text


def _with_brand(source: Located, brand: Mapping[str, Any], defects: list[Defect]) -> Located:
    def fill(found: re.Match[str], place: Any) -> str:
        if not _BRAND.match(found[0]):
            return found[0]
        try:
            return compiled(found[0], html=True).render(brand=brand)
        except LiquidError as error:
            defects.append(Defect(place.file, place.line, "(file)", str(error.message)))
            return "0"

    return replaced(source, TOKEN, fill)


def _open_comments(source: Located) -> Iterator[Defect]:
    for opens, closes in (("<!--", "-->"), ("{% comment", "endcomment"), ("{%- comment", "endcomment")):
        end = source.text.rfind(closes)
        if source.text.rfind(opens) > end:
            yield _defect(source, source.text.find(opens, end + 1), f"{opens} is not closed by {closes}")


def _liquid_problems(source: Located) -> Iterator[Defect]:
    try:
        compiled(source.text, html=True)
    except LiquidError as error:
        offset = error.token.start_index if error.token else 0
        yield _defect(source, offset, str(error.message))


def _images(source: Located, scan: Scan) -> Iterator[Defect]:
    for offset, attributes in scan.images:
        if "alt" not in attributes:
            yield _defect(source, offset, 'the picture has no alt text: alt="what is seen", or alt="" for an ornament')


def _defect(source: Located, offset: int, problem: str) -> Defect:
    place = source.at(offset)
    return Defect(place.file, place.line, "(file)", problem)
