"""Builders: what a test does not say does not matter to it."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tandem.attributes import (
    Attributes,
    Carts,
    CutPoints,
    Function,
    Live,
    Profile,
    Rule,
    Ruleset,
    SnapshotHeader,
    contribute,
)
from tandem.attributes.windows import to_ms
from tandem.events import Event, EventType, order_identity, parse_envelope
from tandem.playbook import Campaign, Cap, Playbook, Product, Shop
from tandem.playbook.standard import STANDARD_DERIVED, standard_rules

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
STANDARD = frozenset(range(1, 7))  # the codes of the standard rules
HEADER = SnapshotHeader(NOON - 12 * HOUR, CutPoints("USD", low_max=2000, medium_max=4000), profiles=1, codes=STANDARD)


def envelope(
    kind: str, event_id: str, at: datetime, properties: Mapping[str, Any], customer: str = "ada"
) -> dict[str, Any]:
    """An event as a shop publishes it."""
    return {
        "v": 1,
        "event_id": event_id,
        "type": kind,
        "customer_id": customer,
        "occurred_at": at.isoformat(),
        "properties": dict(properties),
    }


def by_door(event: Mapping[str, Any], received_at: datetime) -> str:
    """The message that SNS puts on the events queue for it."""
    timestamp = received_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"Type": "Notification", "Message": json.dumps(event), "Timestamp": timestamp})


def event(kind: str, event_id: str, at: datetime, *, received: datetime | None = None, **properties: Any) -> Event:
    """A parsed event of the customer `ada`."""
    return parse_envelope(json.loads(json.dumps(envelope(kind, event_id, at, properties))), received or at)


def order(order_id: str, at: datetime, total: str = "30.00", **more: Any) -> Event:
    """An order of one record, unless `products` says otherwise."""
    properties = {"order_id": order_id, "total": total, "currency": "USD", "products": [{"product_id": "record-1"}]}
    received = more.pop("received", None)
    return event("order_completed", f"e-{order_id}", at, received=received, **{**properties, **more})


def added(event_id: str, at: datetime, product: str = "record-1", cart: str = "cart-1", **more: Any) -> Event:
    """A product put in a cart."""
    received = more.pop("received", None)
    properties = {"product_id": product, "price": "12.00", "name": product, "cart_id": cart, **more}
    return event("product_added", event_id, at, received=received, **properties)


def identified(event_id: str, at: datetime, **traits: Any) -> Event:
    """A customer who can be reached by email and said yes to it, unless told otherwise."""
    known = {"email": "ada@example.com", "first_name": "Ada", "consents": {"email": True}}
    return event("customer_identified", event_id, at, **{**known, **traits})


def playbook(**changes: Any) -> Playbook:
    """A playbook like the starter one: thank by tier, win the second order, remind of a cart after 30 minutes."""
    tiers = {"low": "thanks-low", "medium": "thanks-medium", "high": "thanks-high"}
    campaigns: list[dict[str, Any]] = [
        {
            "id": "second",
            "priority": 200,
            "trigger": {"event": "order_completed"},
            "audience": "customer.orders == 1",
            "content": "second",
        },
        {
            "id": "thanks",
            "priority": 100,
            "trigger": {"event": "order_completed"},
            "content": tiers,
            "recommend": "complements",
        },
        {
            "id": "reminder",
            "priority": 50,
            "trigger": {"cart_abandoned": "30m"},
            "content": "reminder",
            "validity": "4h",
            "max_age": "6h",
        },
    ]
    fields: dict[str, Any] = {
        "number": 1,
        "published_at": NOON - 30 * DAY,
        "shop": SHOP,
        "caps": (Cap(messages=3, within=timedelta(days=7)),),
        "campaigns": tuple(Campaign.model_validate({"channels": ["email", "sms"], **each}) for each in campaigns),
        "products": PRODUCTS,
    }
    return Playbook.model_validate({**fields, **changes})


def profile(
    orders: int = 2, revenue_minor: int = 5000, *, as_of: datetime = HEADER.as_of, listed: tuple[str, ...] = ()
) -> Profile:
    """A profile of `ada` with so many orders, of which those in `listed` (order ids) are recent."""
    last_order_at = as_of - 10 * DAY
    return Profile(
        customer_id="ada",
        as_of=as_of,
        codes=STANDARD,
        parts={
            1: {0: orders},
            2: {0: orders},
            3: {0: revenue_minor},
            5: {0: to_ms(as_of - 90 * DAY)},
            6: {0: to_ms(last_order_at)},
        },
        figures={
            "frequency": orders,
            "monetary_minor": revenue_minor // orders,
            "last_order_at": last_order_at.isoformat(),
        },
        listed=frozenset(order_identity(each) for each in listed),
    )


def rule(function: Function = Function.COUNT, *on: EventType, **changes: Any) -> Rule:
    """The rule `it` of a playbook, over products viewed unless told otherwise."""
    fields: dict[str, Any] = {"attribute": "it", "code": 101, "on": on or (EventType.PRODUCT_VIEWED,)}
    return Rule(**{**fields, "function": function, **changes})


def live(events: Iterable[Event], rules: Ruleset) -> Live:
    """The live side of a customer who has had these events and no others."""
    entries = sorted((contribute(each, rules) for each in events), key=lambda each: (each.occurred, each.identity))
    return Live(tuple(entries))


def merged(
    events: Iterable[Event],
    known: Profile | None = None,
    *,
    rules: Ruleset | None = None,
    header: SnapshotHeader | None = HEADER,
    zone: str = "UTC",
    now: datetime = NOON,
) -> Attributes:
    """The attributes of a customer with these events and this profile, by the standard rules unless told otherwise."""
    ruleset = rules or RULES
    return Attributes(
        ruleset,
        live(events, ruleset),
        known,
        header,
        carts=Carts({}, {}),
        zone=ZoneInfo(zone),
        now=now,
        currency="USD",
    )


RULES = Ruleset(standard_rules("USD"), STANDARD_DERIVED, number=1)
SHOP = Shop(
    name="Needle & Groove",
    url="https://shop.example.com",
    postal_address="1 Example Street",
    currency="USD",
    default_locale="en",
    default_time_zone="America/New_York",
)
PRODUCTS = (
    Product.model_validate(
        {"id": "record-1", "name": "Blue", "price": "30.00", "complements": ["brush-1", "sleeve-1"]}
    ),
    Product.model_validate({"id": "brush-1", "name": "Brush", "price": "12.00"}),
    Product.model_validate({"id": "sleeve-1", "name": "Sleeves", "price": "8.00"}),
)
