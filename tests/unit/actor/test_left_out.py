"""What events hold that a rule cannot use is counted, by reason, when it is handled for the first time."""

from collections import Counter

from tandem.actor import Actor, Handled, Message
from tandem.adapters.memory import MemoryCustomers, MemoryDeadLetters, MemoryOutbox, MemoryPlaybooks
from tandem.attributes import Function, Money
from tandem.events import EventType
from tandem.expressions import Kind
from tests.builders import NOON, by_door, envelope, playbook, rule

SPENT = rule(Function.SUM, EventType.ORDER_COMPLETED, money=Money("total", "USD"))
COUPON = rule(
    Function.LAST,
    EventType.ORDER_COMPLETED,
    attribute="coupon",
    code=102,
    value="event.properties.coupon",
    kind=Kind.STRING,
)


def handled(*messages: Message) -> Handled:
    playbooks = MemoryPlaybooks({1: playbook(rules=(SPENT, COUPON))})
    actor = Actor(MemoryCustomers(), playbooks, MemoryOutbox(), MemoryDeadLetters(), clock=lambda: NOON)
    return actor.handle(messages)


def bought(number: int, customer: str, **properties: object) -> Message:
    fields = {"order_id": f"o{number}", "total": "5.00", "currency": "USD", "coupon": "SPRING", **properties}
    return Message(f"m{number}", by_door(envelope("order_completed", f"e{number}", NOON, fields, customer), NOON), NOON)


def test_reasons_are_counted_over_rules_and_customers() -> None:
    found = handled(
        bought(1, "ada", currency="EUR"),
        bought(2, "bob", currency="EUR", coupon=7),
        bought(3, "bob", coupon=None),
        bought(4, "cleo"),
    ).left_out

    # The standard rules over money leave the two orders in euros out too.
    assert found == Counter(other_currency=2 + 2 * 3, wrong_type=2)


def test_a_repeated_event_is_not_counted_again() -> None:
    once, twice = handled(bought(1, "ada", coupon=7)), handled(*[bought(1, "ada", coupon=7)] * 2)

    assert once.left_out == twice.left_out == Counter(wrong_type=1)


def test_a_time_zone_that_is_none_is_counted() -> None:
    words = [{"time_zone": zone} for zone in ("Mars/Olympus", "../etc/passwd", "Europe/Madrid")]
    told = [envelope("customer_identified", f"e{at}", NOON, word, f"c{at}") for at, word in enumerate(words)]

    found = handled(*(Message(each["event_id"], by_door(each, NOON), NOON) for each in told)).left_out

    assert found == Counter(unknown_zone=2)
