"""What one event adds to the rules that listen to it. Pure: an event and rules in, an Entry out, in both brains."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tandem.attributes.entries import Entry, Returned, Sold
from tandem.attributes.functions import MONOIDS, Partial, Single
from tandem.attributes.functions import plus as add
from tandem.attributes.rules import VALUELESS, Function, Rule, Ruleset
from tandem.attributes.windows import to_ms
from tandem.events import Event, OrderCancelled, OrderCompleted, OrderRefunded, order_identity
from tandem.events.money import LARGEST_MINOR, read_amount, to_minor
from tandem.expressions import Bound, Kind, Language

EVENT: Final = Language(
    {"event.type": Kind.STRING, "event.occurred_at": Kind.TIMESTAMP, "event.properties": Kind.MAP, "line": Kind.MAP}
)
LARGEST: Final = LARGEST_MINOR
LONGEST_TEXT: Final = 200
MOST_LINES: Final = 500  # as many as an event may have


class LeftOut(Exception):
    """A rule gets nothing from an event. `reason` is one of the words in the documents."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def contribute(event: Event, rules: Ruleset) -> Entry:
    """The entry of an event. Where no rule listens or matches, its `parts` are empty."""
    parts: dict[int, Any] = {}
    left_out: dict[int, str] = {}
    view = _View(event)
    for rule in rules.listening(event.type):
        try:
            part = _by_line(rule, view, left_out) if rule.by_line else _of_event(rule, view)
        except LeftOut as left:
            left_out[rule.code] = left.reason
            continue
        if part is not None:
            parts[rule.code] = part
    return Entry(
        identity=event.identity,
        type=event.type,
        occurred=to_ms(event.occurred_at),
        received=to_ms(event.received_at),
        playbook=rules.number,
        parts=parts,
        left_out=left_out,
        sold=_sold(event) if rules.takes_back else None,
        returned=_returned(event) if rules.takes_back else None,
    )


class _View:
    """An event as expressions see it, made ready when the first rule asks."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self._values: dict[str, Any] = {
            "event.type": str(event.type),
            "event.occurred_at": event.occurred_at,
            "event.properties": event.properties,
        }
        self._bound: Bound | None = None
        self._lines: tuple[tuple[str, int, Bound], ...] | None = None

    @property
    def bound(self) -> Bound:
        if self._bound is None:
            self._bound = EVENT.bind(self._values)
        return self._bound

    @property
    def lines(self) -> tuple[tuple[str, int, Bound], ...]:
        """Each product line: its id, its quantity, and what expressions see."""
        if self._lines is None:
            found = _lines(self.event.properties)
            self._lines = tuple(
                (line["product_id"], line["quantity"], EVENT.bind({**self._values, "line": line})) for line in found
            )
        return self._lines


def _of_event(rule: Rule, view: _View) -> Partial:
    return _one(rule, view, view.bound) if _holds(rule, view.bound) else None


def _by_line(rule: Rule, view: _View, left_out: dict[int, str]) -> Any:
    """What the lines add. One that cannot be told is left out, the others count."""
    lines: list[list[Any]] = []
    for product_id, quantity, bound in view.lines:
        try:
            if _holds(rule, bound):
                lines.append([product_id, quantity, _one(rule, view, bound)])
        except LeftOut as left:
            left_out[rule.code] = left.reason
    if not lines:
        return None
    return lines if rule.keeps_lines(view.event.type) else whole(rule, lines)


def whole(rule: Rule, lines: list[list[Any]]) -> Partial:
    """The partial of all lines."""
    total: Partial = None
    for _, _, partial in lines:
        total = add(rule, total, partial)
    return total


def _holds(rule: Rule, bound: Bound) -> bool:
    answer = bound.holds(rule.when)
    if answer.error:
        raise LeftOut("condition")
    return bool(answer.value)


def _one(rule: Rule, view: _View, bound: Bound) -> Partial:
    value: Any = None
    if rule.money:
        value = _amount(rule, view.event)
    elif rule.value:
        value = _checked(rule.kind, _evaluated(rule.value, bound))
    elif rule.function not in VALUELESS:
        raise LeftOut("value")
    weight = _checked(Kind.INT, _evaluated(rule.weight, bound)) if rule.function is Function.TOP else 1
    if weight < 0:
        raise LeftOut("negative")
    single = Single(value, to_ms(view.event.occurred_at), view.event.identity, weight)
    return MONOIDS[rule.function].one(single)


def _evaluated(source: str, bound: Bound) -> Any:
    if source == "1":
        return 1
    answer = bound.evaluate(source)
    if answer.error:
        raise LeftOut("value")
    return answer.value


def _checked(kind: Kind, value: Any) -> Any:
    """The value as it is kept: a timestamp in milliseconds, a whole number as an integer."""
    match kind:
        case Kind.TIMESTAMP if hasattr(value, "tzinfo"):
            return to_ms(value)
        case Kind.INT | Kind.DOUBLE if isinstance(value, int | float) and not isinstance(value, bool):
            if not abs(value) <= LARGEST:  # also what is no number
                raise LeftOut("too_large")
            if kind is Kind.DOUBLE:
                return float(value) + 0.0  # of zero there is one
            if value != int(value):
                raise LeftOut("not_whole")
            return int(value)
        case Kind.STRING if isinstance(value, str):
            if len(value) > LONGEST_TEXT:
                raise LeftOut("too_long")
            return value
        case Kind.BOOL if isinstance(value, bool):
            return value
        case _:
            raise LeftOut("wrong_type")


def _amount(rule: Rule, event: Event) -> int:
    money = rule.money
    assert money is not None  # noqa: S101 - the caller asked
    if isinstance(event.body, OrderCompleted | OrderRefunded) and money.field == "total":
        minor, currency = event.body.total_minor, event.body.currency
    else:
        currency = str(event.properties.get("currency", "")).upper()
        amount = read_amount(event.properties.get(money.field))
        minor = to_minor(amount, money.currency) if amount is not None else None
    if minor is None:
        raise LeftOut("value")
    if currency != money.currency:
        raise LeftOut("other_currency" if currency else "no_currency")
    if abs(minor) > LARGEST:
        raise LeftOut("too_large")
    return minor


def _lines(properties: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    found = properties.get("products")
    items = found if isinstance(found, list) else [properties]
    for item in items[:MOST_LINES]:
        if not isinstance(item, dict):
            continue
        product_id = item.get("product_id") or item.get("sku")
        quantity = item.get("quantity")
        if quantity is None:
            quantity = 1
        pieces = read_amount(quantity)
        if product_id is None or pieces is None or pieces < 1 or pieces != int(pieces):
            continue
        line = {**item, "product_id": str(product_id), "quantity": int(pieces)}
        currency = str(properties.get("currency") or "USD").upper()
        price = read_amount(item.get("price"))
        if price is not None and len(currency) == 3:
            line["price_minor"] = to_minor(price, currency)
        yield line


def _sold(event: Event) -> Sold | None:
    if isinstance(event.body, OrderCompleted):
        return Sold(event.body.total_minor, event.body.currency)
    return None


def _returned(event: Event) -> Returned | None:
    match event.body:
        case OrderCancelled(order_id=order_id):
            return Returned(order_identity(order_id), full=True)
        case OrderRefunded() as body:
            minor = body.total_minor
            if minor is None and body.lines and all(line.price_minor is not None for line in body.lines):
                minor = sum((line.price_minor or 0) * line.quantity for line in body.lines)
            return Returned(
                order=order_identity(body.order_id),
                full=body.total_minor is None and not body.lines,
                minor=minor,
                currency=body.currency,
                products=tuple((line.product_id, line.quantity) for line in body.lines[:MOST_LINES]),
            )
        case _:
            return None
