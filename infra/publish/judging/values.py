"""What a value of a Liquid text is, step by step along its path and through its filters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.expressions.filtered import Filter
from liquid.builtin.expressions.loop import LoopExpression
from liquid.builtin.expressions.primitive import (
    Blank,
    Empty,
    FalseLiteral,
    FloatLiteral,
    IntegerLiteral,
    Nil,
    StringLiteral,
    TrueLiteral,
)
from liquid.expression import Expression

from infra.publish.judging.kinds import (
    ANY,
    DAY,
    NOTHING,
    NUMBER,
    OURS,
    TEXT,
    YES_NO,
    Kind,
    Part,
    Refused,
    Scalar,
    Several,
    Thing,
)
from infra.publish.judging.scope import Scope, less_ours
from infra.publish.problems import FEW, hint
from tandem.content import filters
from tandem.content.liquid import FILTERS

_ON_TEXT: Final = frozenset(
    ("append", "capitalize", "downcase", "escape", "prepend", "strip", "truncate", "upcase", "url_encode")
)
_ON_NUMBERS: Final = frozenset(("minus", "plus", "round", "times", "number", "money", "plural"))
_ARITHMETIC: Final = frozenset(("minus", "plus", "round", "times"))
_FILTERS: Final = sorted({*FILTERS, *filters.FILTERS})


class Problem(NamedTuple):
    """What is wrong at an offset of the text."""

    offset: int
    problem: str


@dataclass(slots=True)
class Values:
    """Tells the kind of values, and what is wrong with them. `phrases` are those that are said, and where."""

    told: list[Problem] = field(default_factory=list)
    phrases: dict[str, int] = field(default_factory=dict)

    def tell(self, at: Any, problem: str) -> None:
        """Notes what is wrong at a part of the text."""
        self.told.append(Problem(at.token.start_index, problem))

    def kind(self, expression: Expression, scope: Scope, *, may_be_absent: bool = False) -> Kind:
        """What an expression gives; ANY where that is told to be wrong."""
        match expression:
            case Path():
                return self._path(expression, scope, may_be_absent=may_be_absent)
            case FilteredExpression():
                return self._filtered(expression, scope)
            case StringLiteral():
                return OURS
            case IntegerLiteral() | FloatLiteral():
                return NUMBER
            case TrueLiteral() | FalseLiteral():
                return YES_NO
            case Nil() | Empty() | Blank():
                return NOTHING
            case LoopExpression():
                return ANY
            case _:
                for each in expression.children():
                    self.kind(each, scope)
                return ANY

    def _path(self, path: Path, scope: Scope, *, may_be_absent: bool) -> Kind:
        head, *rest = path.path
        part = scope.find(head) if isinstance(head, str) else None
        if part is None:
            known = scope.every()
            near = hint(str(head), known) or f"; there are {', '.join(known[:FEW])}"
            self.tell(path, f"there is no variable {path}{near}")
            return ANY
        said, absent = str(head), part.absent and str(head) not in scope.asked
        for segment in rest:
            found = self._step(path, part.kind, segment, said, scope)
            if found is None:
                return ANY
            said, part = f"{said}.{segment}", found
            absent = absent or (part.absent and said not in scope.asked)
        if said.startswith("phrases."):
            self.phrases.setdefault(said.removeprefix("phrases."), path.token.start_index)
        if isinstance(part.kind, Refused):
            self.tell(path, part.kind.reason)
            return ANY
        if absent and not may_be_absent:
            self.tell(path, f"{said} may be absent: write {said} | default: '…', or ask {{% if {said} %}} first")
        return part.kind

    def _step(self, path: Path, kind: Kind, segment: object, said: str, scope: Scope) -> Part | None:
        """From a thing to its part, from a list to one of it. None where that is told to be wrong."""
        if isinstance(segment, Path):
            index = self.kind(segment, scope)
            if isinstance(kind, Several) and index in (NUMBER, ANY):
                return Part(kind.of)
            self.tell(path, f"{path}: name the part itself, such as {said}.name")
            return None
        match kind:
            case Scalar() if kind == ANY:
                return Part(ANY)
            case Thing() if segment in kind.parts:
                return kind.parts[str(segment)]
            case Several() if isinstance(segment, int) or segment in {"first", "last"}:
                return Part(kind.of)
            case Several() | Scalar() if segment == "size" and kind in (
                TEXT,
                kind if isinstance(kind, Several) else TEXT,
            ):
                return Part(NUMBER)
            case Thing():
                self.tell(path, _unknown(f"{said}.", str(segment), kind.parts))
            case Several():
                self.tell(path, f"there is no variable {said}.{segment}: {said} is a list, see {{% for … in {said} %}}")
            case _:
                self.tell(path, f"there is no variable {said}.{segment}: {said} is {called(kind)}")
        return None

    def _filtered(self, expression: FilteredExpression, scope: Scope) -> Kind:
        filters: list[Filter] = expression.filters or []
        first = filters[0].name if filters else ""
        kind = self.kind(expression.left, scope, may_be_absent=first == "default")
        for each in filters:
            given = [self.kind(argument.value, scope) for argument in each.args]
            for argument, its in zip(each.args, given, strict=True):
                if isinstance(its, Several | Thing) and each.name != "default":
                    self.tell(each, f"{each.name}: {argument.value} is {called(its)}")
            kind = self._through(each, kind, given, literal=isinstance(expression.left, StringLiteral))
        return kind

    def _through(self, each: Filter, kind: Kind, given: Sequence[Kind], *, literal: bool) -> Kind:
        """What comes out of a filter."""
        name = each.name
        if name not in _FILTERS:
            self.tell(each, f"there is no filter {name}{hint(name, _FILTERS) or f'; there are {", ".join(_FILTERS)}'}")
            return ANY
        if name == "default":
            return _either(kind, given[0] if given else TEXT)
        if name == "size":
            if not isinstance(kind, Several) and kind not in (TEXT, ANY):
                self.tell(each, f"size: {called(kind)} has none")
            return NUMBER
        wanted = (
            (NUMBER,)
            if name in _ON_NUMBERS
            else (DAY, *((TEXT,) if literal else ()))
            if name == "date"
            else (TEXT, NUMBER, DAY)
        )
        if kind not in (*wanted, ANY):
            self.tell(each, f"{name}: {called(kind)} does not fit: it takes {' or '.join(k.called for k in wanted)}")
        if name in _ARITHMETIC:
            return NUMBER
        return OURS if all(isinstance(one, Scalar) and one.ours for one in (kind, *given)) else TEXT


def _either(kind: Kind, other: Kind) -> Kind:
    if other == NOTHING or isinstance(kind, Several | Thing):
        return kind
    if kind == NOTHING:
        return other
    if other == kind:
        return less_ours(kind, other)
    if ANY in (kind, other) or not isinstance(kind, Scalar) or not isinstance(other, Scalar):
        return ANY
    return OURS if kind.ours and other.ours else TEXT


def called(kind: Kind) -> str:
    """What a kind is called in a sentence."""
    match kind:
        case Scalar():
            return kind.called
        case Several():
            return "a list"
        case Thing():
            return "a thing with parts"
        case Refused():
            return kind.reason


def _unknown(before: str, given: str, known: Iterable[str]) -> str:
    names = [f"{before}{name}" for name in known]
    some = ", ".join(names[:FEW]) + (", …" if len(names) > FEW else "")
    return f"there is no variable {before}{given}{hint(before + given, names) or f'; there are {some}'}"
