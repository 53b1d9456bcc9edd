"""The definitions by brute force: attributes of the full list of what was ever received, each time anew.

Nothing here is shared with the merge but the names of functions and windows, and what makes two copies one event.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from math import floor
from statistics import median
from typing import Any, Final
from zoneinfo import ZoneInfo

from tandem.attributes import Function, Span, Window
from tests.exact.facts import Copy
from tests.exact.family import Body, Nothing

HANDLED_FOR: Final = timedelta(days=45)  # after it occurred: handled later, it changes no live value
REFUNDED_FOR: Final = timedelta(days=120)  # between an order's occurrence and the receipt of its refund
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Handled:
    """A copy that the actor took, when it did, and the number of the playbook it was shown to."""

    copy: Copy
    at: datetime
    playbook: int

    @property
    def in_time(self) -> bool:
        """Whether it was handled while its identity was still known."""
        return self.copy.occurred >= self.at - HANDLED_FOR


@dataclass(frozen=True, slots=True)
class Term:
    """What an event, or one product of an order, adds: `count` values that make up `value`, with a weight."""

    value: Any
    weight: int
    count: int
    at: datetime
    identity: str


def counted(handled: Iterable[Handled], included: Iterable[Copy]) -> list[Copy]:
    """Each event once: as the profile has it, else as the actor does. Of copies the one received first."""
    by_profile = _earliest(included)
    by_actor = _earliest(each.copy for each in handled if each.in_time)
    return list({**by_actor, **by_profile}.values())


def _earliest(copies: Iterable[Copy]) -> dict[str, Copy]:
    found: dict[str, Copy] = {}
    for copy in copies:
        held = found.get(copy.identity)
        if held is None or copy.received < held.received:
            found[copy.identity] = copy
    return found


def value(body: Body, window: Window, events: Sequence[Copy], *, zone: ZoneInfo, now: datetime) -> Any:
    """The value of an attribute at `now`, over these events."""
    terms = [
        term
        for event in events
        if event.kind in body.on and within(window, event.occurred, zone, now)
        for term in _kept(body, event, [each for each in events if each.refunds == event.identity])
    ]
    return _result(body, terms, now)


def left_out(body: Body, events: Iterable[Copy]) -> Mapping[str, int]:
    """How many events the rule got nothing from, by reason."""
    reasons: Counter[str] = Counter()
    for event in events:
        if event.kind in body.on:
            try:
                body.terms(event.properties | {"occurred_at": event.occurred})
            except Nothing as nothing:
                reasons[nothing.reason] += 1
    return dict(reasons)


def within(window: Window, occurred: datetime, zone: ZoneInfo, now: datetime) -> bool:
    """Whether the window at `now` has what occurred then: in whole quarter hours, or in whole UTC days."""
    if window.span is Span.EVER:
        return True
    if window.span is Span.ROLLING:
        grain = timedelta(minutes=15) if window.length <= 3 * DAY else DAY
        return (occurred - EPOCH) // grain >= (now - window.length - EPOCH) // grain
    quarter = EPOCH + (occurred - EPOCH) // timedelta(minutes=15) * timedelta(minutes=15)
    then, today = quarter.astimezone(zone).date(), now.astimezone(zone).date()
    match window.span:
        case Span.TODAY:
            return then == today
        case Span.WEEK:
            return then.isocalendar()[:2] == today.isocalendar()[:2]
        case Span.MONTH:
            return (then.year, then.month) == (today.year, today.month)


def _kept(body: Body, event: Copy, refunds: Sequence[Copy]) -> list[Term]:
    """What is left of an event after its refunds."""
    try:
        singles = body.terms(event.properties | {"occurred_at": event.occurred})
    except Nothing:
        return []
    terms = [(each.product, each.pieces, _term(each.value, each.weight, event)) for each in singles]
    refunds = [each for each in refunds if abs(each.received - event.occurred) <= REFUNDED_FOR]
    if not body.subtracts or event.kind != "order_completed" or not refunds:
        return [term for _, _, term in terms]
    paid_back = sum(each.refund.minor or 0 for each in refunds if each.refund.currency == event.currency)
    if any(each.refund.full for each in refunds) or 0 < event.total_minor <= paid_back:
        return []
    if body.by_line:
        returned = Counter[str]()
        for each in refunds:
            returned.update(dict(each.refund.products))
        return _without(body, terms, returned)
    if body.over_total and body.function in (Function.SUM, Function.AVERAGE):
        return [replace(term, value=max(0, term.value - paid_back)) for _, _, term in terms]
    return [term for _, _, term in terms]


def _term(value: Any, weight: int, event: Copy) -> Term:
    return Term(value, weight, 1, event.occurred, event.identity)


def _without(body: Body, terms: Sequence[tuple[str, int, Term]], returned: Mapping[str, int]) -> list[Term]:
    """Product by product: numbers in proportion to the pieces that stay, half to even; counts while one stays."""
    of_product: dict[str, list[tuple[int, Term]]] = defaultdict(list)
    for product, pieces, term in terms:
        of_product[product].append((pieces, term))
    kept: list[Term] = []
    for product, lines in of_product.items():
        bought = sum(pieces for pieces, _ in lines)
        stay = max(0, bought - returned.get(product, 0))
        if stay == bought:
            kept += [term for _, term in lines]
        elif stay:
            kept += _share(body, [term for _, term in lines], Fraction(stay, bought))
    return kept


def _share(body: Body, terms: Sequence[Term], share: Fraction) -> list[Term]:
    match body.function:
        case Function.SUM | Function.AVERAGE:
            return [replace(terms[0], value=round(sum(term.value for term in terms) * share), count=len(terms))]
        case Function.TOP:
            weights = Counter[Any]()
            for term in terms:
                weights[term.value] += term.weight
            return [replace(terms[0], value=name, weight=round(weight * share)) for name, weight in weights.items()]
        case _:
            return list(terms)


def _result(body: Body, terms: Sequence[Term], now: datetime) -> Any:  # noqa: PLR0912 - a function a case
    values = [term.value for term in terms]
    in_time = sorted(terms, key=lambda term: (term.at, term.identity, term.value))
    match body.function:
        case Function.SUM:
            return sum(values)
        case Function.COUNT:
            return sum(term.count for term in terms)
        case Function.AVERAGE:
            count = sum(term.count for term in terms)
            return sum(values) // count if count else None
        case Function.MIN:
            return min(values, default=None)
        case Function.MAX:
            return max(values, default=None)
        case Function.FIRST:
            return in_time[0].value if terms else None
        case Function.LAST:
            return in_time[-1].value if terms else None
        case Function.DISTINCT:
            return len(set(values))
        case Function.LATEST:
            seen = {term.value: (term.at, term.identity, term.value) for term in in_time}
            return tuple(sorted(seen, key=lambda name: seen[name], reverse=True))[: body.n]
        case Function.MOST_FREQUENT | Function.TOP:
            weights = Counter[Any]()
            for term in terms:
                weights[term.value] += term.weight
            best = sorted((-weight, name) for name, weight in weights.items() if weight > 0)[: body.n]
            names = tuple(name for _, name in best)
            return names if body.n > 1 else (names[0] if names else None)
        case Function.EVER:
            return bool(terms)
        case Function.DAYS_SINCE:
            return (now - in_time[-1].at) // DAY if terms else None
        case Function.MEDIAN_GAP:
            gaps = [(later - earlier) // DAY for earlier, later in pairwise(sorted({term.at for term in terms}))]
            return floor(median(gaps[-body.n :])) if gaps else None
