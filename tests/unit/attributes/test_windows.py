"""Windows: which events count at a moment, in which grains, in which zone, over days of 23 and 25 hours."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tandem.attributes import Function, Profile, Ruleset, Span, Window
from tandem.attributes.windows import from_ms, to_ms
from tandem.events import EventType
from tests.builders import DAY, HOUR, MINUTE, NOON, event, merged, order, profile, rule

NEW_YORK = "America/New_York"
MICROSECOND = timedelta(microseconds=1)
TODAY, WEEK, MONTH = Window(Span.TODAY), Window(Span.WEEK), Window(Span.MONTH)


def rolling(length: timedelta) -> Window:
    return Window(Span.ROLLING, length)


def count(window: Window, *at: datetime, now: datetime = NOON, zone: str = "UTC") -> int:
    """How many of the products viewed then are in the window now."""
    rules = Ruleset((rule(window=window),), number=1)
    views = [event("product_viewed", f"v{number}", each, product_id="p") for number, each in enumerate(at)]
    found: int = merged(views, rules=rules, now=now, zone=zone)["it"]
    return found


def recent(*sums: tuple[datetime, int]) -> Profile:
    """A profile, made when the last of these quarter hours began, with so much ordered in each."""
    known = profile(as_of=max(quarter for quarter, _ in sums))
    return replace(known, parts={**known.parts, 4: {TODAY.grain_of(to_ms(at)): minor for at, minor in sums}})


def test_since_ever_everything_counts() -> None:
    assert count(Window(), NOON - 4000 * DAY, NOON) == 2


@pytest.mark.parametrize(
    ("zone", "now", "yesterday", "today"),
    [
        (  # 23 hours: midnight was at -05:00, now is -04:00
            NEW_YORK,
            datetime(2026, 3, 9, 3, 45, tzinfo=UTC),
            datetime(2026, 3, 8, 4, 45, tzinfo=UTC),
            datetime(2026, 3, 8, 5, 0, tzinfo=UTC),
        ),
        (  # 25 hours: midnight was at -04:00, now is -05:00
            NEW_YORK,
            datetime(2026, 11, 2, 4, 45, tzinfo=UTC),
            datetime(2026, 11, 1, 3, 45, tzinfo=UTC),
            datetime(2026, 11, 1, 4, 0, tzinfo=UTC),
        ),
        (  # 23 hours: the clock skipped midnight itself, from 24:00 to 01:00
            "America/Asuncion",
            datetime(2022, 10, 2, 12, tzinfo=UTC),
            datetime(2022, 10, 2, 3, 45, tzinfo=UTC),
            datetime(2022, 10, 2, 4, 0, tzinfo=UTC),
        ),
        (
            "Asia/Kathmandu",
            datetime(2026, 11, 20, 12, 0, tzinfo=UTC),
            datetime(2026, 11, 19, 18, 0, tzinfo=UTC),
            datetime(2026, 11, 19, 18, 15, tzinfo=UTC),
        ),
        (  # half an hour is saved: midnight was at +11:00, now is +10:30
            "Australia/Lord_Howe",
            datetime(2026, 4, 5, 6, tzinfo=UTC),
            datetime(2026, 4, 4, 12, 45, tzinfo=UTC),
            datetime(2026, 4, 4, 13, 0, tzinfo=UTC),
        ),
    ],
)
def test_today_is_what_was_ordered_since_local_midnight_in_the_profile_and_live(
    zone: str, now: datetime, yesterday: datetime, today: datetime
) -> None:
    orders = [order("o1", yesterday, "3.00", received=now), order("o2", today, "40.00", received=now)]

    attributes = merged(orders, recent((yesterday, 1), (today, 20)), zone=zone, now=now)

    assert attributes["purchase_total_today_minor"] == 4020


@pytest.mark.parametrize(
    ("last_minute", "midnight"),
    [
        (datetime(2026, 3, 9, 3, 59, tzinfo=UTC), datetime(2026, 3, 9, 4, 0, tzinfo=UTC)),
        (datetime(2026, 11, 2, 4, 59, tzinfo=UTC), datetime(2026, 11, 2, 5, 0, tzinfo=UTC)),
    ],
)
def test_a_day_of_23_or_25_hours_ends_at_its_local_midnight(last_minute: datetime, midnight: datetime) -> None:
    orders, known = [order("o1", last_minute, "3.00")], recent((last_minute.replace(minute=45), 20))

    assert merged(orders, known, zone=NEW_YORK, now=last_minute)["purchase_total_today_minor"] == 320
    assert merged(orders, known, zone=NEW_YORK, now=midnight)["purchase_total_today_minor"] == 0


def test_a_quarter_hour_that_began_before_midnight_belongs_to_yesterday() -> None:
    # Monrovia was 44 minutes and 30 seconds behind until 1972: a midnight inside a quarter hour.
    first = TODAY.first(datetime(1971, 6, 1, 12, tzinfo=UTC), ZoneInfo("Africa/Monrovia"))

    assert first == TODAY.grain_of(to_ms(datetime(1971, 6, 1, 0, 45, tzinfo=UTC)))


@pytest.mark.parametrize("zone", ["UTC", NEW_YORK, "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_week_begins_on_monday_at_the_local_midnight(zone: str) -> None:
    monday = datetime(2026, 11, 16, tzinfo=ZoneInfo(zone)).astimezone(UTC)

    assert count(WEEK, monday - MINUTE, monday, now=NOON, zone=zone) == 1
    assert count(WEEK, monday, now=monday + 7 * DAY - MINUTE, zone=zone) == 1
    assert count(WEEK, monday, now=monday + 7 * DAY, zone=zone) == 0


def test_a_week_in_which_an_hour_is_saved_begins_on_its_monday_all_the_same() -> None:
    monday = datetime(2026, 10, 26, tzinfo=ZoneInfo(NEW_YORK)).astimezone(UTC)  # at -04:00
    sunday_night = datetime(2026, 11, 2, 4, 59, tzinfo=UTC)  # at -05:00, 168 hours and 59 minutes later

    assert count(WEEK, monday - MINUTE, monday, now=sunday_night, zone=NEW_YORK) == 1
    assert count(WEEK, monday, now=sunday_night + MINUTE, zone=NEW_YORK) == 0


@pytest.mark.parametrize("zone", ["UTC", NEW_YORK, "Asia/Kathmandu", "Pacific/Kiritimati"])
@pytest.mark.parametrize(("year", "month", "last"), [(2026, 2, 28), (2028, 2, 29), (2026, 12, 31)])
def test_a_month_lasts_from_its_first_to_its_last_local_day(zone: str, year: int, month: int, last: int) -> None:
    first = datetime(year, month, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    end = datetime(year, month, last, 23, 59, tzinfo=ZoneInfo(zone)).astimezone(UTC)

    assert count(MONTH, first - MINUTE, first, end, now=end, zone=zone) == 2
    assert count(MONTH, first, end, now=end + MINUTE, zone=zone) == 0


@pytest.mark.parametrize(
    ("length", "oldest"),
    [
        (HOUR, datetime(2026, 11, 20, 11, 0, tzinfo=UTC)),
        (3 * DAY, datetime(2026, 11, 17, 12, 0, tzinfo=UTC)),
    ],
)
def test_a_rolling_window_of_up_to_three_days_begins_with_the_quarter_hour_its_length_reaches_into(
    length: timedelta, oldest: datetime
) -> None:
    for now in (NOON, NOON + 14 * MINUTE, NOON + 15 * MINUTE - MICROSECOND):
        assert count(rolling(length), oldest - MICROSECOND, oldest, now=now) == 1
    assert count(rolling(length), oldest, now=NOON + 15 * MINUTE) == 0


@pytest.mark.parametrize("days", [4, 7, 90, 400])
def test_a_longer_rolling_window_begins_with_the_utc_day_its_length_reaches_into(days: int) -> None:
    oldest = datetime(2026, 11, 20, tzinfo=UTC) - days * DAY

    for now in (NOON, datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC) - MICROSECOND):
        assert count(rolling(days * DAY), oldest - MICROSECOND, oldest, now=now, zone="Asia/Manila") == 1
    assert count(rolling(days * DAY), oldest, now=datetime(2026, 11, 21, tzinfo=UTC)) == 0


@pytest.mark.parametrize("length", [HOUR, 25 * HOUR, 3 * DAY, 4 * DAY, 400 * DAY])
def test_a_rolling_window_never_leaves_out_what_happened_inside_its_length(length: timedelta) -> None:
    for minutes in range(0, 24 * 60, 37):
        now = NOON + minutes * MINUTE
        assert count(rolling(length), now - length, now, now=now) == 2


def test_what_happens_later_in_the_grain_of_now_counts_already() -> None:
    assert count(rolling(HOUR), NOON + MINUTE, now=NOON) == 1  # a clock that runs ahead, by less than a minute or two


@pytest.mark.parametrize(
    "at", [datetime(1970, 1, 1, tzinfo=UTC), datetime(1969, 12, 31, 23, 59, 59, 999000, UTC), NOON]
)
def test_a_moment_is_kept_to_the_millisecond(at: datetime) -> None:
    assert from_ms(to_ms(at)) == at
    assert to_ms(at + 999 * MICROSECOND) == to_ms(at)


@pytest.mark.parametrize("window", [TODAY, WEEK, MONTH, rolling(HOUR), rolling(3 * DAY), rolling(90 * DAY)])
@pytest.mark.parametrize("zone", ["UTC", NEW_YORK, "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_no_window_opens_before_its_reach(window: Window, zone: str) -> None:
    for days in range(0, 400, 3):
        now = NOON + days * DAY
        opened = window.opened(now, ZoneInfo(zone))
        assert opened is not None
        assert now - window.reach <= opened <= now


def test_each_function_counts_its_own_window() -> None:
    at = NOON - 2 * DAY
    window = rolling(DAY)
    rules = Ruleset((
        rule(attribute="viewed", code=101, window=window),
        rule(Function.EVER, attribute="ever", code=102, window=window),
        rule(Function.DAYS_SINCE, attribute="days", code=103, window=window),
        rule(Function.COUNT, EventType.PRODUCT_VIEWED, attribute="all", code=104),
    ), number=1)  # fmt: skip

    attributes = merged([event("product_viewed", "v1", at, product_id="p")], rules=rules)

    assert [attributes[name] for name in ("viewed", "ever", "days", "all")] == [0, False, None, 1]
