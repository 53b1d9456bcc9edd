"""What happens while a candidate waits: its cart is touched, its twin is bought, its day is corrected."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tandem.decisions import Outcome
from tandem.playbook import QuietHours
from tests.builders import DAY, HOUR, MINUTE, NOON, added, event, identified, order
from tests.unit.actor.life import Life, book, path, reasons, said, says

QUIET = QuietHours.model_validate({"from": "06:00", "to": "20:00"})  # noon in UTC is seven in New York
EVENING = NOON + 13 * HOUR  # eight in New York


def cart_journey(**changes: Any) -> Any:
    return path({"campaign": "reminder"}, id="cart", start={"cart_abandoned": "30m"}, **changes)


def test_a_journeys_reminder_waits_until_its_cart_is_quiet_again() -> None:
    ada = Life(book(says("reminder"), cart_journey(), quiet_hours=(QUIET,)))
    ada.at(NOON, added("a1", NOON))
    ada.at(NOON + 30 * MINUTE)

    ada.at(EVENING - 5 * MINUTE, added("a2", EVENING - 5 * MINUTE))
    evening = ada.at(EVENING)
    quiet = ada.at(EVENING + 25 * MINUTE)

    assert reasons(evening) == [("reminder", Outcome.DEFERRED)]
    assert (said(evening), said(quiet)) == ([], ["reminder"])
    assert len(ada.sends[-1].lines) == 1
    assert ada.sends[-1].lines[0].quantity == 2


def test_a_campaigns_reminder_gives_way_to_the_wait_that_begins_anew() -> None:
    reminder = says("reminder", trigger={"cart_abandoned": "30m"}, patience="10m")
    ada = Life(book(reminder))
    ada.at(NOON, added("a1", NOON))
    ada.at(NOON + 30 * MINUTE)

    ada.at(NOON + 39 * MINUTE, added("a2", NOON + 39 * MINUTE))
    met = ada.at(NOON + 40 * MINUTE)
    ada.at(NOON + 69 * MINUTE)
    later = ada.at(NOON + 79 * MINUTE)

    assert reasons(met) == [("reminder", Outcome.SUPERSEDED)]
    assert (said(met), said(later)) == ([], ["reminder"])


def test_of_two_carts_that_wait_the_one_that_is_left_is_reminded_of() -> None:
    ada = Life(book(says("reminder"), cart_journey(), quiet_hours=(QUIET,)))
    ada.at(NOON, added("a1", NOON, cart="one"))
    ada.at(NOON + MINUTE, added("a2", NOON + MINUTE, cart="two", product="record-2"))
    ada.at(NOON + 31 * MINUTE)

    ada.at(NOON + HOUR, order("o1", NOON + HOUR, cart_id="two"))
    evening = ada.at(EVENING)

    assert said(evening) == ["reminder"]
    assert ada.sends[-1].cart_id == "one"


def test_two_transactional_messages_that_come_due_at_once_both_leave() -> None:
    receipt = says("receipt", transactional=True)
    journey = path({"wait": "1h"}, {"campaign": "receipt"}, key="event.properties.order_id")
    ada = Life(book(receipt, journey))
    ada.at(NOON, order("o1", NOON), order("o2", NOON))

    made = ada.at(NOON + HOUR)

    assert said(made) == ["receipt", "receipt"]
    assert len({each.id for each in made.decisions}) == 2


def birthday(**traits: Any) -> Any:
    return identified("b1", NOON, **traits)


def reached(at: datetime) -> Any:
    return event("date_reached", "d1", at, attribute="birthday", date="2026-11-23")


def test_a_day_begins_in_the_zone_that_the_customer_is_in_by_then() -> None:
    ada = Life(book(says("cake", trigger={"date": "birthday", "at": "09:00"})))
    ada.at(NOON, birthday(time_zone="America/New_York"))
    ada.at(NOON + DAY, reached(NOON + DAY))

    ada.at(NOON + DAY + HOUR, identified("b2", NOON + DAY + HOUR, time_zone="Asia/Tokyo"))

    assert [each.until for each in ada.customer.waiting] == [datetime(2026, 11, 23, 0, tzinfo=UTC)]


def test_a_journey_that_a_date_starts_late_says_its_first_message() -> None:
    journey = path({"campaign": "cake"}, id="party", start={"date": "birthday", "at": "09:00"})
    ada = Life(book(says("cake"), journey))
    late = datetime(2026, 11, 23, 16, tzinfo=UTC)

    made = ada.at(late, reached(late))

    assert said(made) == ["cake"]


def test_a_wait_by_an_expression_that_cannot_be_told_does_not_run_through() -> None:
    journey = path({"wait": {"days": "event_less"}}, {"campaign": "thanks"})
    ada = Life(book(says(), journey))
    ada.at(NOON, order("o1", NOON))

    made = ada.at(NOON + DAY)

    assert said(made) == []
    assert ada.under_way == ["path/"]
    assert ada.customer.timers["~path/"].armed_for == NOON + DAY + timedelta(hours=6)


def test_a_campaign_after_a_branch_is_as_late_as_the_wait_before_it() -> None:
    branch = {"branch": [{"when": "customer.orders > 0", "steps": [{"campaign": "thanks"}]}]}
    ada = Life(book(says(max_age="1h"), path({"wait": "1d"}, branch)))
    ada.at(NOON, order("o1", NOON))

    made = ada.at(NOON + 5 * DAY)

    assert reasons(made) == [("thanks", Outcome.TOO_OLD)]


def test_a_change_does_not_leave_by_the_event_that_made_it() -> None:
    journey = path(
        {"wait": "1d"},
        {"campaign": "thanks"},
        start={"attribute_changed": "orders"},
        reentry="always",
        exit_on=[{"event": "order_completed"}],
    )
    shop = book(says(), journey)
    rules = tuple(each if each.attribute != "orders" else published(each) for each in shop.ruleset.rules)
    ada = Life(book(says(), journey, rules=rules))

    ada.at(NOON, order("o1", NOON))

    assert ada.under_way == ["path/"]


def published(rule: Any) -> Any:
    return replace(rule, publish=True)


def test_a_second_reminder_waits_as_long_as_its_own_wait_says() -> None:
    steps = ({"campaign": "reminder"}, {"wait": {"cart_quiet": "20h"}}, {"campaign": "last"})
    journey = path(*steps, id="cart", start={"cart_abandoned": "30m"})
    ada = Life(book(says("reminder"), says("last", patience="15m"), journey))
    ada.at(NOON, added("a1", NOON))
    ada.at(NOON + 30 * MINUTE)
    ada.at(NOON + 20 * HOUR)

    ada.at(NOON + 20 * HOUR + 5 * MINUTE, added("a2", NOON + 20 * HOUR + 5 * MINUTE))
    ada.at(NOON + 20 * HOUR + 15 * MINUTE)

    assert [each.until for each in ada.customer.waiting] == [NOON + 40 * HOUR + 5 * MINUTE]


def test_the_next_cart_after_an_order_is_reminded_of_whatever_reentry_says() -> None:
    journey = path({"campaign": "reminder"}, {"wait": "2d"}, id="cart", start={"cart_abandoned": "30m"}, reentry="3d")
    ada = Life(book(says("reminder"), journey))
    ada.at(NOON, added("a1", NOON))
    ada.at(NOON + 30 * MINUTE)
    ada.at(NOON + HOUR, order("o1", NOON + HOUR))

    ada.at(NOON + 2 * HOUR, added("a2", NOON + 2 * HOUR))
    again = ada.at(NOON + 150 * MINUTE)

    assert said(again) == ["reminder"]


def test_one_event_ends_one_wait_for_it() -> None:
    wait = {"wait": {"event": "order_delivered", "within": "5d"}, "otherwise": [{"exit": "no second"}]}
    ada = Life(book(says("first"), says("second"), path(wait, {"campaign": "first"}, wait, {"campaign": "second"})))
    ada.at(NOON, order("o1", NOON))

    ada.at(NOON + HOUR, event("order_delivered", "d1", NOON + HOUR, order_id="o1"))
    one = [each.campaign for each in ada.sends]
    ada.at(NOON + 2 * HOUR, event("order_delivered", "d2", NOON + 2 * HOUR, order_id="o1"))

    assert (one, [each.campaign for each in ada.sends]) == (["first"], ["first", "second"])


def test_what_was_never_looked_at_before_is_told_and_starts_nothing() -> None:
    changed = says("changed", trigger={"attribute_changed": "orders"})
    plain = book(changed)
    rules = tuple(published(each) if each.attribute == "orders" else each for each in plain.ruleset.rules)
    ada = Life(plain)
    ada.at(NOON, order("o1", NOON))
    ada.shop = book(changed, rules=rules, number=2)

    first = ada.at(NOON + HOUR, added("a1", NOON + HOUR))
    then = ada.at(NOON + DAY, order("o2", NOON + DAY))

    assert (said(first), said(then)) == ([], ["changed"])


def test_very_many_campaigns_in_a_row_go_on_by_a_timer() -> None:
    steps = [{"campaign": "thanks"} for _ in range(50)]
    branch = {"branch": [{"when": "customer.orders > 0", "steps": steps}]}
    ada = Life(book(says(audience="customer.orders > 9"), path(*[branch] * 5)))

    ada.at(NOON, order("o1", NOON))
    made = ada.at(NOON + MINUTE)

    assert len(made.decisions) + len(ada.made[1].decisions) == 250
    assert ada.ended == [("path/", "finished")]
