"""What a day of real orders writes: DynamoDB bills a write by the whole KB."""

from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil

from infra.demo.cast import Known
from infra.demo.day import Day
from infra.publish.playbook import Draft
from tandem.actor import Actor, Message
from tandem.adapters.customer_table import customer_item
from tandem.adapters.memory import MemoryCustomers, MemoryDeadLetters, MemoryOutbox, MemoryPlaybooks
from tandem.customer import Customer
from tests.builders import by_door
from tests.unit.demo.conftest import AS_OF

BUDGET = 1.5


@dataclass(slots=True)
class Weighed(MemoryCustomers):
    """Notes the write units of every save."""

    units: list[int] = field(default_factory=list)

    def save(self, customer: Customer) -> None:
        MemoryCustomers.save(self, customer)
        self.units.append(write_units(customer))


def write_units(customer: Customer) -> int:
    """Names and values in UTF-8; a number takes a byte for two digits, and one more."""
    item = customer_item(customer)
    size = sum(len(name) for name in item) + len(item["pk"]["S"].encode()) + len(item["data"]["B"])
    return ceil((size + len(item["version"]["N"]) // 2 + 1) / 1024)


def test_an_event_of_the_real_day_writes_at_most_one_and_a_half_units_on_average(
    known: Known, day: Day, draft: Draft
) -> None:
    customers = Weighed(dict(known.profiles), known.header)
    now = [AS_OF + timedelta(hours=12)]
    playbooks = MemoryPlaybooks({1: draft.playbook})
    actor = Actor(customers, playbooks, MemoryOutbox(), MemoryDeadLetters(), clock=lambda: now[0])

    for number, event in enumerate((*day.identified, *day.early, *day.events, *day.late)):
        now[0] += timedelta(milliseconds=60)
        handled = actor.handle([Message(str(number), by_door(event.envelope(now[0]), now[0]), now[0])])
        assert not handled.failed
        assert not handled.refused

    assert len(customers.units) >= 900
    assert sum(customers.units) / len(customers.units) <= BUDGET
