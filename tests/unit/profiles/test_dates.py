"""Dates that come back: whose, on which days, and in time wherever somebody lives."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.attributes import Derived, Function, Profile, Rule
from tandem.attributes.recurring import read_recurring
from tandem.attributes.windows import to_ms
from tandem.events import EventType
from tandem.expressions import Kind
from tandem.profiles.dates import Calendar, Found, Reached, coming_days
from tests.builders import DAY, HEADER, NOON, STANDARD, playbook

BIRTHDAY = Rule("birthday", 101, (EventType.CUSTOMER_IDENTIFIED,), Function.LAST, Kind.STRING)
DAYS = (date(2026, 11, 22), date(2026, 11, 23))
ZONES = [timezone(timedelta(hours=hours)) for hours in range(-12, 15)]


@pytest.mark.parametrize(
    ("text", "day", "comes"),
    [
        ("1990-11-22", date(2026, 11, 22), True),
        ("--11-22", date(2026, 11, 22), True),
        ("11-22", date(2026, 11, 22), True),
        ("1990-11-22", date(2026, 11, 23), False),
        ("2026-11-22", date(2026, 11, 22), True),
        ("2027-11-22", date(2026, 11, 22), False),
        ("1992-02-29", date(2026, 2, 28), True),
        ("02-29", date(2026, 3, 1), False),
        ("1992-02-29", date(2028, 2, 28), False),
        ("1992-02-29", date(2028, 2, 29), True),
        ("1990-02-28", date(2026, 2, 28), True),
    ],
)
def test_a_date_comes_back_every_year(text: str, day: date, comes: bool) -> None:
    told = read_recurring(text)

    assert told
    assert told.comes_on(day) is comes


NO_DATES = ["", "22/11/1990", "1990-11", "1990-11-22T00:00:00Z", "1990-11-22\n", " 11-22", "-11-22", "90-11-22"]
NO_DAYS = ["1990-13-01", "1990-02-29", "02-30", "0000-11-22", "٢٠٢٦-١١-٢٢"]


@pytest.mark.parametrize("text", [*NO_DATES, *NO_DAYS])
def test_text_that_is_no_date_is_none(text: str) -> None:
    assert read_recurring(text) is None


@given(born=st.dates(date(1900, 1, 1), date(2020, 12, 31)), year=st.integers(2021, 2100))
def test_every_birthday_comes_exactly_once_a_year(born: date, year: int) -> None:
    told = read_recurring(born.isoformat())
    days = [date(year, 1, 1) + timedelta(days=each) for each in range(366)]

    assert told
    assert sum(told.comes_on(day) for day in days if day.year == year) == 1


@pytest.mark.parametrize("at", [time(4, 15), time(8, 45)], ids=["by night", "by the day's own schedule"])
def test_a_day_is_raised_in_time_for_every_zone_even_if_one_night_is_missed(at: time) -> None:
    day = date(2026, 11, 22)
    first_begins = min(datetime.combine(day, time(0), zone) for zone in ZONES)

    nights = [datetime.combine(day - timedelta(days=back), at, UTC) for back in range(5)]
    in_time = [night for night in nights if day in coming_days(night.date()) and night < first_begins]

    assert len(in_time) == 2


def with_dates(*attributes: str, **changes: Any) -> Calendar:
    campaigns = [
        {"id": f"c{at}", "channels": ["email"], "content": "it", "trigger": {"date": attribute}}
        for at, attribute in enumerate(attributes)
    ]
    return Calendar(playbook(**{"rules": (BIRTHDAY,), "campaigns": campaigns, **changes}))


def born(customer_id: str, text: str | None, *, carried: bool = True) -> Profile:
    parts = {101: {0: [0, "e1", text]}} if text is not None else {}
    codes = STANDARD | {101} if carried else STANDARD
    return Profile(customer_id, NOON - DAY, codes=codes, parts=parts)


def look(calendar: Calendar, *profiles: Profile) -> Found:
    return calendar.look(profiles, HEADER, now=NOON, days=DAYS)


def test_who_has_a_birthday_on_a_coming_day_is_found() -> None:
    found = look(with_dates("birthday"), born("ada", "1990-11-22"), born("bob", "--11-23"), born("cy", "11-24"))

    assert found.reached == [Reached("ada", "birthday", DAYS[0]), Reached("bob", "birthday", DAYS[1])]


def test_who_told_no_birthday_is_not_counted_as_wrong() -> None:
    assert look(with_dates("birthday"), born("ada", None)) == Found()


def test_text_that_is_no_date_and_what_no_snapshot_carries_yet_are_counted_and_left_out() -> None:
    found = look(with_dates("birthday"), born("ada", "soon"), born("bob", "11-22", carried=False), born("cy", "11-22"))

    assert found == Found([Reached("cy", "birthday", DAYS[0])], no_date=1, incomplete=1)


def test_a_moment_comes_back_on_its_day_in_the_shops_zone() -> None:
    evening_in_new_york = datetime(2020, 11, 23, 3, tzinfo=UTC)
    profile = Profile("ada", NOON - DAY, codes=STANDARD, parts={5: {0: to_ms(evening_in_new_york)}})

    found = look(with_dates("first_order_at"), profile)

    assert found.reached == [Reached("ada", "first_order_at", date(2026, 11, 22))]


def test_a_date_may_be_computed_from_other_attributes() -> None:
    later = Derived("name_day", 'customer.birthday == "11-22" ? "11-23" : "01-01"', kind=Kind.STRING)

    found = look(with_dates("name_day", derived=(later,)), born("ada", "11-22"))

    assert found.reached == [Reached("ada", "name_day", DAYS[1])]


def test_the_dates_of_journeys_are_raised_and_each_attribute_once() -> None:
    journey = {"id": "party", "start": {"date": "birthday"}, "steps": [{"exit": "done"}]}

    assert with_dates("birthday", "first_order_at", "birthday").attributes == ("birthday", "first_order_at")
    assert with_dates(journeys=[journey]).attributes == ("birthday",)


def test_another_day_customer_or_attribute_is_another_event() -> None:
    told = Reached("ada", "birthday", DAYS[0])
    others = [
        Reached("bob", "birthday", DAYS[0]),
        Reached("ada", "name_day", DAYS[0]),
        Reached("ada", "birthday", DAYS[1]),
    ]

    assert len({told.event_id, *(other.event_id for other in others)}) == 4
