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
    """A field, its Liquid, and what came of it."""

    field: str
    source: str
    text: str
    html: bool
    spans: Sequence[Span] = ()

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
        # What is captured is written elsewhere, and was not seen yet.
        top = {id(buffer): buffer for buffer, _ in noted}
        whole = {key for key, buffer in top.items() if getattr(buffer, "getvalue", str)() == text}
        spans = [span for buffer, span in noted if id(buffer) in whole]
        self.said.append(Said(field, source, text, html, sorted(spans, key=lambda span: (span.start, span.end))))
        return text


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
