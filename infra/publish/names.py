"""The syntax of a Liquid text. What it names is judged where that is known: `infra.publish.judging.names`."""

from collections.abc import Iterator

from liquid.exceptions import LiquidError

from tandem.content.liquid import compiled


def problems(text: str, *, html: bool = False) -> Iterator[tuple[int, str]]:
    """What is wrong with a text, each with its offset."""
    try:
        compiled(text, html=html)
    except LiquidError as error:
        yield max(0, error.token.start_index) if error.token else 0, str(error.message)
