"""A profile of 300 attributes is read with one read unit: 4 KB, the item's names and key included."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

import pytest

from tandem.attributes import Function, Money, Profile, Rule, Ruleset, Span, Window
from tandem.attributes.stored import pack_profile, unpack_profile
from tandem.events import Event, EventType
from tandem.expressions import Kind
from tandem.profiles.advance import State, advance
from tandem.profiles.difference import OVERHEAD, Row
from tandem.profiles.partition import packed
from tests.builders import event, merged, order

READ_UNIT: Final = 4096
AS_OF: Final = datetime(2026, 11, 21, tzinfo=UTC)
CATEGORIES: Final = ("jazz", "classical", "rock", "soundtracks", "opera", "folk", "blues", "electronic")
SEEN: Final = (
    EventType.PRODUCT_VIEWED,
    EventType.PRODUCT_CLICKED,
    EventType.PRODUCT_LIST_VIEWED,
    EventType.PRODUCTS_SEARCHED,
    EventType.PRODUCT_ADDED_TO_WISHLIST,
    EventType.PRODUCT_SHARED,
    EventType.PRODUCT_REVIEWED,
    EventType.PROMOTION_VIEWED,
    EventType.PROMOTION_CLICKED,
    EventType.COUPON_ENTERED,
    EventType.COUPON_APPLIED,
    EventType.PRODUCT_ADDED,
)


def rolling(days: int) -> Window:
    return Window(Span.ROLLING, timedelta(days=days))


def shapes() -> Iterator[dict[str, Any]]:
    """What marketers ask of one kind of event: 15 attributes, seven of them in windows."""
    category = 'has(event.properties.category) ? event.properties.category : "none"'
    yield {"function": Function.COUNT}
    yield {"function": Function.EVER}
    yield {"function": Function.DAYS_SINCE}
    yield {"function": Function.MIN, "kind": Kind.TIMESTAMP, "value": "event.occurred_at"}
    yield {"function": Function.LAST, "kind": Kind.STRING, "value": category}
    yield {"function": Function.MOST_FREQUENT, "kind": Kind.STRING, "value": category}
    yield {"function": Function.DISTINCT, "kind": Kind.STRING, "value": category}
    yield {"function": Function.LATEST, "kind": Kind.STRING, "value": category, "n": 3}
    for days in (1, 7, 30, 90, 365):
        yield {"function": Function.COUNT, "window": rolling(days)}
    yield {"function": Function.COUNT, "window": Window(Span.TODAY)}
    yield {"function": Function.COUNT, "window": Window(Span.MONTH)}


def sums() -> Iterator[dict[str, Any]]:
    """Ten of money and counts of orders, for twelve kinds of order."""
    money = {"money": Money("total", "USD"), "subtracts": True}
    for coupon in range(12):
        when = "true" if coupon == 0 else f'has(event.properties.coupon) && event.properties.coupon == "C{coupon}"'
        for function in (Function.SUM, Function.COUNT, Function.AVERAGE, Function.MAX, Function.LAST):
            takes_back = function in (Function.SUM, Function.COUNT, Function.AVERAGE)
            more = money if takes_back else {"money": money["money"]}
            yield {"function": function, "when": when, **more}
            yield {"function": function, "when": when, **more, "window": rolling(90)}


@pytest.fixture(scope="module")
def rules() -> Ruleset:
    made = [{"on": (kind,), **shape} for kind in SEEN for shape in shapes()]
    made += [{"on": (EventType.ORDER_COMPLETED,), **each} for each in sums()]
    return Ruleset(tuple(Rule(attribute=f"a{at}", code=101 + at, **each) for at, each in enumerate(made)), number=1)


def lived(many: int, orders: int) -> list[Event]:
    """So many touches and orders of a year and a half, most of them lately."""
    random = Random(7)
    found = []
    for number in range(many):
        at = AS_OF - timedelta(days=min(540.0, random.expovariate(1 / 60)), hours=1)
        kind = random.choices(SEEN, weights=range(24, 0, -2))[0]
        more: dict[str, Any] = {
            "product_id": f"p{number}",
            "category": random.choice(CATEGORIES),
            "name": "A",
            "query": "q",
        }
        found.append(event(kind, f"e{number}", at, **more))
    for number in range(orders):
        at = AS_OF - timedelta(days=random.randrange(3, 540))
        found.append(order(f"o{number}", at, f"{random.randrange(500, 9000) / 100:.2f}", coupon=f"C{number % 3}"))
    return found


def profile(rules: Ruleset, events: list[Event]) -> Profile:
    done = advance("ada", State(), events, rules, as_of=AS_OF)
    assert done
    return done.profile


def test_a_profile_of_three_hundred_attributes_is_read_with_one_unit(
    rules: Ruleset, capsys: pytest.CaptureFixture[str]
) -> None:
    made = profile(rules, lived(many=60, orders=6))

    data = pack_profile(made)

    size = len(data) + len("ada") + OVERHEAD
    with capsys.disabled():
        print(f"\n{len(made.codes)} attributes, {len(made.parts)} with a value, 66 events: {size} of {READ_UNIT} bytes")
    assert len(made.codes) == 300
    assert len(made.parts) > 100
    assert size <= READ_UNIT
    assert unpack_profile("ada", data) == made


def test_the_size_of_an_item_is_what_it_pays_for() -> None:
    assert [Row("ada", AS_OF, b"x" * size).units for size in (0, 996, 997, 4068)] == [1, 1, 2, 4]


def test_a_profile_too_large_for_the_table_carries_no_rule() -> None:
    """60,000 views of a bot in 48 days: their identities alone are 480 KB."""
    listed = frozenset(f"{Random(number).getrandbits(64):016x}" for number in range(60_000))
    bots = Profile("bot", AS_OF, frozenset({1}), {1: {0: 60_000}}, listed=listed, figures={"frequency": 3})

    stored = unpack_profile("bot", packed(bots))

    assert stored == Profile("bot", AS_OF, figures={"frequency": 3})
    attributes = merged([event("product_viewed", "v1", AS_OF, product_id="p")], stored, now=AS_OF)
    assert attributes.value("orders").incomplete == "no_snapshot_yet"
