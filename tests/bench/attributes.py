"""The step with more and more rules, beside brute force: every rule over the customer's last 100 events."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from tandem.actor import step
from tandem.attributes import Function, Money, Profile, Rule, Ruleset, Span, Window, contribute
from tandem.attributes.functions import Partial, plus, result
from tandem.attributes.windows import to_ms
from tandem.customer import Customer
from tandem.events import Event, EventType
from tandem.playbook import Playbook
from tests.bench.report import Report
from tests.bench.timing import turns
from tests.builders import DAY, HEADER, HOUR, NOON, added, identified, order, playbook

EVENTS = 100
LISTENING = 5
COUNTS = (5, 50, 500)
_WINDOWS = (
    Window(),
    Window(Span.TODAY),
    Window(Span.MONTH),
    Window(Span.ROLLING, 7 * DAY),
    Window(Span.ROLLING, 90 * DAY),
)


def run() -> list[Report]:
    """Rules that do not listen, rules that all listen, and brute force."""
    silent = Report("step, rules that do not listen", ("CPU µs", "of 5 rules"), "Budget: costs nothing")
    loud = Report("step, every rule listens", ("CPU µs", "brute force µs", "of brute force"), "one new order")
    history = [_event(number) for number in range(EVENTS)]
    works: dict[str, Callable[[], object]] = {}
    for count in COUNTS:
        works[f"silent {count}"] = _stepping(_playbook(count, LISTENING), history)
        works[f"loud {count}"] = _stepping(_playbook(count, count), history)
        works[f"brute {count}"] = _brute(_playbook(count, count).ruleset, history)
    costs = turns(works, rounds=7)
    for count in COUNTS:
        own = costs[f"silent {count}"]
        silent.add(f"{count} rules, {LISTENING} listen", own, own / costs[f"silent {COUNTS[0]}"])
        ours, theirs = costs[f"loud {count}"], costs[f"brute {count}"]
        loud.add(f"{count} rules", ours, theirs, ours / theirs)
    return [silent, loud]


def _playbook(rules: int, listening: int) -> Playbook:
    made = tuple(
        Rule(
            f"rule_{number}",
            1000 + number,
            (EventType.ORDER_COMPLETED if number < listening else EventType.PROMOTION_VIEWED,),
            Function.SUM,
            money=Money("total", "USD"),
            window=_WINDOWS[number % len(_WINDOWS)],
            subtracts=True,
        )
        for number in range(rules)
    )
    conditions = " && ".join(f"customer.rule_{number} >= 0" for number in range(min(listening, rules)))
    campaigns = playbook().campaigns[:1]
    asking = campaigns[0].model_copy(update={"when": conditions})
    return playbook(rules=made, campaigns=(asking,))


def _event(number: int) -> Event:
    at = NOON - timedelta(hours=5 * (EVENTS - number))
    return order(f"o{number}", at) if number % 5 == 0 else added(f"a{number}", at)


def _stepping(book: Playbook, history: list[Event]) -> Callable[[], object]:
    """One more order of a customer whose profile was made yesterday: what came since is live."""
    as_of = NOON - DAY
    known = identified("hello", NOON - 40 * DAY)
    customer = step(Customer("ada"), None, HEADER, [known, *history], book, now=NOON - HOUR).customer
    profile = Profile("ada", as_of, codes=frozenset(book.ruleset.by_code), listed=_listed(history, as_of))
    customer = step(replace(customer, owed=()), profile, HEADER, [], book, now=NOON - HOUR).customer
    customer = replace(customer, owed=(), version=1)
    new = order("new", NOON)
    return lambda: step(customer, profile, HEADER, [new], book, now=NOON)


def _listed(history: list[Event], as_of: object) -> frozenset[str]:
    return frozenset(event.identity for event in history if event.received_at < as_of)  # type: ignore[operator]


def _brute(rules: Ruleset, history: list[Event]) -> Callable[[], object]:
    """Every attribute from the last 100 events, each looked at anew."""
    now_ms = to_ms(NOON)

    def work() -> list[object]:
        totals: dict[int, Partial] = {}
        for event in history:
            for code, part in contribute(event, rules).parts.items():
                totals[code] = plus(rules.by_code[code], totals.get(code), part)
        return [result(rule, totals.get(rule.code), now_ms) for rule in rules.rules]

    return work
