"""A writer that remembers what it wrote, and which part of a text made which part of that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TextIO

from liquid import Node
from liquid.builtin.content import ContentNode
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.assign_tag import AssignNode
from liquid.builtin.tags.capture_tag import CaptureNode

from tandem.content.bounds import WATCH
from tandem.content.writer import Writer


class Span(NamedTuple):
    """What one node wrote, from and to a character; `offset` is where the node stands in its source."""

    start: int
    end: int
    offset: int
    kind: str  # output, block or words


@dataclass(frozen=True, slots=True)
class Said:
    """A field, its Liquid, and what came of it: of all of it, or of what it captured on the way."""

    field: str
    source: str
    text: str
    html: bool
    spans: Sequence[Span] = ()
    captured: bool = False

    def offset(self, position: int) -> int:
        """Where in the source a character of the text comes from."""
        found = 0
        for span in self.spans:
            if span.kind != "block" and span.start <= position:
                within = position - span.start if span.kind == "words" and position < span.end else 0
                found = span.offset + within
        return found


@dataclass(frozen=True, slots=True)
class Watched(Writer):
    """`said` is everything that was filled, in order."""

    said: list[Said] = field(default_factory=list)

    def fill(self, field: str, source: str, more: Mapping[str, Any], *, html: bool = False) -> str:
        """As its like; what came of it is kept."""
        noted: list[tuple[TextIO, Span]] = []

        def watch(node: Node, buffer: TextIO, begun: int) -> None:
            if kind := _kind(node):
                noted.append((buffer, Span(begun, buffer.tell(), node.token.start_index, kind)))

        text = Writer.fill(self, field, source, {**more, WATCH: watch}, html=html)
        written: dict[int, tuple[TextIO, list[Span]]] = {}
        for buffer, span in noted:
            written.setdefault(id(buffer), (buffer, []))[1].append(span)
        whole: list[Span] = []
        for buffer, spans in written.values():
            came = getattr(buffer, "getvalue", str)()
            if came == text:
                whole += spans
            elif came:
                self.said.append(Said(field, source, came, html, _sorted(spans), captured=True))
        self.said.append(Said(field, source, text, html, _sorted(whole)))
        return text


def _sorted(spans: Sequence[Span]) -> Sequence[Span]:
    return sorted(spans, key=lambda span: (span.start, span.end))


def _kind(node: Node) -> str:
    match node:
        case OutputNode():
            return "output"
        case ContentNode():
            return "words"
        case AssignNode() | CaptureNode():
            return ""
        case _:
            return "block"
