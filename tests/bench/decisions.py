"""A whole decision by a playbook of 10 to 10,000 campaigns of which five can start, beside CEL for every condition."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from tandem.actor import step
from tandem.actor.step import attributes_of
from tandem.customer import Customer
from tandem.decisions import Moment, Scene
from tandem.playbook import Campaign, Playbook
from tandem.playbook.triggers import condition_of
from tandem.playbook.vocabulary import Start
from tests.bench.report import Report
from tests.bench.timing import turns
from tests.builders import DAY, HEADER, NOON, identified, order, playbook

COUNTS: Final = (10, 100, 1_000, 10_000)
STARTING: Final = 5
_CALLS: Final = 20


def run() -> list[Report]:
    """`step` with an order, by playbooks that differ only in how many campaigns listen to it."""
    works: dict[str, Callable[[], object]] = {}
    for count in COUNTS:
        held = _playbook(count)
        customer = _customer(held)
        made = step(customer, None, HEADER, [_ORDER], held, now=NOON)
        assert len(made.decisions[0].candidates) == STARTING == _one_by_one(held, customer)
        works[f"ours {count}"] = lambda held=held, customer=customer: _often(held, customer)  # type: ignore[misc]
        works[f"every {count}"] = lambda held=held, customer=customer: _one_by_one(held, customer)  # type: ignore[misc]
    costs = turns(works, rounds=15)
    least = costs[f"ours {COUNTS[0]}"] / _CALLS
    report = Report(
        f"a decision, {STARTING} campaigns can start",
        ("CPU µs", "of 10 campaigns", "every condition by CEL µs", "decision of that"),
        "Budget: from 10 to 10,000 at most 1.3 times",
    )
    for count in COUNTS:
        ours, every = costs[f"ours {count}"] / _CALLS, costs[f"every {count}"]
        report.add(f"{count:,} campaigns", ours, ours / least, every, ours / every)
    return [report]


_ORDER: Final = order("o1", NOON, total="79.96", coupon="SPRING")


def _playbook(count: int) -> Playbook:
    every = count // STARTING
    campaigns = tuple(_campaign(number, starts=number % every == 0) for number in range(count))
    return playbook(campaigns=campaigns)


def _campaign(number: int, *, starts: bool) -> Campaign:
    coupon = "SPRING" if starts else f"OTHER{number}"
    condition = (
        f'event.properties.coupon == "{coupon}" && customer.orders >= 1 && customer.basket_tier in ["high", "low"]'
    )
    return Campaign.model_validate(
        {
            "id": f"campaign-{number}",
            "trigger": {"event": "order_completed", "when": condition},
            "channels": ["email"],
            "content": "thanks",
            "value": number,
        }
    )


def _customer(held: Playbook) -> Customer:
    event = replace(identified("hello", NOON - DAY))
    made = step(Customer("ada"), None, HEADER, [event], held, now=NOON - DAY).customer
    return replace(made, owed=(), version=1)


def _often(held: Playbook, customer: Customer) -> None:
    for _ in range(_CALLS):
        step(customer, None, HEADER, [_ORDER], held, now=NOON)


def _one_by_one(held: Playbook, customer: Customer) -> int:
    """How many can start, asked of every campaign."""
    ordered = step(customer, None, HEADER, [_ORDER], playbook(campaigns=()), now=NOON).customer
    scene = Scene(ordered, attributes_of(ordered, None, HEADER, held, now=NOON), None, HEADER, held)
    known = Moment(scene, event=_ORDER).known(Start.EVENT)
    return sum(known.evaluate(condition_of(each.trigger)).holds for each in held.campaigns)
