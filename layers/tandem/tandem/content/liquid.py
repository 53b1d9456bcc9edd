"""Liquid with its limits on: a template can only put words together, and not for long."""

from functools import cache, lru_cache
from typing import Final

from liquid import BoundTemplate, Environment, Mode, StrictDefaultUndefined

# Ranges through `join` and chains of `replace` grow without touching any of Liquid's limits; `date` reads the clock.
FILTERS: Final = frozenset(
    [
        "append",
        "capitalize",
        "default",
        "downcase",
        "escape",
        "minus",
        "plus",
        "prepend",
        "round",
        "size",
        "strip",
        "times",
        "truncate",
        "upcase",
        "url_encode",
    ]
)
TAGS: Final = frozenset(
    # The last four are not written as tags: Liquid itself needs them.
    [
        "assign",
        "break",
        "capture",
        "case",
        "comment",
        "continue",
        "for",
        "if",
        "raw",
        "unless",
        "#",
        "content",
        "illegal",
        "output",
    ]
)


class _Bounded(Environment):
    loop_iteration_limit = 1_000
    output_stream_limit = 200_000
    local_namespace_limit = 100_000


@cache
def _environment(autoescape: bool) -> Environment:
    environment = _Bounded(tolerance=Mode.STRICT, undefined=StrictDefaultUndefined, autoescape=autoescape)
    environment.filters = {name: filter_ for name, filter_ in environment.filters.items() if name in FILTERS}
    environment.tags = {name: tag for name, tag in environment.tags.items() if name in TAGS}
    return environment


@lru_cache(maxsize=1024)
def compiled(source: str, *, html: bool = False) -> BoundTemplate:
    """A parsed template; with `html`, everything it prints is escaped. Raises liquid's LiquidError."""
    return _environment(html).from_string(source)
