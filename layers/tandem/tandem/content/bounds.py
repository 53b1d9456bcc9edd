"""What bounds the work that a Liquid text can ask for, beside Liquid's own limits, and names where it is too much.

Liquid bounds a loop within a loop, output, and what is kept. Here: the loops of a text together, the length and depth
of what stands between braces, and what a filter makes.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import wraps
from typing import Any, Final, TextIO, cast

from liquid import Node, RenderContext, Token
from liquid.ast import BlockNode
from liquid.builtin.content import ContentNode, Literal
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags.assign_tag import AssignNode, AssignTag
from liquid.builtin.tags.capture_tag import CaptureNode, CaptureTag
from liquid.builtin.tags.case_tag import CaseNode, CaseTag
from liquid.builtin.tags.for_tag import ForNode, ForTag
from liquid.builtin.tags.if_tag import IfNode, IfTag
from liquid.builtin.tags.unless_tag import UnlessNode, UnlessTag
from liquid.exceptions import FilterArgumentError, LiquidError, LiquidSyntaxError, LoopIterationLimitError
from liquid.filter import with_context
from liquid.tag import Tag
from liquid.token import TOKEN_TAG
from liquid.undefined import StrictDefaultUndefined

MOST_WORK: Final = 5_000  # what stands in loops, counted as often as it is come by
MOST_FILTERED: Final = 500_000  # characters that the filters of a text go through, all together
A_FILTER: Final = 64  # what each counts at least
MOST_SEARCHES: Final = 3  # `contains` between two braces
MOST: Final = 3_000  # things in braces
LONGEST: Final = 1_000  # characters between braces
DEEPEST: Final = 20  # blocks within blocks
MOST_FILTERS: Final = 20  # filters, and brackets, between two braces
LARGEST_TEXT: Final = 20_000  # characters that a filter makes
LARGEST_NUMBER: Final[int] = 10**30
_BLOCKS: Final = frozenset(("if", "unless", "for", "case", "capture"))
_WORK: Final = "work"
_FILTERED: Final = "filtered"
_OPENS: Final = re.compile(r"\{[{%]")
_ENDS: Final = {name: re.compile(r"\{%-?\s{0,9}end" + name + r"\s{0,9}-?%\}") for name in ("raw", "comment")}


class Absent(StrictDefaultUndefined):
    """What is not there: it has a `default`, and may be asked for; everything else is an error."""

    __slots__ = ()
    allowed_properties = StrictDefaultUndefined.allowed_properties | {"__liquid__"}


def check_source(source: str) -> None:
    """Raises LiquidSyntaxError for what is too long or too deep to be parsed in no time, or is not closed."""
    depth = 0
    for count, (offset, inner) in enumerate(_between_braces(source)):
        if count >= MOST:
            raise _too_much(source, offset, f"more than {MOST:,} things in braces")
        if len(inner) > LONGEST:
            raise _too_much(source, offset, f"more than {LONGEST:,} characters between braces")
        if inner.count("|") > MOST_FILTERS or inner.count("[") + inner.count("(") > MOST_FILTERS:
            raise _too_much(source, offset, f"more than {MOST_FILTERS} filters or brackets between braces")
        if inner.count("contains") > MOST_SEARCHES:
            raise _too_much(source, offset, f"more than {MOST_SEARCHES} times contains between braces")
        name = _tag(inner)
        if name in _BLOCKS:
            depth += 1
        elif name.startswith("end") and name[3:] in _BLOCKS:
            depth -= 1
        if depth > DEEPEST:
            raise _too_much(source, offset, f"blocks lie deeper than {DEEPEST} in each other")


def _between_braces(source: str) -> Iterator[tuple[int, str]]:
    """What stands between braces, with the sign of a tag. What is raw or a comment is passed over."""
    done = 0
    while found := _OPENS.search(source, done):
        start, closing = found.start(), "}}" if found[0] == "{{" else "%}"
        end = source.find(closing, start + 2)
        if end < 0:
            raise _too_much(source, start, f"{found[0]} is not closed by {closing}")
        yield start, source[start + 1 : end]
        done = end + 2
        name = _tag(source[start + 1 : end])
        if name in _ENDS:
            closed = _ENDS[name].search(source, done)
            if not closed:
                raise _too_much(source, start, f"{name} is not closed by end{name}")
            done = closed.end()


def _tag(inner: str) -> str:
    words = inner[1:].strip("- \t\r\n").split(None, 1) if inner.startswith("%") else []
    return words[0] if words else ""


def _too_much(source: str, offset: int, problem: str) -> LiquidSyntaxError:
    return LiquidSyntaxError(problem, token=Token(TOKEN_TAG, "", offset, source))


def bounded(name: str, filter_: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that makes neither more nor larger things than a message needs, and pays for what it goes through."""

    @with_context
    @wraps(filter_)
    def checked(*args: Any, context: RenderContext, **kwargs: Any) -> Any:
        if not isinstance(context, RenderContext):  # an argument of this name takes the context's place
            raise FilterArgumentError(f"{name}: context: there is no such argument", token=None)
        _pay(name, context, args)
        made = filter_(*args, **kwargs, **({"context": context} if getattr(filter_, "with_context", False) else {}))
        is_long = isinstance(made, str) and len(made) > LARGEST_TEXT
        is_large = isinstance(made, int | float | Decimal) and not -LARGEST_NUMBER <= made <= LARGEST_NUMBER
        if is_long or is_large:
            raise FilterArgumentError(f"{name}: it makes more than any message needs", token=None)
        return made

    return checked


def _pay(name: str, context: RenderContext, args: Iterable[object]) -> None:
    spent = int(context.tag_namespace.get(_FILTERED, 0)) + A_FILTER
    # By its type: what is absent must not be asked for anything.
    spent += sum(len(cast("str", each)) for each in args if issubclass(type(each), str))
    context.tag_namespace[_FILTERED] = spent
    if spent > MOST_FILTERED:
        problem = f"{name}: the filters of this text go through more than {MOST_FILTERED:,} characters"
        raise FilterArgumentError(problem, token=None)


class Watching:
    """The key, beside the variables, of who is told what each node wrote from where on."""


WATCH: Final[Any] = Watching


class _Placed:
    """Tells where it stands, of an error that does not know; and who watches, what it wrote."""

    token: Token

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        begun = buffer.tell()
        try:
            made = int(super().render_to_output(context, buffer))  # type: ignore[misc]
        except LiquidError as error:
            if error.token is None:
                error.token = self.token
            raise
        watch: Any = context.globals.get(WATCH)
        if watch:
            watch(self, buffer, begun)
        return made


class _Content(_Placed, ContentNode):
    __slots__ = ()


class _Output(_Placed, OutputNode):
    __slots__ = ()


class _Assign(_Placed, AssignNode):
    __slots__ = ()


class _Capture(_Placed, CaptureNode):
    __slots__ = ()


class _If(_Placed, IfNode):
    __slots__ = ()


class _Unless(_Placed, UnlessNode):
    __slots__ = ()


class _Case(_Placed, CaseNode):
    __slots__ = ()


class _For(_Placed, ForNode):
    """Counts what stands in it once a round. Inner loops count for themselves, each time they begin."""

    __slots__ = ("_size",)
    _size: int

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        if not hasattr(self, "_size"):
            self._size = _size(self.block)  # once a template, not once a message
        _, length = self.expression.evaluate(context)
        work = int(context.tag_namespace.get(_WORK, 0)) + length * self._size
        context.tag_namespace[_WORK] = work
        if work > MOST_WORK:
            raise LoopIterationLimitError(f"loops come by more than {MOST_WORK:,} things", token=self.token)
        return super().render_to_output(context, buffer)


def _size(block: Node) -> int:
    """How many things lie in a block, however deep; a loop within counts as one."""
    nodes = block.nodes if isinstance(block, BlockNode) else [block]
    return sum(1 if isinstance(node, ForNode) else 1 + _inner(node) for node in nodes)


def _inner(node: Node) -> int:
    inner = node.nodes if isinstance(node, BlockNode) else node.children(None, include_partials=False)  # type: ignore[arg-type]
    return sum(1 if isinstance(each, ForNode) else 1 + _inner(each) for each in inner)


def _bounding(tag: type[Tag], node: type[Node]) -> type[Tag]:
    return type(f"Bounded{tag.__name__}", (tag,), {"node_class": node})


TAGS: Final[Mapping[str, type[Tag]]] = {
    "content": _bounding(Literal, _Content),
    "output": _bounding(Output, _Output),
    "assign": _bounding(AssignTag, _Assign),
    "capture": _bounding(CaptureTag, _Capture),
    "if": _bounding(IfTag, _If),
    "unless": _bounding(UnlessTag, _Unless),
    "case": _bounding(CaseTag, _Case),
    "for": _bounding(ForTag, _For),
}
