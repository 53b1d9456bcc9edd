"""A typical customer: a person of three weeks, twenty events and fifteen rules, all of them still uncovered."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tandem.actor import step
from tandem.attributes import Function, Money, Rule, Span, Window
from tandem.customer import Customer
from tandem.events import Event, EventType
from tandem.expressions import Kind
from tandem.playbook import Playbook
from tests.builders import DAY, HOUR, NOON, event, playbook

ORDERS = (EventType.ORDER_COMPLETED,)
TOTAL = Money("total", "USD")
MS = timedelta(milliseconds=1)
PRODUCTS = (
    ("CD-10482", "Kind of Blue", "11.88", "jazz"),
    ("CD-20117", "Rumours (Remastered)", "12.97", "rock"),
    ("LP-00731", "The Köln Concert", "34.50", "jazz"),
    ("CD-33290", "Blood on the Tracks", "11.49", "rock"),
    ("LP-04418", "Getz / Gilberto", "29.90", "bossa"),
)

KINDS = (
    *("viewed", "viewed", "added", "viewed", "added", "order", "viewed", "viewed", "added", "removed", "viewed"),
    *("added", "cart", "checkout", "order", "viewed", "added", "viewed", "order"),
)


def own(attribute: str, code: int, on: tuple[EventType, ...], function: Function, **changes: Any) -> Rule:
    """A rule of the first playbook."""
    return Rule(attribute, code, on, function, version=1, **changes)


def days(number: int) -> Window:
    """A rolling window."""
    return Window(Span.ROLLING, number * DAY)


RULES = (  # beside the six standard ones
    own("orders_90d", 101, ORDERS, Function.COUNT, window=days(90), subtracts=True),
    own("spent_90d_minor", 102, ORDERS, Function.SUM, money=TOTAL, window=days(90), subtracts=True),
    own("average_order_minor", 103, ORDERS, Function.AVERAGE, money=TOTAL, window=days(365), subtracts=True),
    own("largest_order_minor", 104, ORDERS, Function.MAX, money=TOTAL),
    own(
        "favorite_category",
        105,
        ORDERS,
        Function.TOP,
        kind=Kind.STRING,
        value="line.category",
        by_line=True,
        weight="line.quantity",
        subtracts=True,
    ),
    own("products_bought", 106, ORDERS, Function.DISTINCT, kind=Kind.STRING, value="line.product_id", by_line=True),
    own("product_views_7d", 107, (EventType.PRODUCT_VIEWED,), Function.COUNT, window=days(7)),
    own(
        "last_viewed",
        108,
        (EventType.PRODUCT_VIEWED,),
        Function.LAST,
        kind=Kind.STRING,
        value="event.properties.product_id",
    ),
    own("cart_adds_30d", 109, (EventType.PRODUCT_ADDED,), Function.COUNT, window=days(30)),
)


def book() -> Playbook:
    """The playbook of the builders with these rules."""
    return playbook(rules=RULES)


def life(number: int = 20, seed: int = 7) -> Sequence[Event]:
    """So many events of `ada`, evenly over the three weeks before noon; of twenty, three orders."""
    chance = random.Random(seed)
    events = [_identified(NOON - 21 * DAY, chance)]
    for place in range(number - 1):
        at = NOON - 20 * DAY + place * (20 * DAY / number) + chance.randrange(int(8 * HOUR / MS)) * MS
        events.append(_event(KINDS[place % len(KINDS)], place, at, chance))
    return events


def lived(number: int = 20) -> Customer:
    """The customer after that, one event at a time, with everything owed done."""
    customer, shop = Customer("c-58213947"), book()
    for each in life(number):
        customer = step(
            customer, None, None, [each], shop, now=each.received_at + timedelta(microseconds=412_345)
        ).customer
    return replace(customer, owed=(), version=number)


def _identified(at: datetime, chance: random.Random) -> Event:
    return _made(
        "customer_identified",
        "hello",
        at,
        chance,
        email="marguerite.dubois@example.com",
        first_name="Marguerite",
        phone="+15550102938",
        locale="es-MX",
        time_zone="America/Mexico_City",
        consents={"email": True, "sms": False},
    )


def _event(kind: str, place: int, at: datetime, chance: random.Random) -> Event:
    product_id, name, price, category = chance.choice(PRODUCTS)
    line = {"product_id": product_id, "name": name, "price": price, "quantity": 1, "category": category}
    cart = f"cart-{chance.getrandbits(32):08x}"[:9]
    match kind:
        case "viewed":
            return _made("product_viewed", f"v{place}", at, chance, **line)
        case "added" | "removed":
            return _made(f"product_{kind}", f"a{place}", at, chance, cart_id="cart-71f3", currency="USD", **line)
        case "cart":
            return _made("cart_viewed", f"c{place}", at, chance, cart_id="cart-71f3", currency="USD", products=[line])
        case "checkout":
            return _made("checkout_started", f"k{place}", at, chance, order_id="", currency="USD", products=[line])
        case _:
            return _made(
                "order_completed",
                f"e{place}",
                at,
                chance,
                order_id=f"{1_048_200 + place}",
                total=price,
                currency="USD",
                products=[line],
                cart_id=cart if place % 2 else "cart-71f3",
            )


def _made(kind: str, event_id: str, at: datetime, chance: random.Random, **properties: Any) -> Event:
    return event(kind, event_id, at, received=at + chance.randrange(80, 2_500) * MS, **properties)
