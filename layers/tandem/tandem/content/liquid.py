"""Liquid with its limits on: a template can only put words together, and not for long.

Liquid's own limits bound loops, output and variables, `tandem.content.bounds` the work. What grows past them is left
out of the language: ranges (`(1..99999999)` fills the memory when it is compared or joined) and filters such as
`replace`, whose chains multiply. Liquid's own `date` reads the clock: ours, in `tandem.content.filters`, does not.
"""

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Final

from liquid import BoundTemplate, Environment, Mode, Node, RenderContext
from liquid.builtin.expressions.logical import EqExpression, NeExpression
from liquid.builtin.expressions.primitive import RangeLiteral
from liquid.exceptions import LiquidSyntaxError
from liquid.expression import Expression

from tandem.content import bounds, filters
from tandem.content.absence import asked

# fmt: off
FILTERS: Final = frozenset((
    "append", "capitalize", "default", "downcase", "escape", "minus", "plus", "prepend", "round", "size", "strip",
    "times", "truncate", "upcase", "url_encode",
))
TAGS: Final = frozenset((
    "assign", "break", "capture", "case", "comment", "continue", "for", "if", "raw", "unless",
    "#", "content", "illegal", "output",  # not written as tags: what Liquid itself needs
))
# fmt: on


class _Bounded(Environment):
    loop_iteration_limit = 1_000
    output_stream_limit = 200_000
    local_namespace_limit = 20_000


@cache
def _environment(*, html: bool) -> Environment:
    environment = _Bounded(tolerance=Mode.STRICT, undefined=bounds.Absent, autoescape=html)
    known = {name: filter_ for name, filter_ in environment.filters.items() if name in FILTERS} | {**filters.FILTERS}
    environment.filters = {name: bounds.bounded(name, filter_) for name, filter_ in known.items()}
    environment.tags = {name: tag for name, tag in environment.tags.items() if name in TAGS}
    environment.tags.update({name: tag(environment) for name, tag in bounds.TAGS.items()})
    return environment


@lru_cache(maxsize=8192)  # the starter has about 500 texts
def compiled(source: str, *, html: bool = False) -> BoundTemplate:
    """A parsed template; with `html`, everything it prints is escaped. Raises liquid's LiquidError."""
    bounds.check_source(source)
    template = _environment(html=html).from_string(source)
    for expression in expressions(template):
        if isinstance(expression, RangeLiteral):
            raise LiquidSyntaxError("ranges are not allowed", token=expression.token)
        if isinstance(expression, EqExpression | NeExpression):
            expression.left, expression.right = asked(expression.left, expression.right)
    return template


def expressions(template: BoundTemplate) -> Iterator[Expression]:
    """Every expression of a template, whether it would be come by or not, and what is within it."""
    return _expressions(template.nodes, RenderContext(template))


def _expressions(nodes: Iterable[Node], context: RenderContext) -> Iterator[Expression]:
    for node in nodes:
        for expression in node.expressions():
            yield from _within(expression)
        yield from _expressions(node.children(context, include_partials=False), context)


def _within(expression: Expression) -> Iterator[Expression]:
    yield expression
    for child in expression.children():
        yield from _within(child)
