"""Asking for what may be absent: `{% if customer.first_name != blank %}`, or `nil`, `empty`, `''` for `blank`."""

from typing import Any

from liquid import RenderContext
from liquid.builtin.expressions import Path
from liquid.builtin.expressions.primitive import Blank, Empty, Nil, StringLiteral
from liquid.expression import Expression

from tandem.content.bounds import Absent


class _Asked(Path):
    """A name that is compared with nothing: absent is nothing too, and no error."""

    __slots__ = ("nothing",)

    def __init__(self, path: Path, nothing: str | None) -> None:
        super().__init__(path.token, path.path)
        self.nothing = nothing

    def evaluate(self, context: RenderContext) -> object:
        found = super().evaluate(context)
        return self.nothing if type(found) is Absent else found


def is_nothing(expression: Expression) -> bool:
    """Whether a name that is compared with it is asked to be there, or to be absent."""
    return isinstance(expression, Blank | Empty | Nil) or (
        isinstance(expression, StringLiteral) and not expression.value
    )


def asked(left: Expression, right: Expression) -> tuple[Any, Any]:
    """Both sides of `==` or `!=`, a name that is compared with nothing being one that may be absent."""
    return _side(left, right), _side(right, left)


def _side(one: Expression, other: Expression) -> Expression:
    if isinstance(one, Path) and is_nothing(other):
        return _Asked(one, None if isinstance(other, Nil) else "")
    return one
