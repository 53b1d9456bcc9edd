"""Values put into words. What cannot be said names the template and the field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from liquid.exceptions import LiquidError

from tandem.content.liquid import compiled
from tandem.content.plain import a_text
from tandem.errors import RenderError

_LONGEST: Final = 5_000


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes for one send. Raises RenderError."""

    template: str
    values: Mapping[str, Any]

    def say(self, field: str, source: str, longest: int = _LONGEST) -> str:
        """A text that must not come out empty, on one line."""
        text = self.may_say(field, source, longest)
        if not text:
            raise RenderError(self.template, f"{field}: nothing to say")
        return text

    def may_say(self, field: str, source: str, longest: int = _LONGEST) -> str:
        """A text on one line, empty if there is nothing to say."""
        return a_text(self.fill(field, source, {}), longest)

    def fill(self, field: str, source: str, more: Mapping[str, Any], *, html: bool = False) -> str:
        """A text as its template has it."""
        if "{" not in source:  # nothing to fill in: most phrases
            return source
        try:
            return compiled(source, html=html).render({**self.values, **more})
        except (LiquidError, ArithmeticError, RecursionError, TypeError, ValueError) as error:
            reason = error.message if isinstance(error, LiquidError) else type(error).__name__
            raise RenderError(self.template, f"{field}: {reason}") from error
