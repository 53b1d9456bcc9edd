"""The item of what is live, in the table itself: what other releases wrote, and what goes wrong in between."""

from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError

from tandem.adapters.live_item import KEY, Stoppable, live_item, read_live, read_stops, stop_names
from tandem.adapters.playbook_table import LiveTable
from tandem.errors import Conflict, Unavailable
from tandem.playbook import NONE, Live, Stops
from tests.unit.sending.builders import NOW

IN_A_WEEK = NOW + timedelta(days=7)


@pytest.fixture
def dynamodb(aws: None) -> Any:
    """A client with a table of playbooks."""
    client = boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 2, "mode": "standard"}))
    client.create_table(
        TableName="playbooks",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return client


@pytest.fixture
def table(dynamodb: Any) -> LiveTable:
    return LiveTable(dynamodb, "playbooks", lambda: NOW)


def put(dynamodb: Any, item: dict[str, Any]) -> None:
    dynamodb.put_item(TableName="playbooks", Item={"pk": {"S": KEY}, **item})


def stored(dynamodb: Any) -> dict[str, Any]:
    item: dict[str, Any] = dynamodb.get_item(TableName="playbooks", Key={"pk": {"S": KEY}})["Item"]
    return item


@pytest.mark.parametrize(
    "live",
    [
        Live(),
        Live(3),
        Live(3, 4, IN_A_WEEK + timedelta(microseconds=1)),
        Live(3, stops=Stops(True, {"sms", "email"}, {"a b", "c"}, {"welcome"}, {"win-back"})),
    ],
)
def test_what_is_live_is_read_as_it_was_written(live: Live) -> None:
    assert read_live(live_item(live)) == live


def test_the_item_of_the_first_release_is_read_published_over_and_stopped_on(dynamodb: Any, table: LiveTable) -> None:
    put(dynamodb, {"number": {"N": "4"}})
    assert table.live() == Live(4)

    table.stop(Stoppable.CHANNEL, "sms")
    table.put_live(5, at=IN_A_WEEK, expected=Live(4))

    assert table.live() == Live(4, 5, IN_A_WEEK, Stops(channels=frozenset({"sms"})))


def test_a_stop_before_anything_is_published_leaves_an_item_that_the_first_release_can_read(
    dynamodb: Any, table: LiveTable
) -> None:
    table.stop(Stoppable.EVERYTHING)

    assert stored(dynamodb)["number"] == {"N": "0"}


def test_what_a_newer_release_can_stop_stays_stopped_through_what_this_one_writes(
    dynamodb: Any, table: LiveTable
) -> None:
    put(dynamodb, {"number": {"N": "4"}, "stops": {"M": {"segment north": {"S": "since noon"}}}, "news": {"S": "x"}})
    assert table.live() == Live(4)

    table.stop(Stoppable.EVERYTHING)
    table.resume(Stoppable.EVERYTHING)
    table.put_live(5, at=None, expected=Live(4))

    assert stored(dynamodb)["stops"] == {"M": {"segment north": {"S": "since noon"}}}
    assert stored(dynamodb)["news"] == {"S": "x"}


def test_a_name_may_hold_spaces_and_dots(table: LiveTable) -> None:
    table.stop(Stoppable.CAMPAIGN, "a.b #c :d everything")

    assert table.live().stops == Stops(campaigns=frozenset({"a.b #c :d everything"}))


def test_stops_are_told_apart_from_each_other_by_kind() -> None:
    stops = Stops(False, {"email"}, {"email"}, {"email"}, {"email"})

    assert len(stop_names(stops)) == 4
    assert read_stops(dict.fromkeys(stop_names(stops), "")) == stops
    assert read_stops({}) == NONE


def test_a_publication_whose_answer_was_lost_is_published(dynamodb: Any, table: LiveTable) -> None:
    lost: list[str] = []

    def lose(**_: Any) -> None:
        if not lost:
            lost.append("the answer")
            raise ConnectionClosedError(endpoint_url="https://aws")

    first = table.put_live(1, at=None, expected=Live())
    dynamodb.meta.events.register("after-call.dynamodb.UpdateItem", lose)
    with pytest.raises(Unavailable):
        table.put_live(2, at=IN_A_WEEK, expected=first)

    assert table.put_live(2, at=IN_A_WEEK, expected=first) == Live(1, 2, IN_A_WEEK) == table.live()


def test_somebody_elses_publication_is_never_taken_for_ones_own(table: LiveTable) -> None:
    first = table.put_live(1, at=None, expected=Live())
    table.put_live(2, at=IN_A_WEEK, expected=first)

    with pytest.raises(Conflict):
        table.put_live(2, at=IN_A_WEEK + timedelta(hours=1), expected=first)


def test_two_operators_who_stop_at_once_both_have_their_way(dynamodb: Any, table: LiveTable) -> None:
    other, calls = LiveTable(boto3.client("dynamodb"), "playbooks", lambda: NOW), []

    def in_between(**_: Any) -> None:
        calls.append("UpdateItem")
        other.stop(Stoppable.CAMPAIGN, f"theirs {len(calls)}")

    dynamodb.meta.events.register("before-call.dynamodb.UpdateItem", in_between)
    table.stop(Stoppable.CAMPAIGN, "ours")
    table.resume(Stoppable.CAMPAIGN, "ours")

    assert table.live().stops.campaigns == {f"theirs {number}" for number in range(1, len(calls) + 1)}
