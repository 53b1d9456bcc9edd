"""Every name in a Liquid text, in each of its branches: is it known, may it be absent, does it fit where it stands?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, Final, NamedTuple

from liquid import BoundTemplate, Node
from liquid.ast import BlockNode
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.expressions.filtered import Filter
from liquid.builtin.expressions.logical import (
    BooleanExpression,
    ContainsExpression,
    EqExpression,
    GeExpression,
    GtExpression,
    LeExpression,
    LogicalAndExpression,
    LogicalOrExpression,
    LtExpression,
    NeExpression,
)
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
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.assign_tag import AssignNode
from liquid.builtin.tags.capture_tag import CaptureNode
from liquid.builtin.tags.case_tag import CaseNode
from liquid.builtin.tags.for_tag import ForNode
from liquid.builtin.tags.if_tag import IfNode
from liquid.builtin.tags.unless_tag import UnlessNode
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
    Names,
    Part,
    Refused,
    Scalar,
    Several,
    Thing,
    parts,
)
from infra.publish.problems import FEW, hint
from tandem.content import filters
from tandem.content.absence import is_nothing
from tandem.content.liquid import FILTERS

_FORLOOP: Final = Part(
    Thing(
        {
            **parts(index=NUMBER, index0=NUMBER, rindex=NUMBER, rindex0=NUMBER, length=NUMBER).parts,
            **parts(first=YES_NO, last=YES_NO, parentloop=ANY).parts,
        }
    )
)
_ON_TEXT: Final = frozenset(
    ("append", "capitalize", "downcase", "escape", "prepend", "strip", "truncate", "upcase", "url_encode")
)
_ON_NUMBERS: Final = frozenset(("minus", "plus", "round", "times", "number", "money", "plural"))
_ARITHMETIC: Final = frozenset(("minus", "plus", "round", "times"))
_FILTERS: Final = sorted({*FILTERS, *filters.FILTERS})
_COMPARED: Final = (LtExpression, LeExpression, GtExpression, GeExpression)
_SIDES: Final = (*_COMPARED, EqExpression, NeExpression, ContainsExpression)


class Problem(NamedTuple):
    """What is wrong at an offset of the text."""

    offset: int
    problem: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What is wrong with a text's names, which phrases it says where, and where it prints what nobody else can say."""

    problems: tuple[Problem, ...]
    phrases: Mapping[str, int]
    prints: Mapping[int, bool]


def read_names(template: BoundTemplate, names: Names) -> Reading:
    """Everything that a parsed text names, looked up among the names it may use."""
    reader = _Reader()
    reader.every(template.nodes, _Scope(names))
    return Reading(tuple(sorted(set(reader.told))), reader.phrases, reader.printed)


def attributes_in(template: BoundTemplate) -> Iterator[str]:
    """The parts of `customer` that a text names anywhere."""
    for place in template.analyze(include_partials=False).globals.get("customer", ()):
        if len(place.segments) > 1 and isinstance(place.segments[1], str):
            yield place.segments[1]


@dataclass(frozen=True, slots=True)
class _Scope:
    """What is known at a place: variables, what loops and assignments add, and what was asked to be there."""

    names: Names
    assigned: dict[str, Part] = field(default_factory=dict)
    loops: Mapping[str, Part] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()

    def find(self, name: str) -> Part | None:
        return self.loops.get(name) or self.assigned.get(name) or self.names.get(name)

    def every(self) -> list[str]:
        return sorted({*self.loops, *self.assigned, *self.names} - {"forloop"})

    def branch(self, asked: frozenset[str] = frozenset()) -> "_Scope":
        return replace(self, assigned=dict(self.assigned), asked=self.asked | asked)

    def join(self, branches: Sequence["_Scope"]) -> None:
        """After branches of which one was taken: what not each of them assigned may be absent."""
        for name in sorted({name for branch in branches for name in branch.assigned}):
            found = [branch.assigned.get(name) for branch in branches]
            kinds = {each.kind for each in found if each and isinstance(each.kind, Scalar)}
            each_kind = [each.kind for each in found if each]
            ours = all(isinstance(kind, Scalar) and kind.ours for kind in each_kind)
            kind = reduce(_less_ours, each_kind) if len(kinds) <= 1 else ANY if ANY in kinds else OURS if ours else TEXT
            self.assigned[name] = Part(kind, absent=any(each is None or each.absent for each in found))


class _Asked(NamedTuple):
    """What is there where a condition holds, and where it does not."""

    holds: frozenset[str] = frozenset()
    fails: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Reader:
    told: list[Problem] = field(default_factory=list)
    phrases: dict[str, int] = field(default_factory=dict)
    printed: dict[int, bool] = field(default_factory=dict)

    def tell(self, at: Any, problem: str) -> None:
        self.told.append(Problem(at.token.start_index, problem))

    # --------------------------------------------------------------------------------------------------------- nodes

    def every(self, nodes: Iterable[Node], scope: _Scope) -> None:
        for node in nodes:
            self.node(node, scope)

    def node(self, node: Node, scope: _Scope) -> None:
        match node:
            case BlockNode():
                self.every(node.nodes, scope)
            case OutputNode():
                self.prints(node, scope)
            case AssignNode():
                scope.assigned[str(node.name)] = Part(self.kind(node.expression, scope))
            case CaptureNode():
                before = {*self.printed}
                self.node(node.block, scope)
                ours = all(ours for offset, ours in self.printed.items() if offset not in before)
                scope.assigned[str(node.name)] = Part(OURS if ours else TEXT)
            case ForNode():
                self.loop(node, scope)
            case IfNode() | UnlessNode():
                self.choice(node, scope)
            case CaseNode():
                self.case(node, scope)

    def prints(self, node: OutputNode, scope: _Scope) -> None:
        kind = self.kind(node.expression, scope)
        said = str(node.expression)
        self.printed[node.token.start_index] = isinstance(kind, Scalar) and kind.ours
        if isinstance(kind, Several):
            self.tell(node, f"{said} is a list: say each with {{% for … in {said} %}}")
        elif isinstance(kind, Thing):
            known = ", ".join(f"{said}.{name}" for name in list(kind.parts)[:FEW])
            self.tell(node, f"{said} has parts and cannot be said itself; there are {known}")
        elif kind == YES_NO:
            self.tell(node, f"{said} is yes or no, and would be said as true or false: ask {{% if {said} %}}")
        elif kind == NOTHING:
            self.tell(node, f"{said} says nothing")

    def loop(self, node: ForNode, scope: _Scope) -> None:
        loop = node.expression
        kind = self.kind(loop.iterable, scope)
        for argument in (loop.limit, loop.offset):
            if isinstance(argument, Expression):
                self.kind(argument, scope)
        if not isinstance(kind, Several) and kind != ANY:
            lists = ", ".join(name for name in scope.every() if _is_list(scope.find(name)))
            self.tell(loop, f"{loop.iterable} is no list; there are {lists}")
        item = Part(kind.of if isinstance(kind, Several) else ANY)
        inner = replace(scope.branch(), loops={**scope.loops, loop.identifier: item, "forloop": _FORLOOP})
        self.node(node.block, inner)
        branches = [inner, scope.branch()]
        if node.default:
            self.node(node.default, branches[1])
        scope.join(branches)

    def choice(self, node: IfNode | UnlessNode, scope: _Scope) -> None:
        asked = self.condition(node.condition, scope)
        first, rest = (asked.fails, asked.holds) if isinstance(node, UnlessNode) else (asked.holds, asked.fails)
        branches = [scope.branch(first)]
        self.node(node.consequence, branches[0])
        for alternative in node.alternatives:
            asked = self.condition(alternative.expression, scope.branch(rest))
            taken = scope.branch(rest | asked.holds)
            rest |= asked.fails
            self.node(alternative.block, taken)
            branches.append(taken)
        branches.append(scope.branch(rest))
        if node.default:
            self.node(node.default, branches[-1])
        scope.join(branches)

    def case(self, node: CaseNode, scope: _Scope) -> None:
        self.kind(node.expression, scope)
        branches = []
        for block in node.blocks:
            for expression in block.expressions():
                for each in expression.children():
                    self.kind(each, scope)
            branches.append(scope.branch())
            self.node(getattr(block, "block", block), branches[-1])
        scope.join([*branches, scope.branch()])

    # --------------------------------------------------------------------------------------------------- expressions

    def condition(self, expression: Expression, scope: _Scope) -> _Asked:
        """Judges a condition, and tells what is there where it holds, and where it does not."""
        match expression:
            case BooleanExpression():
                return self.condition(expression.expression, scope)
            case Path():
                self.kind(expression, scope, may_be_absent=True)
                return _Asked(holds=frozenset((str(expression),)))
            case LogicalAndExpression():
                left = self.condition(expression.left, scope)
                right = self.condition(expression.right, scope.branch(left.holds))
                return _Asked(left.holds | right.holds, left.fails & right.fails)
            case LogicalOrExpression():
                left = self.condition(expression.left, scope)
                right = self.condition(expression.right, scope.branch(left.fails))
                return _Asked(left.holds & right.holds, left.fails | right.fails)
            case EqExpression() | NeExpression() if name := _compared_with_nothing(expression):
                self.kind(name, scope, may_be_absent=True)
                there = frozenset((str(name),))
                return _Asked(holds=there) if isinstance(expression, NeExpression) else _Asked(fails=there)
            case _ if isinstance(expression, _SIDES):
                self.compare(expression, scope)
            case _:
                self.kind(expression, scope)
        return _Asked()

    def compare(self, expression: Any, scope: _Scope) -> None:
        left, right = (self.kind(each, scope) for each in (expression.left, expression.right))
        if isinstance(expression, _COMPARED):
            for side, kind in ((expression.left, left), (expression.right, right)):
                if kind not in (NUMBER, ANY):
                    self.tell(expression, f"{side} is {_called(kind)}: only numbers are more or less than another")
        elif isinstance(expression, EqExpression | NeExpression) and {left, right} == {TEXT, NUMBER}:
            self.tell(expression, f"{expression}: a text and a number are never the same")

    def kind(self, expression: Expression, scope: _Scope, *, may_be_absent: bool = False) -> Kind:
        match expression:
            case Path():
                return self.path(expression, scope, may_be_absent=may_be_absent)
            case FilteredExpression():
                return self.filtered(expression, scope)
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

    def path(self, path: Path, scope: _Scope, *, may_be_absent: bool) -> Kind:
        head, *rest = path.path
        part = scope.find(head) if isinstance(head, str) else None
        if part is None:
            known = scope.every()
            near = hint(str(head), known) or f"; there are {', '.join(known[:FEW])}"
            self.tell(path, f"there is no variable {path}{near}")
            return ANY
        said, absent = str(head), part.absent and str(head) not in scope.asked
        for segment in rest:
            found = self.step(path, part.kind, segment, said, scope)
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

    def step(self, path: Path, kind: Kind, segment: object, said: str, scope: _Scope) -> Part | None:
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
                self.tell(path, f"there is no variable {said}.{segment}: {said} is {_called(kind)}")
        return None

    def filtered(self, expression: FilteredExpression, scope: _Scope) -> Kind:
        filters: list[Filter] = expression.filters or []
        first = filters[0].name if filters else ""
        kind = self.kind(expression.left, scope, may_be_absent=first == "default")
        for each in filters:
            given = [self.kind(argument.value, scope) for argument in each.args]
            for argument, its in zip(each.args, given, strict=True):
                if isinstance(its, Several | Thing) and each.name != "default":
                    self.tell(each, f"{each.name}: {argument.value} is {_called(its)}")
            kind = self.through(each, kind, given, literal=isinstance(expression.left, StringLiteral))
        return kind

    def through(self, each: Filter, kind: Kind, given: Sequence[Kind], *, literal: bool) -> Kind:
        """What comes out of a filter."""
        name = each.name
        if name not in _FILTERS:
            self.tell(each, f"there is no filter {name}{hint(name, _FILTERS) or f'; there are {", ".join(_FILTERS)}'}")
            return ANY
        if name == "default":
            return _either(kind, given[0] if given else TEXT)
        if name == "size":
            if not isinstance(kind, Several) and kind not in (TEXT, ANY):
                self.tell(each, f"size: {_called(kind)} has none")
            return NUMBER
        wanted = (
            (NUMBER,)
            if name in _ON_NUMBERS
            else (DAY, *((TEXT,) if literal else ()))
            if name == "date"
            else (TEXT, NUMBER, DAY)
        )
        if kind not in (*wanted, ANY):
            self.tell(each, f"{name}: {_called(kind)} does not fit: it takes {' or '.join(k.called for k in wanted)}")
        if name in _ARITHMETIC:
            return NUMBER
        return OURS if all(isinstance(one, Scalar) and one.ours for one in (kind, *given)) else TEXT


def _compared_with_nothing(expression: EqExpression | NeExpression) -> Path | None:
    """The name of which is asked whether it is blank, empty, nil or ''."""
    for one, other in ((expression.left, expression.right), (expression.right, expression.left)):
        if isinstance(one, Path) and is_nothing(other):
            return one
    return None


def _either(kind: Kind, other: Kind) -> Kind:
    if other == NOTHING or isinstance(kind, Several | Thing):
        return kind
    if kind == NOTHING:
        return other
    if other == kind:
        return _less_ours(kind, other)
    if ANY in (kind, other) or not isinstance(kind, Scalar) or not isinstance(other, Scalar):
        return ANY
    return OURS if kind.ours and other.ours else TEXT


def _less_ours(kind: Kind, other: Kind) -> Kind:
    """Of two that are the same otherwise, the one that others can say."""
    return other if isinstance(other, Scalar) and not other.ours else kind


def _is_list(part: Part | None) -> bool:
    return part is not None and isinstance(part.kind, Several)


def _called(kind: Kind) -> str:
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
