"""One written attribute as a rule, or everything that is wrong with it. Codes and versions come later."""

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Final

from infra.publish.written import Amount, WrittenDerived, WrittenRule
from tandem.attributes import Derived, Function, Money, Rule, Ruleset
from tandem.attributes.contributions import EVENT
from tandem.attributes.rules import RETURNS, SUBTRACTABLE, VALUELESS
from tandem.events import EventType
from tandem.events.parse import INTERNAL
from tandem.expressions import Checked, Kind, Language, names_in

Problem = tuple[str, str]  # a field, and what is wrong with it

IMPLIED: Final[Mapping[Function, Kind]] = {
    Function.SUM: Kind.INT,
    Function.AVERAGE: Kind.INT,
    Function.LATEST: Kind.STRING,
    Function.MOST_FREQUENT: Kind.STRING,
    Function.TOP: Kind.STRING,
}
_SINGLE: Final = (Kind.STRING, Kind.INT, Kind.DOUBLE, Kind.BOOL, Kind.TIMESTAMP)
_WITH_N: Final = frozenset({Function.LATEST, Function.MEDIAN_GAP, Function.MOST_FREQUENT, Function.TOP})
_GAPS: Final = 10  # looked at by a median gap that does not say how many
_MOST_GAPS: Final = 50
_WITHOUT_LINES: Final = frozenset({Function.FIRST, Function.LAST})
_WITHOUT_LINE: Final = Language({name: kind for name, kind in EVENT.variables.items() if name != "line"})


def rule_of(written: WrittenRule) -> tuple[Rule, list[Problem]]:
    """The rule without a code, and its problems: it may be used only where there are none."""
    problems = [*_events(written), *_condition(written), *_parts(written), *_refunds(written)]
    kind, bad = _kind(written)
    money = Money(written.value.money, written.value.currency) if isinstance(written.value, Amount) else None
    value = (written.value if isinstance(written.value, str) else None) or written.each_line or ""
    rule = Rule(
        attribute=written.attribute,
        code=0,
        on=tuple(sorted(set(written.on))),
        function=written.function,
        kind=kind,
        when=written.when,
        value="" if written.function in VALUELESS else value,
        money=money,
        by_line=written.each_line is not None,
        weight=written.weight or "1",
        window=written.window,
        n=written.n or (_GAPS if written.function is Function.MEDIAN_GAP else 1),
        subtracts=_can_subtract(written) and written.refunds != "ignore",
        publish=written.publish,
        description=written.description,
    )
    return rule, [*problems, *bad]


def derived_of(written: WrittenDerived, known: Ruleset, later: frozenset[str]) -> tuple[Derived, list[Problem]]:
    """The derived attribute, given all rules and the derived ones before it; `later` names those that come after."""
    checked = known.language.check(written.derived)
    problems: list[Problem] = []
    if checked.problem:
        problems.append(("derived", f"{checked.problem}{_order(written, later)}"))
    elif checked.kind not in (*_SINGLE, Kind.STRINGS):
        kinds = ", ".join(_SINGLE)
        problems.append(
            ("derived", f"it cannot be told what it comes to: make it one of {kinds}, or a list of strings")
        )
    elif written.otherwise is not None and not _fits(written.otherwise, checked.kind):
        problems.append(("otherwise", f"has to be {checked.kind}, as what is derived is"))
    otherwise = written.otherwise
    if checked.kind is Kind.DOUBLE and isinstance(otherwise, int):
        otherwise = float(otherwise)
    derived = Derived(written.attribute, written.derived, checked.kind, otherwise, written.publish, written.description)
    return derived, problems


def _fits(value: object, kind: Kind) -> bool:
    match kind:
        case Kind.STRING:
            return isinstance(value, str)
        case Kind.BOOL:
            return isinstance(value, bool)
        case Kind.INT:
            return isinstance(value, int) and not isinstance(value, bool)
        case Kind.DOUBLE:
            return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
        case _:
            return False


def _order(written: WrittenDerived, later: frozenset[str]) -> str:
    read = names_in(written.derived)
    if f"customer.{written.attribute}" in read:
        return "; an attribute cannot be computed from itself"
    named = sorted(name for name in later if f"customer.{name}" in read)
    return f"; {named[0]} is computed after it: derived attributes use those above them" if named else ""


def _events(written: WrittenRule) -> Iterator[Problem]:
    for event_type in written.on:
        if event_type in INTERNAL:
            yield "on", f"{event_type} is internal: no rule may listen to it"
        if written.on.count(event_type) > 1:
            yield "on", f"{event_type} is there twice"


def _condition(written: WrittenRule) -> Iterator[Problem]:
    checked = _check(written.when, by_line=written.each_line is not None)
    if checked.problem:
        yield "when", checked.problem
    elif checked.kind not in (Kind.BOOL, Kind.ANY):
        yield "when", f"is {checked.kind}, and a condition must be true or false"


def _check(source: str, *, by_line: bool) -> Checked:
    checked = (EVENT if by_line else _WITHOUT_LINE).check(source)
    if not checked.problem:
        return checked
    if not by_line and not EVENT.check(source).problem:
        return Checked(problem="line is known only where each_line is used")
    if "customer." in source or "profile." in source:
        return Checked(problem=f"{checked.problem}; a rule sees the event alone: for customer.… write a derived one")
    return checked


def _parts(written: WrittenRule) -> Iterator[Problem]:
    """Fields that have no meaning with this function, or that it lacks."""
    function = written.function
    if written.value is not None and written.each_line is not None:
        yield "each_line", "write either value or each_line"
    elif function in VALUELESS and written.value is not None:
        yield "value", f"{function} takes no value: what it looks at is chosen by when"
    elif function in VALUELESS and written.each_line not in (None, "true"):
        yield "each_line", f"{function} takes no value: write each_line: true, and choose lines by when"
    elif function not in VALUELESS and written.value is None and written.each_line is None:
        yield "value", f"is missing: {function} needs a value, or each_line"
    if function in _WITHOUT_LINES and written.each_line is not None:
        yield "each_line", f"the lines of one event have no order, so there is no {function} one; use latest or top"
    if written.weight is not None and function is not Function.TOP:
        yield "weight", f"only top weighs values, and this is {function}"
    elif written.weight is not None:
        yield from _weight(written)
    if written.n is not None and function not in _WITH_N:
        yield "n", f"only {', '.join(sorted(_WITH_N))} have it, and this is {function}"
    elif function is Function.MEDIAN_GAP and (written.n or 0) > _MOST_GAPS:
        yield "n", f"has to be at most {_MOST_GAPS} for {function}"
    if isinstance(written.value, Amount) and IMPLIED.get(function, Kind.INT) is not Kind.INT:
        yield "value", f"{function} is of strings, and money is a number"
    if written.type is not None and (function in VALUELESS or isinstance(written.value, Amount)):
        yield "type", "it is known without"


def _weight(written: WrittenRule) -> Iterator[Problem]:
    checked = _check(written.weight or "", by_line=written.each_line is not None)
    if checked.problem:
        yield "weight", checked.problem
    elif checked.kind not in (Kind.INT, Kind.ANY):
        yield "weight", f"is {checked.kind}, and a weight is a whole number"


def _kind(written: WrittenRule) -> tuple[Kind, list[Problem]]:
    """The kind of the single values: told by the function, the expression, or the writer."""
    source = written.each_line if written.each_line is not None else written.value
    function = written.function
    if source is None or isinstance(source, Amount) or function in VALUELESS:
        return Kind.INT, []
    field = "each_line" if written.each_line is not None else "value"
    checked = _check(source, by_line=written.each_line is not None)
    if checked.problem:
        return Kind.ANY, [(field, checked.problem)]
    said = Kind(written.type) if written.type else None
    needed = IMPLIED.get(function)
    if needed and said and said is not needed:
        return needed, [("type", f"is {said}, and {function} is of {needed} values")]
    if checked.kind is Kind.ANY:
        if said or needed:
            return said or needed or Kind.ANY, []
        kinds = ", ".join(_SINGLE)
        return Kind.ANY, [("type", f"is missing: what {source} comes to only events tell; it is one of {kinds}")]
    if needed and checked.kind is not needed:
        return needed, [(field, f"is {checked.kind}, and {function} is of {needed} values")]
    if said and checked.kind is not said:
        return said, [("type", f"is {said}, but {source} is {checked.kind}")]
    if checked.kind not in _SINGLE:
        return checked.kind, [(field, f"is {checked.kind}, and a value is one of {', '.join(_SINGLE)}")]
    return checked.kind, []


def _can_subtract(written: WrittenRule) -> bool:
    return EventType.ORDER_COMPLETED in written.on and written.function in SUBTRACTABLE


def _refunds(written: WrittenRule) -> Iterator[Problem]:
    if EventType.ORDER_COMPLETED not in written.on:
        if written.refunds is not None:
            yield "refunds", "it does not listen to order_completed, so there is nothing to refund"
    elif written.function not in SUBTRACTABLE and written.refunds != "ignore":
        able = ", ".join(sorted(SUBTRACTABLE))
        why = f"{written.function} cannot take an order back (only {able} can)"
        yield "refunds", f"{why}: write refunds: ignore, and it keeps what was seen"
    elif RETURNS.intersection(written.on) and written.refunds != "ignore":
        yield "refunds", "it counts refunds and takes them back as well: write refunds: ignore, or leave them out of on"
