"""A run is asked for with a key and a moment that can be a snapshot's; left out, it is the latest there can be."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tandem.errors import BadHistory, Unavailable
from tandem.profiles.request import BuildRequest, read_request, settle_moment

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_a_moment_of_any_zone_is_read_in_utc() -> None:
    payload = {"history": "history/orders.csv", "as_of": "2026-11-21T08:00:00+08:00"}

    request = read_request(payload, now=NOW)

    assert request == BuildRequest(NOW, "history/orders.csv", datetime(2026, 11, 21, 0, 0, tzinfo=UTC))


def test_nothing_has_to_be_said() -> None:
    assert read_request({}, now=NOW) == BuildRequest(NOW)


@pytest.mark.parametrize(
    ("payload", "argument"),
    [
        ({"history": "", "as_of": "2026-11-21T00:00:00Z"}, "history"),
        ({"history": ["a.csv"], "as_of": "2026-11-21T00:00:00Z"}, "history"),
        ({"history": "a.csv", "as_of": 1795219200}, "as_of"),
        ({"history": "a.csv", "as_of": None}, "as_of"),
        ({"history": "a.csv", "as_of": "yesterday"}, "as_of"),
        ({"history": "a.csv", "as_of": "2026-11-20T00:00:00"}, "as_of"),
        ({"history": "a.csv", "as_of": "2026-11-20T00:10:00Z"}, "as_of"),
        ({"history": "a.csv", "as_of": "2026-11-20T00:15:01Z"}, "as_of"),
        ({"history": "a.csv", "as_of": "2026-11-21T02:15:00Z"}, "as_of"),
        ({"history": "a.csv", "as_of": "1970-01-01T00:00:00Z"}, "as_of"),
        ({"time": "tonight"}, "time"),
    ],
)
def test_anything_else_is_refused_by_argument(payload: dict[str, Any], argument: str) -> None:
    with pytest.raises(BadHistory) as raised:
        read_request(payload, now=NOW)

    assert raised.value.column == argument


def test_a_moment_less_than_two_hours_ago_is_refused_with_the_latest_there_is() -> None:
    with pytest.raises(BadHistory, match="the latest moment is 2026-11-21T00:00:00Z now"):
        read_request({"as_of": "2026-11-21T00:15:00Z"}, now=NOW + 14 * MINUTE)

    request = read_request({"as_of": "2026-11-21T00:15:00Z"}, now=NOW + 15 * MINUTE)
    assert request.as_of == NOW - 105 * MINUTE


@pytest.mark.parametrize(
    ("now", "moment"),
    [(NOW, NOW - 120 * MINUTE), (NOW + 14 * MINUTE, NOW - 120 * MINUTE), (NOW - MINUTE, NOW - 135 * MINUTE)],
)
def test_the_latest_moment_is_a_quarter_hour_at_least_two_hours_old(now: datetime, moment: datetime) -> None:
    assert settle_moment(BuildRequest(now), lambda: None) == moment


def test_a_scheduled_run_that_is_tried_again_later_asks_for_the_same_moment() -> None:
    payload = {"detail-type": "Scheduled Event", "time": "2026-11-21T02:00:00Z"}

    moments = {
        settle_moment(read_request(payload, now=NOW + minutes * MINUTE), lambda: None) for minutes in (0, 1, 20, 40)
    }

    assert moments == {NOW - 120 * MINUTE}


def test_the_latest_moment_does_not_pass_what_waits_for_the_archive() -> None:
    waiting = NOW - 300 * MINUTE + timedelta(seconds=7)

    assert settle_moment(BuildRequest(NOW), lambda: waiting) == NOW - 300 * MINUTE


def test_a_moment_that_passes_what_waits_for_the_archive_is_refused_with_what_waits() -> None:
    asked = NOW - 150 * MINUTE

    with pytest.raises(BadHistory, match="received at 2026-11-20T23:29:00Z") as raised:
        settle_moment(BuildRequest(NOW, as_of=asked), lambda: asked - MINUTE)

    assert raised.value.column == "as_of"
    assert settle_moment(BuildRequest(NOW, as_of=asked), lambda: asked) == asked


def test_where_it_cannot_be_told_what_waits_no_moment_is_settled() -> None:
    def untold() -> None:
        raise Unavailable("cloudwatch", "GetMetricStatistics")

    with pytest.raises(Unavailable):
        settle_moment(BuildRequest(NOW), untold)
