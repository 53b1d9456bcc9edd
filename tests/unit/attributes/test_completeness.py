"""When a value may not be trusted, and why: until a snapshot carries the rule, and where there was no room."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tandem.attributes import Attributes, Carts, Derived, Function, Live, Profile, Ruleset, SnapshotHeader, Span, Window
from tandem.attributes.profile import TAIL
from tandem.attributes.windows import to_ms
from tandem.events import Event, EventType
from tandem.expressions import Kind
from tests.builders import DAY, HEADER, HOUR, MINUTE, NOON, STANDARD, event, live, merged, profile, rule
from tests.builders import order as bought

FIRST = rule()  # of the first playbook of all
SINCE = NOON - 3 * HOUR
NEW = rule(version=2, since=SINCE)
OLD_RULES, RULES = Ruleset((), number=1), Ruleset((NEW,), number=2)
CARRIED = replace(HEADER, codes=STANDARD | {NEW.code})


def view(number: int = 1, ago: timedelta = HOUR) -> Event:
    return event("product_viewed", f"v{number}", NOON - ago, product_id="p")


def reason(rules: Ruleset, *events: Event, known: Profile | None = None, header: SnapshotHeader | None = None) -> str:
    return merged(events, known, rules=rules, header=header).value("it").incomplete


def read(live: Live, rules: Ruleset, known: Profile | None = None, header: SnapshotHeader | None = None) -> Attributes:
    return Attributes(rules, live, known, header, carts=Carts({}, {}), zone=ZoneInfo("UTC"), now=NOON)


def with_code(known: Profile, *codes: int) -> Profile:
    return replace(known, codes=known.codes | set(codes))


def test_a_rule_of_the_first_playbook_is_complete_without_any_snapshot() -> None:
    assert reason(Ruleset((FIRST,), number=1), view()) == ""


def test_a_newer_rule_is_incomplete_until_a_snapshot_carries_it() -> None:
    assert reason(RULES, view()) == "no_snapshot_yet"
    assert reason(RULES, view(), header=HEADER) == "no_snapshot_yet"
    assert reason(RULES, view(), header=CARRIED) == ""


def test_with_a_profile_it_is_the_profile_that_has_to_carry_the_rule() -> None:
    assert reason(RULES, view(), known=profile(), header=CARRIED) == "no_snapshot_yet"
    assert reason(RULES, view(), known=with_code(profile(), NEW.code), header=HEADER) == ""


def test_an_older_version_in_the_profile_does_not_count_for_the_newer_one() -> None:
    older = replace(NEW, code=102, version=1, since=None)
    known = replace(with_code(profile(), older.code), parts={older.code: {0: 41}})

    value = merged([view()], known, rules=RULES).value("it")

    assert (value.value, value.incomplete) == (1, "no_snapshot_yet")


@pytest.mark.parametrize(
    ("minutes", "expected"), [(0, ""), (14, ""), (-1, "no_snapshot_yet"), (-20, "no_snapshot_yet")]
)
def test_a_window_that_opened_when_the_rule_was_there_needs_no_snapshot(minutes: int, expected: str) -> None:
    opened = NOON - 2 * HOUR
    rolling = replace(NEW, since=opened - minutes * MINUTE, window=Window(Span.ROLLING, 2 * HOUR))

    assert reason(Ruleset((rolling,), number=2), view()) == expected


def test_a_window_that_opened_after_the_profile_too_needs_nothing_of_it() -> None:
    rolling = Ruleset((replace(NEW, since=NOON - 9 * HOUR, window=Window(Span.ROLLING, 2 * HOUR)),), number=2)

    assert reason(rolling, view(), known=profile(as_of=NOON - 2 * HOUR)) == ""
    assert reason(rolling, view(), known=profile(as_of=NOON - 2 * HOUR + 15 * MINUTE)) == "no_snapshot_yet"


# Events that were handled before the rule was there.


def before(*events: Event) -> Live:
    """What a playbook without the rule made of these events."""
    return live(events, OLD_RULES)


def test_an_event_that_the_rule_was_not_shown_makes_it_incomplete_until_a_profile_covers_the_event() -> None:
    unseen = before(view(ago=4 * HOUR))
    (entry,) = unseen.entries
    covering = replace(with_code(profile(as_of=NOON - 15 * MINUTE), NEW.code), listed=frozenset({entry.identity}))

    assert read(unseen, RULES, header=CARRIED).value("it").incomplete == "no_snapshot_yet"
    assert read(unseen, RULES, with_code(profile(), NEW.code)).value("it").incomplete == "no_snapshot_yet"
    assert read(unseen, RULES, covering).value("it").incomplete == ""


def test_an_event_of_a_type_that_the_rule_does_not_listen_to_does_not() -> None:
    unseen = before(event("product_shared", "s1", NOON - 4 * HOUR, product_id="p"))

    assert read(unseen, RULES, header=CARRIED).value("it").incomplete == ""


def test_an_event_outside_the_window_does_not() -> None:
    rolling = Ruleset((replace(NEW, window=Window(Span.ROLLING, 2 * HOUR)),), number=2)

    assert read(before(view(ago=4 * HOUR)), rolling, header=CARRIED).value("it").incomplete == ""
    assert read(before(view(ago=HOUR)), rolling, header=CARRIED).value("it").incomplete == "no_snapshot_yet"


def test_an_event_received_before_the_tail_of_the_snapshot_does_not() -> None:
    tail = CARRIED.as_of - TAIL
    early, late = (before(event("product_viewed", "v", at, product_id="p")) for at in (tail - MINUTE, tail))

    assert read(early, RULES, header=CARRIED).value("it").incomplete == ""
    assert read(late, RULES, header=CARRIED).value("it").incomplete == "no_snapshot_yet"


# No room.


def test_a_crowded_customer_s_values_are_not_trusted_until_a_profile_covers_what_found_no_room() -> None:
    rules = Ruleset((FIRST,), number=1)
    crowded = Live(crowded_until=to_ms(NOON - DAY))
    known = with_code(profile(), FIRST.code)

    assert read(crowded, rules).value("it").incomplete == "crowded"
    assert read(crowded, rules, replace(known, as_of=NOON - DAY + TAIL)).value("it").incomplete == "crowded"
    assert read(crowded, rules, replace(known, as_of=NOON - DAY + TAIL + MINUTE)).value("it").incomplete == ""


def test_what_is_told_of_orders_is_trusted_as_long_as_orders_had_room() -> None:
    order = EventType.ORDER_COMPLETED
    orders = Ruleset((rule(Function.COUNT, order),), number=1)
    mixed = Ruleset((rule(Function.COUNT, order, EventType.PRODUCT_VIEWED),), number=1)
    crowded, full = Live(crowded_until=to_ms(NOON)), Live(crowded_until=to_ms(NOON), full_until=to_ms(NOON))

    assert read(crowded, orders).value("it").incomplete == ""
    assert read(crowded, mixed).value("it").incomplete == "crowded"
    assert read(full, orders).value("it").incomplete == "crowded"


def test_weights_over_more_than_a_thousand_values_are_not_trusted() -> None:
    top = Ruleset((rule(Function.TOP, value="event.properties.tag", kind=Kind.STRING),), number=1)
    views = [event("product_viewed", f"v{each}", NOON, product_id="p", tag=f"t{each}") for each in range(1_001)]

    assert merged(views[:1_000], rules=top).value("it").incomplete == ""
    assert merged(views, rules=top).value("it").incomplete == "too_many_values"
    assert merged(views, rules=top)["it"] is None


# What follows from it.


def test_what_is_incomplete_has_a_value_to_look_at_and_none_to_use() -> None:
    attributes = merged([view()], rules=RULES)

    assert attributes.value("it").value == 1
    assert attributes["it"] is None


def test_what_is_computed_from_an_incomplete_attribute_is_incomplete_and_names_it() -> None:
    double = Derived("double", "customer.it * 2")
    fourfold = Derived("fourfold", "customer.double * 2", otherwise="0")
    attributes = merged([view()], rules=Ruleset((NEW,), (double, fourfold), number=2))

    assert attributes.value("double").incomplete == "it: no_snapshot_yet"
    assert attributes.value("fourfold").incomplete == "double: it: no_snapshot_yet"


def test_what_is_computed_from_no_value_is_its_otherwise() -> None:
    spent = rule(Function.AVERAGE, EventType.ORDER_COMPLETED, value="event.properties.score")
    rules = Ruleset(
        (spent,), (Derived("double", "customer.it * 2"), Derived("or", "customer.it * 2", otherwise="none"))
    )

    assert [merged([], rules=rules)[name] for name in ("double", "or")] == [None, "none"]
    scored = merged([bought("o1", NOON, score=4)], rules=rules)
    assert [scored[name] for name in ("double", "or")] == [8, 8]


def test_a_name_that_no_rule_has_is_no_attribute() -> None:
    with pytest.raises(KeyError):
        merged([]).value("ordres")
