"""What is announced has an identity of its own."""

from dataclasses import replace

from tandem.actor import step
from tandem.attributes import Function
from tandem.customer import Announce, Customer
from tandem.events import EventType
from tests.builders import NOON, order, playbook, rule


def test_two_changes_at_one_moment_are_two_announcements() -> None:
    shop = playbook(rules=(rule(Function.COUNT, EventType.ORDER_COMPLETED, publish=True),), campaigns=())
    first = step(Customer("ada"), None, None, [order("o1", NOON)], shop, now=NOON)
    second = step(replace(first.customer, version=1), None, None, [order("o2", NOON)], shop, now=NOON)

    (one,) = [each for each in first.effects if isinstance(each, Announce)]
    (other,) = [each for each in second.effects if isinstance(each, Announce)]
    assert one.id != other.id
