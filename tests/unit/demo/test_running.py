"""The running parts, against stand-ins for what they call."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from infra.demo.calendar import today
from infra.demo.door import publish
from infra.demo.house import STARTER, WITH_HOLDOUT, come_back_soon, hurried_copy
from infra.demo.keep import big_order
from infra.demo.mailbox import newest
from infra.demo.making import Planned
from infra.demo.middle import latest
from infra.demo.quiet import wait_until_quiet
from infra.demo.run import PATIENCE, Lived
from infra.local import StackError
from infra.publish.playbook import Draft
from tandem.events import OrderCompleted, parse_envelope
from tandem.playbook import OnAbandonedCart

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
OUTPUTS = {
    "EventsQueueUrl": "events",
    "SendsQueueUrl": "sends",
    "RecordsQueueUrl": "records",
    "ArchiveQueueUrl": "archive",
    "FeedbackQueueUrl": "feedback",
}


class Topic:
    """Takes every batch, or refuses every entry."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.batches: list[list[Mapping[str, Any]]] = []
        self.refuses = refuses

    def publish_batch(self, *, TopicArn: str, PublishBatchRequestEntries: Sequence[Any]) -> dict[str, Any]:
        assert TopicArn == "topic"
        self.batches.append([json.loads(entry["Message"]) for entry in PublishBatchRequestEntries])
        return {"Failed": [{"Message": "no"}] if self.refuses else []}


class Queues:
    """Each look at the events queue finds the next number of messages; the other queues are empty."""

    def __init__(self, counts: Sequence[int]) -> None:
        self.counts = list(counts)

    def get_queue_attributes(self, *, QueueUrl: str, AttributeNames: Sequence[str]) -> dict[str, Any]:
        found = self.counts.pop(0) if QueueUrl == "events" else 0
        names = dict.fromkeys(AttributeNames, "0")
        return {"Attributes": {**names, "ApproximateNumberOfMessagesDelayed": str(found)}}


def planned(event_id: str, *, copies: int = 1, second: float = 0.0) -> Planned:
    return Planned(second, "cart_viewed", "ada", event_id, {}, copies=copies)


def test_events_are_published_in_batches_of_ten_and_copies_alone() -> None:
    topic = Topic()

    published = publish(
        [*(planned(f"e{index}") for index in range(12)), planned("ten", copies=10)],
        topic,
        "topic",
        lambda _: None,
        now=lambda: NOON,
    )

    assert sorted(len(batch) for batch in topic.batches) == [1] * 10 + [2, 10]
    assert [each["event_id"] for each in published] == [*(f"e{index}" for index in range(12)), *["ten"] * 10]
    assert {each["received_at"] for each in published} == {"2026-11-22T12:00:00Z"}


def test_an_event_is_published_when_its_second_has_come() -> None:
    topic = Topic()

    publish([planned("now"), planned("later", second=0.3)], topic, "topic", lambda _: None)

    assert [[each["event_id"] for each in batch] for batch in topic.batches] == [["now"], ["later"]]


def test_an_event_the_topic_refuses_ends_the_day() -> None:
    with pytest.raises(StackError, match="refused 1 of 1"):
        publish([planned("e")], Topic(refuses=True), "topic", lambda _: None)


def test_it_is_quiet_when_the_queues_stay_empty_delayed_timers_included() -> None:
    told: list[float] = []
    queues = Queues([2, 1, 0, 3, 0, 0, 0])

    wait_until_quiet(queues, OUTPUTS, told.append, timedelta(seconds=30))

    assert queues.counts == []
    assert told == [0, 1, 2, 0, 3, 3, 3]


def test_a_send_that_comes_back_does_so_before_waiting_for_quiet_ends() -> None:
    class Settable:
        def set_queue_attributes(self, *, QueueUrl: str, Attributes: Mapping[str, str]) -> None:
            told[QueueUrl] = int(Attributes["VisibilityTimeout"])

    told: dict[str, int] = {}

    come_back_soon(Settable(), {"SendsQueueUrl": "sends"})

    assert timedelta(seconds=told["sends"]) < PATIENCE / 2


def test_waiting_for_quiet_has_an_end() -> None:
    with pytest.raises(StackError, match="1 messages are still in the queues"):
        wait_until_quiet(Queues([1] * 9), OUTPUTS, lambda _: None, timedelta(seconds=0))


def test_the_hurried_playbook_differs_in_the_wait_and_has_no_quiet_hours(tmp_path: Path, draft: Draft) -> None:
    hurried_copy(STARTER, tmp_path / "copy", 15)

    [waiting] = [each.start for each in draft.playbook.journeys if isinstance(each.start, OnAbandonedCart)]
    files = [path.relative_to(STARTER) for path in STARTER.rglob("*") if path.is_file()]
    changed = [path for path in files if (STARTER / path).read_bytes() != (tmp_path / "copy" / path).read_bytes()]
    assert waiting.cart_abandoned == timedelta(seconds=15)
    assert draft.playbook.quiet_hours == ()
    compared = [f"campaigns/{name}.yaml" for name in WITH_HOLDOUT]
    assert sorted(map(str, changed)) == [*compared, "journeys/cart.yaml", "playbook.yaml"]


def test_a_playbook_without_a_wait_is_not_enough(tmp_path: Path) -> None:
    (tmp_path / "shop" / "campaigns").mkdir(parents=True)
    (tmp_path / "shop" / "playbook.yaml").touch()

    with pytest.raises(StackError, match="waits for an abandoned cart"):
        hurried_copy(tmp_path / "shop", tmp_path / "copy", 15)


def test_the_17th_of_march_1997_becomes_yesterday() -> None:
    calendar = today(NOON)

    assert calendar.as_of == datetime(2026, 11, 22, tzinfo=UTC)
    assert datetime(1997, 3, 17, tzinfo=UTC) + calendar.shift == datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize("clock", ["00:00", "00:30", "03:59", "04:00", "12:00", "23:59"])
def test_at_any_time_of_day_both_snapshots_are_two_hours_old_with_an_hour_between_them(clock: str) -> None:
    now = datetime.fromisoformat(f"2026-11-22T{clock}Z")

    morning, meanwhile = today(now).as_of, latest(now)

    assert meanwhile <= now - timedelta(hours=2)
    assert morning + timedelta(hours=1) <= meanwhile
    assert meanwhile.minute % 15 == 0


def test_the_order_to_emit_is_worth_250_and_lifts_its_customer_to_high(lived: Lived) -> None:
    order = big_order(lived)

    body = parse_envelope({**order, "occurred_at": NOON.isoformat()}, NOON).body
    assert isinstance(body, OrderCompleted)
    orders, minor = lived.known.held(lived.known.profiles[order["customer_id"]])
    cuts = lived.known.header.cut_points
    assert cuts
    lines = sum(Decimal(line["price"]) for line in order["properties"]["products"])
    assert lines + Decimal(order["properties"]["shipping"]) == Decimal(250)
    assert minor + body.total_minor > cuts.medium_max * (orders + 1)


def test_the_newest_mail_is_the_one_sent_last_to_that_address() -> None:
    mails: list[Mapping[str, Any]] = [{"To": ["a@example.com"], "Timestamp": at} for at in (1.0, 3.0, 2.0)]
    others: list[Mapping[str, Any]] = [{"To": ["b@example.com"], "Timestamp": 9.0}]

    assert newest({"account": [*mails, *others]}, "a@example.com") == mails[1]
    assert newest({"account": others}, "a@example.com") is None
