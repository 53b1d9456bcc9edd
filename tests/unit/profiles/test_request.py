"""A run is asked for with a key and a moment that can be a snapshot's."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tandem.errors import BadHistory
from tandem.profiles.request import BuildRequest, read_request

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def test_a_moment_of_any_zone_is_read_in_utc() -> None:
    payload = {"history": "history/orders.csv", "as_of": "2026-11-21T08:15:00+08:00"}

    request = read_request(payload, now=NOW)

    assert request == BuildRequest("history/orders.csv", datetime(2026, 11, 21, 0, 15, tzinfo=UTC))


@pytest.mark.parametrize(
    ("payload", "argument"),
    [
        ({"as_of": "2026-11-21T00:00:00Z"}, "history"),
        ({"history": "", "as_of": "2026-11-21T00:00:00Z"}, "history"),
        ({"history": ["a.csv"], "as_of": "2026-11-21T00:00:00Z"}, "history"),
        ({"history": "a.csv"}, "as_of"),
        ({"history": "a.csv", "as_of": 1795219200}, "as_of"),
        ({"history": "a.csv", "as_of": "yesterday"}, "as_of"),
        ({"history": "a.csv", "as_of": "2026-11-21T00:00:00"}, "as_of"),
        ({"history": "a.csv", "as_of": "2026-11-21T00:10:00Z"}, "as_of"),
        ({"history": "a.csv", "as_of": "2026-11-21T00:15:01Z"}, "as_of"),
        ({"history": "a.csv", "as_of": "2026-11-21T02:15:00Z"}, "as_of"),
        ({"history": "a.csv", "as_of": "1970-01-01T00:00:00Z"}, "as_of"),
    ],
)
def test_anything_else_is_refused_by_argument(payload: dict[str, Any], argument: str) -> None:
    with pytest.raises(BadHistory) as raised:
        read_request(payload, now=NOW)

    assert raised.value.column == argument
