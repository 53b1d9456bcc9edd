"""What can be said of a Liquid text by reading it: its syntax, and the names that are no variables."""

from collections.abc import Iterator
from typing import Final

from liquid import BoundTemplate
from liquid.exceptions import LiquidError

from tandem.content import VARIABLES
from tandem.content.liquid import compiled

OF_DESIGNS: Final = frozenset(("message", "phrases", "locale", "direction", "unsubscribe_url", "brand"))


def problems(text: str, more: frozenset[str] = frozenset(), *, html: bool = False) -> Iterator[tuple[int, str]]:
    """What is wrong with a text, each with its offset. `more` are names beside the variables."""
    try:
        template = compiled(text, html=html)
    except LiquidError as error:
        yield error.token.start_index if error.token else 0, str(error.message)
        return
    yield from _unknown(template, more)


def line_of(text: str, offset: int) -> int:
    """The line of an offset, from 1."""
    return text.count("\n", 0, offset) + 1


def _unknown(template: BoundTemplate, more: frozenset[str]) -> Iterator[tuple[int, str]]:
    roots = {name.partition(".")[0] for name in VARIABLES} | more
    for root, places in template.analyze(include_partials=False).globals.items():
        for place in places:
            path = ".".join(str(part) for part in place.segments[:2])
            # A list or a plain value is a variable by its first name alone.
            if root not in roots or (root not in VARIABLES and root not in more and path not in VARIABLES):
                yield place.span.index, f"there is no variable {path}; there are {', '.join(VARIABLES)}"
