"""Every name in a Liquid text, in each of its branches: is it known, may it be absent, does it fit where it stands?"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from liquid import BoundTemplate, Node
from liquid.ast import BlockNode
from liquid.builtin.expressions import Path
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
    NOTHING,
    NUMBER,
    OURS,
    TEXT,
    YES_NO,
    Names,
    Part,
    Scalar,
    Several,
    Thing,
    parts,
)
from infra.publish.judging.scope import Asked, Scope
from infra.publish.judging.values import Problem, Values, called
from infra.publish.problems import FEW
from tandem.content.absence import is_nothing

_FORLOOP: Final = Part(
    Thing(
        {
            **parts(index=NUMBER, index0=NUMBER, rindex=NUMBER, rindex0=NUMBER, length=NUMBER).parts,
            **parts(first=YES_NO, last=YES_NO, parentloop=ANY).parts,
        }
    )
)
_COMPARED: Final = (LtExpression, LeExpression, GtExpression, GeExpression)
_SIDES: Final = (*_COMPARED, EqExpression, NeExpression, ContainsExpression)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is wrong with a text's names, which phrases it says where, and where it prints what nobody else can say."""

    problems: tuple[Problem, ...]
    phrases: Mapping[str, int]
    prints: Mapping[int, bool]


def read_names(template: BoundTemplate, names: Names) -> Reading:
    """Everything that a parsed text names, looked up among the names it may use."""
    reader = _Reader()
    reader.every(template.nodes, Scope(names))
    return Reading(tuple(sorted(set(reader.told))), reader.phrases, reader.printed)


def attributes_in(template: BoundTemplate) -> Iterator[str]:
    """The parts of `customer` that a text names anywhere."""
    for place in template.analyze(include_partials=False).globals.get("customer", ()):
        if len(place.segments) > 1 and isinstance(place.segments[1], str):
            yield place.segments[1]


@dataclass(slots=True)
class _Reader(Values):
    printed: dict[int, bool] = field(default_factory=dict)

    # --------------------------------------------------------------------------------------------------------- nodes

    def every(self, nodes: Iterable[Node], scope: Scope) -> None:
        for node in nodes:
            self.node(node, scope)

    def node(self, node: Node, scope: Scope) -> None:
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

    def prints(self, node: OutputNode, scope: Scope) -> None:
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

    def loop(self, node: ForNode, scope: Scope) -> None:
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

    def choice(self, node: IfNode | UnlessNode, scope: Scope) -> None:
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

    def case(self, node: CaseNode, scope: Scope) -> None:
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

    def condition(self, expression: Expression, scope: Scope) -> Asked:
        """Judges a condition, and tells what is there where it holds, and where it does not."""
        match expression:
            case BooleanExpression():
                return self.condition(expression.expression, scope)
            case Path():
                self.kind(expression, scope, may_be_absent=True)
                return Asked(holds=frozenset((str(expression),)))
            case LogicalAndExpression():
                left = self.condition(expression.left, scope)
                right = self.condition(expression.right, scope.branch(left.holds))
                return Asked(left.holds | right.holds, left.fails & right.fails)
            case LogicalOrExpression():
                left = self.condition(expression.left, scope)
                right = self.condition(expression.right, scope.branch(left.fails))
                return Asked(left.holds & right.holds, left.fails | right.fails)
            case EqExpression() | NeExpression() if name := _compared_with_nothing(expression):
                self.kind(name, scope, may_be_absent=True)
                there = frozenset((str(name),))
                return Asked(holds=there) if isinstance(expression, NeExpression) else Asked(fails=there)
            case _ if isinstance(expression, _SIDES):
                self.compare(expression, scope)
            case _:
                self.kind(expression, scope)
        return Asked()

    def compare(self, expression: Any, scope: Scope) -> None:
        left, right = (self.kind(each, scope) for each in (expression.left, expression.right))
        if isinstance(expression, _COMPARED):
            for side, kind in ((expression.left, left), (expression.right, right)):
                if kind not in (NUMBER, ANY):
                    self.tell(expression, f"{side} is {called(kind)}: only numbers are more or less than another")
        elif isinstance(expression, EqExpression | NeExpression) and {left, right} == {TEXT, NUMBER}:
            self.tell(expression, f"{expression}: a text and a number are never the same")


def _compared_with_nothing(expression: EqExpression | NeExpression) -> Path | None:
    """The name of which is asked whether it is blank, empty, nil or ''."""
    for one, other in ((expression.left, expression.right), (expression.right, expression.left)):
        if isinstance(one, Path) and is_nothing(other):
            return one
    return None


def _is_list(part: Part | None) -> bool:
    return part is not None and isinstance(part.kind, Several)
