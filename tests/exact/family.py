"""A family of rules, each written twice: as Tandem's rule, and as plain Python for the reference."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from tandem.attributes import Function, Money, Rule, Span, Window
from tandem.attributes.rules import SUBTRACTABLE
from tandem.events import EventType
from tandem.expressions import Kind
from tests.exact.facts import cents

Properties = Mapping[str, Any]
ORDER: Final = ("order_completed",)
VIEW: Final = ("product_viewed",)


class Nothing(Exception):
    """A rule gets nothing from an event, for a `reason` that is counted."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Single:
    """One value: of an event, or of so many pieces of a product in it."""

    value: Any
    weight: int = 1
    product: str = ""
    pieces: int = 1


@dataclass(frozen=True)
class Body:
    """`when`, `value` and `weight` are CEL, `holds`, `gives` and `weighs` the same in Python: what fails there, a
    KeyError or a TypeError, is an error here. By line they are called with the event's properties and the line's."""

    name: str
    on: tuple[str, ...]
    function: Function
    kind: Kind = Kind.INT
    when: str = "true"
    holds: Callable[..., bool] = lambda *_: True
    value: str = ""
    gives: Callable[..., Any] = lambda *_: None
    money: Money | None = None
    by_line: bool = False
    weight: str = "1"
    weighs: Callable[..., int] = lambda *_: 1
    n: int = 1
    subtracts: bool = False

    @property
    def over_total(self) -> bool:
        """Whether it counts what orders came to."""
        return self.money is not None and self.money.field == "total"

    def rule(self, attribute: str, code: int, window: Window, version: int, since: datetime | None) -> Rule:
        """The rule as a playbook with that number would hold it."""
        return Rule(
            attribute=attribute,
            code=code,
            on=tuple(EventType(kind) for kind in self.on),
            function=self.function,
            kind=self.kind,
            version=version,
            since=since,
            when=self.when,
            value=self.value,
            money=self.money,
            by_line=self.by_line,
            weight=self.weight,
            window=window,
            n=self.n,
            subtracts=self.subtracts,
            publish=True,
        )

    def terms(self, properties: Properties) -> list[Single]:
        """What an event adds before any refund. Raises Nothing with the reason."""
        if not self.by_line:
            return list(self._single(properties))
        singles: list[Single] = []
        for line in properties.get("products", []):
            try:
                singles += self._single(properties, line)
            except Nothing:
                continue
        return singles

    def _single(self, properties: Properties, line: Properties | None = None) -> Iterator[Single]:
        given = (properties,) if line is None else (properties, line)
        try:
            if not self.holds(*given):
                return
        except (KeyError, TypeError) as error:
            raise Nothing("condition") from error
        try:
            value = _amount(self.money, properties) if self.money else self.gives(*given)
            weight = self.weighs(*given)
        except (KeyError, TypeError) as error:
            raise Nothing("value") from error
        if line is None:
            yield Single(value, weight)
        else:
            yield Single(value, weight, line["product_id"], line.get("quantity", 1))


def _amount(money: Money, properties: Properties) -> int:
    amount = properties[money.field]
    if properties.get("currency") != money.currency:
        raise Nothing("other_currency")
    return cents(amount, money.currency)


USD, EUR, JPY = (Money("total", currency) for currency in ("USD", "EUR", "JPY"))
STANDARD: Final[Mapping[str, tuple[Body, Window]]] = {
    "orders": (Body("orders", ORDER, Function.COUNT, subtracts=True), Window()),
    "basket_orders": (Body("basket_orders", ORDER, Function.COUNT, money=USD, subtracts=True), Window()),
    "revenue_minor": (Body("revenue", ORDER, Function.SUM, money=USD, subtracts=True), Window()),
    "purchase_total_today_minor": (
        Body("today", ORDER, Function.SUM, money=USD, subtracts=True),
        Window(Span.TODAY),
    ),
    "first_order_at": (
        Body("first", ORDER, Function.MIN, gives=lambda each: each["occurred_at"]),
        Window(),
    ),
    "last_order_at": (Body("last", ORDER, Function.MAX, gives=lambda each: each["occurred_at"]), Window()),
}
BODIES: Final = (
    Body("spent", ORDER, Function.SUM, money=USD, subtracts=True),
    Body("spent in euros", ORDER, Function.SUM, money=EUR, subtracts=True),
    Body("spent in yen", ORDER, Function.AVERAGE, money=JPY, subtracts=True),
    Body("average order", ORDER, Function.AVERAGE, money=USD, subtracts=True),
    Body("taxes", ORDER, Function.SUM, money=Money("tax", "USD"), subtracts=True),
    Body("largest order", ORDER, Function.MAX, money=USD),
    Body("smallest order, refunds ignored", ORDER, Function.MIN, money=EUR),
    Body("revenue, refunds ignored", ORDER, Function.SUM, money=USD),
    Body("orders of many", ORDER, Function.COUNT, when="event.properties.items > 2",
         holds=lambda each: each["items"] > 2, subtracts=True),
    Body("items", ORDER, Function.SUM, value="event.properties.items", gives=lambda each: each["items"],
         subtracts=True),
    Body("pieces", ORDER, Function.SUM, by_line=True, value="line.quantity",
         gives=lambda _, line: line.get("quantity", 1), subtracts=True),
    Body("worth of jazz", ORDER, Function.SUM, by_line=True, when="line.category == 'jazz'",
         holds=lambda _, line: line["category"] == "jazz", value="line.price_minor * line.quantity",
         gives=lambda each, line: cents(line["price"], each["currency"]) * line.get("quantity", 1), subtracts=True),
    Body("lines of jazz", ORDER, Function.COUNT, by_line=True, when="line.category == 'jazz'",
         holds=lambda _, line: line["category"] == "jazz", subtracts=True),
    Body("price a line", ORDER, Function.AVERAGE, by_line=True, value="line.price_minor",
         gives=lambda each, line: cents(line["price"], each["currency"]), subtracts=True),
    Body("favourite category", ORDER, Function.TOP, kind=Kind.STRING, by_line=True, value="line.category",
         gives=lambda _, line: line["category"], weight="line.quantity",
         weighs=lambda _, line: line.get("quantity", 1), subtracts=True),
    Body("two categories", ORDER, Function.TOP, kind=Kind.STRING, by_line=True, value="line.category",
         gives=lambda _, line: line["category"], weight="line.quantity",
         weighs=lambda _, line: line.get("quantity", 1), n=2, subtracts=True),
    Body("top coupon", ORDER, Function.TOP, kind=Kind.STRING, value="event.properties.coupon",
         gives=lambda each: each["coupon"], weight="event.properties.items", weighs=lambda each: each["items"],
         subtracts=True),
    Body("first coupon", ORDER, Function.FIRST, kind=Kind.STRING, value="event.properties.coupon",
         gives=lambda each: each["coupon"]),
    Body("coupons", ORDER, Function.DISTINCT, kind=Kind.STRING, value="event.properties.coupon",
         gives=lambda each: each["coupon"]),
    Body("last viewed", VIEW, Function.LAST, kind=Kind.STRING, value="event.properties.product_id",
         gives=lambda each: each["product_id"]),
    Body("first viewed", VIEW, Function.FIRST, kind=Kind.STRING, value="event.properties.product_id",
         gives=lambda each: each["product_id"]),
    Body("two viewed", VIEW, Function.LATEST, kind=Kind.STRING, value="event.properties.product_id",
         gives=lambda each: each["product_id"], n=2),
    Body("products viewed", VIEW, Function.DISTINCT, kind=Kind.STRING, value="event.properties.product_id",
         gives=lambda each: each["product_id"]),
    Body("usual category", VIEW, Function.MOST_FREQUENT, kind=Kind.STRING, value="event.properties.category",
         gives=lambda each: each["category"]),
    Body("usual categories", (*VIEW, "product_clicked"), Function.MOST_FREQUENT, kind=Kind.STRING,
         value="event.properties.category", gives=lambda each: each["category"], n=3),
    Body("best rating", VIEW, Function.MAX, kind=Kind.DOUBLE, value="event.properties.rating",
         gives=lambda each: float(each["rating"])),
    Body("views", VIEW, Function.COUNT),
    Body("views of jazz", VIEW, Function.COUNT, when="event.properties.category == 'jazz'",
         holds=lambda each: each["category"] == "jazz"),
    Body("ever clicked", ("product_clicked",), Function.EVER),
    Body("days since a view", VIEW, Function.DAYS_SINCE),
    Body("days since anything", (*ORDER, *VIEW, "product_clicked"), Function.DAYS_SINCE),
    Body("days between orders", ORDER, Function.MEDIAN_GAP, n=10),
    Body("days between orders of many, of late", ORDER, Function.MEDIAN_GAP, when="event.properties.items > 2",
         holds=lambda each: each["items"] > 2, n=2),
    Body("days between lines of jazz", ORDER, Function.MEDIAN_GAP, by_line=True, when="line.category == 'jazz'",
         holds=lambda _, line: line["category"] == "jazz", n=3),
    Body("days between visits", (*VIEW, "product_clicked"), Function.MEDIAN_GAP, n=4),
    Body("refunds", ("order_refunded", "order_cancelled"), Function.COUNT),
    Body("paid back", ("order_refunded",), Function.SUM, money=USD),
)  # fmt: skip
WINDOWS: Final = (
    Window(),
    Window(Span.TODAY),
    Window(Span.WEEK),
    Window(Span.MONTH),
    *(Window(Span.ROLLING, timedelta(hours=hours)) for hours in (1, 24, 72, 73, 30 * 24, 60 * 24, 400 * 24)),
)
assert all(body.function in SUBTRACTABLE for body in BODIES if body.subtracts)
