"""What starts later: a date that comes back, a timer after an event, a new snapshot."""

from typing import Any

import pytest

from tandem.decisions import Outcome
from tandem.events import Event
from tandem.playbook import Campaign
from tests.builders import DAY, HEADER, HOUR, MINUTE, NOON, event, identified, order, profile
from tests.unit.actor.life import Life, armed, book, candidates, path, reasons, said, says

TEN = NOON + 27 * HOUR  # ten o'clock on the 21st in New York


def birthday(**changes: Any) -> Campaign:
    return says("birthday", trigger={"date": "birthday", "at": "10:00"}, **changes)


def reached(date: str = "2026-11-21", at: Any = NOON, attribute: str = "birthday") -> Event:
    return event("date_reached", f"{attribute}-{date}", at, attribute=attribute, date=date)


def test_a_date_is_said_on_its_day_at_its_hour_by_the_customers_clock() -> None:
    ada = Life(book(birthday()))

    told = ada.at(NOON, reached())
    due = ada.fires(TEN, "~")

    assert (told.decisions, armed(told)) == ((), {"~": TEN})
    assert said(due) == ["birthday"]


def test_the_same_date_told_again_is_said_once() -> None:
    ada = Life(book(birthday()))
    ada.at(NOON, reached())
    ada.at(NOON + HOUR, reached())
    ada.at(TEN)

    ada.at(TEN + HOUR, reached())
    ada.at(TEN + DAY)

    assert [each.campaign for each in ada.sends] == ["birthday"]


def test_a_date_of_another_attribute_starts_nothing() -> None:
    ada = Life(book(birthday()))

    ada.at(NOON, reached(attribute="anniversary"))

    assert ada.customer.waiting == ()


def test_a_date_is_no_candidate_of_meetings_before_its_day() -> None:
    ada = Life(book(birthday(value=99), says("now", trigger={"event": "order_completed"})))
    ada.at(NOON, reached())

    made = ada.at(NOON + HOUR, order("o1", NOON + HOUR))

    assert reasons(made) == [("now", Outcome.CHOSEN)]
    assert [each.deferred for each in ada.customer.waiting] == ["date"]


def test_a_date_that_is_told_too_late_says_so() -> None:
    ada = Life(book(birthday(max_age="2h", validity="2h")))

    made = ada.at(TEN + 3 * HOUR, reached())

    assert reasons(made) == [("birthday", Outcome.TOO_OLD)]
    assert candidates(made)[0].saw == {"seconds": 10_800, "limit": 7_200}


def test_a_date_is_looked_at_when_its_day_has_come() -> None:
    ada = Life(book(birthday(audience="customer.orders == 0")))
    ada.at(NOON, reached())
    ada.at(NOON + HOUR, order("o1", NOON + HOUR))

    assert reasons(ada.at(TEN)) == [("birthday", Outcome.AUDIENCE)]


def delayed(**changes: Any) -> Campaign:
    return says("review", trigger={"after": "order_completed", "wait": "3d", **changes.pop("trigger", {})}, **changes)


def test_a_timer_is_over_so_long_after_its_event() -> None:
    ada = Life(book(delayed()))

    told = ada.at(NOON, order("o1", NOON))
    early, due = ada.at(NOON + 2 * DAY), ada.fires(NOON + 3 * DAY, "~")

    assert (told.decisions, armed(told)) == ((), {"~": NOON + 3 * DAY})
    assert (said(early), said(due)) == ([], ["review"])


def test_who_the_timers_condition_does_not_hold_for_waits_for_nothing() -> None:
    ada = Life(book(delayed(trigger={"when": "event.properties.gift == true"})))

    ada.at(NOON, order("o1", NOON, gift=False))

    assert ada.customer.waiting == ()


def test_who_it_cannot_be_told_of_is_a_candidate_that_says_so() -> None:
    ada = Life(book(delayed(trigger={"when": "event.properties.gift == true"})))

    made = ada.at(NOON, order("o1", NOON))

    assert reasons(made) == [("review", Outcome.AUDIENCE_ERROR)]
    assert ada.customer.waiting == ()


def test_at_the_end_its_audience_sees_the_event_as_what_started_it() -> None:
    ada = Life(
        book(delayed(audience="start.properties.gift == true && start.occurred_at < timestamp('2026-11-21T00:00:00Z')"))
    )
    ada.at(NOON, order("o1", NOON, gift=True))
    ada.at(NOON + HOUR, order("o2", NOON + HOUR, gift=False))

    ada.at(NOON + 4 * DAY)

    assert [each.order_id for each in ada.sends] == ["o1"]


def test_each_event_waits_for_itself() -> None:
    ada = Life(book(delayed()))
    ada.at(NOON, order("o1", NOON), order("o2", NOON))

    ada.at(NOON + 3 * DAY)

    assert sorted(each.origin.order_id for each in candidates_of(ada)) == ["o1", "o2"]


def candidates_of(ada: Life) -> list[Any]:
    return [each for each in candidates(ada.made[-1]) if each.origin]


def test_a_timer_that_nobody_woke_us_for_in_time_says_how_late_it_was() -> None:
    ada = Life(book(delayed(max_age="6h", validity="14d")))
    ada.at(NOON, order("o1", NOON))

    made = ada.at(NOON + 4 * DAY)

    assert reasons(made) == [("review", Outcome.TOO_OLD)]


def test_the_validity_of_what_a_timer_says_begins_when_it_is_looked_at() -> None:
    ada = Life(book(delayed(validity="2h")))
    ada.at(NOON, order("o1", NOON))

    ada.at(NOON + 3 * DAY + HOUR)

    assert [each.not_after for each in ada.sends] == [NOON + 3 * DAY + 3 * HOUR]


NEW = says("new", trigger={"event": "profile_refreshed"}, audience="profile.orders >= 2")


def refreshed(number: int, as_of: Any = HEADER.as_of) -> Event:
    return event("profile_refreshed", f"p{number}", NOON + number * MINUTE, as_of=as_of.isoformat())


def test_a_new_snapshot_starts_its_campaign_once_however_often_it_is_told() -> None:
    ada = Life(book(NEW), profile=profile())

    first, again = ada.at(NOON, refreshed(1)), ada.at(NOON + HOUR, refreshed(1), refreshed(2))

    assert (said(first), said(again)) == (["new"], [])
    assert ada.customer.told_as_of == HEADER.as_of


def test_the_next_snapshot_starts_it_again_and_an_older_one_does_not() -> None:
    ada = Life(book(NEW), profile=profile())
    ada.at(NOON, refreshed(1))

    older = ada.at(NOON + HOUR, refreshed(2, HEADER.as_of - DAY))
    newer = ada.at(NOON + 2 * HOUR, refreshed(3, HEADER.as_of + HOUR))

    assert (said(older), said(newer)) == ([], ["new"])


def test_where_nothing_listens_a_new_snapshot_is_not_remembered() -> None:
    ada = Life(book(says()), profile=profile())

    ada.at(NOON, refreshed(1))

    assert ada.customer.told_as_of is None


@pytest.mark.parametrize("start", [{"event": ["order_completed", "order_delivered"]}])
def test_one_of_several_types_of_event_is_enough(start: dict[str, Any]) -> None:
    ada = Life(book(says("any", trigger=start), path({"wait": "1d"}, start=start)))

    made = ada.at(NOON, event("order_delivered", "d1", NOON, order_id="o1"), identified("i2", NOON))

    assert (said(made), ada.under_way) == (["any"], ["path/"])
