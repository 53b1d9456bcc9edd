"""`settle` against moto: what nobody knows the end of is settled, and dead letters go home."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from functions.settle import app
from tandem.adapters.archive_files import ArchiveFiles
from tandem.adapters.ledger_table import LedgerTable
from tandem.adapters.ses import SesMail
from tandem.adapters.sns_push import SnsPush
from tandem.adapters.sns_sms import SnsSms
from tandem.adapters.webhook import Webhook
from tandem.customer import Channel, Delivery, Send
from tandem.dead_letters import PAUSES
from tandem.errors import Unavailable
from tandem.sending import Sent
from tandem.sending.flow import UNDER_WAY
from tandem.sending.settle import ABILITIES, Settled
from tandem.sending.settling import MARGIN, ON_ITS_WAY
from tests.aws.killing import Killed as RunKilled
from tests.aws.killing import Killer, Point, When, band
from tests.aws.one_session import quick_aws
from tests.aws.send_faults import Killed, raising
from tests.aws.send_world import ENVIRONMENT, delivered, mails, message_of, now_send, now_text, texts
from tests.aws.settle_world import MINUTES, WAYS_HOME, Settlement, an_event
from tests.aws.shop_world import taken, waiting
from tests.builders import HOUR, NOON

HALF_AN_HOUR = 30 * MINUTES


class Context:
    """What Lambda hands to a handler."""

    function_name = "settle"

    def get_remaining_time_in_millis(self) -> int:
        return 240_000


DOUBTED = UNDER_WAY + MARGIN
LOST = ReadTimeoutError(endpoint_url="https://ses")
BEFORE_AND_AFTER = pytest.mark.parametrize("after", [False, True], ids=["before", "after"])


@pytest.fixture
def settlement(monkeypatch: pytest.MonkeyPatch) -> Iterator[Settlement]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with quick_aws():
        yield Settlement.make()


def cut_off(settlement: Settlement, send: Send, operation: str = "SendEmail", *, after: bool = True) -> Send:
    """The sender is killed at the provider."""
    settlement.world.decided(send)
    with raising(Killed(), operation, after=after), suppress(Killed):
        delivered(message_of(send))
    assert settlement.row(send)["status"] == "reserved"
    return send


def wanted(**changes: Any) -> Send:
    """One of which a copy is better than none."""
    return now_send(delivery=Delivery.AT_LEAST_ONCE, transactional=True, **changes)


@BEFORE_AND_AFTER
def test_a_mail_that_was_cut_off_is_given_up_when_the_provider_has_told_nothing(
    settlement: Settlement, after: bool
) -> None:
    send = cut_off(settlement, now_send(), after=after)

    assert settlement.run(MINUTES).settled == Settled()
    assert settlement.run(DOUBTED).settled == Settled(unknown=1)
    assert settlement.row(send)["status"] == "unknown"
    assert settlement.run(HALF_AN_HOUR - 5 * MINUTES).settled == Settled(unsettled=1)
    assert settlement.run(5 * MINUTES).settled == Settled(given_up=1, unsettled=1)

    assert settlement.run(100 * HOUR).settled == Settled()
    row = settlement.row(send)
    assert row["status"] == "unknown"
    assert {"given_up_at", "given_up"} <= row.keys()
    assert not {"unsettled", "unsettled_at", "send"} & row.keys()
    assert delivered(message_of(send)) == []
    assert len(mails()) == after
    assert waiting("sends") == []


@BEFORE_AND_AFTER
def test_what_is_wanted_at_least_once_is_sent_once_more_when_the_provider_has_told_nothing(
    settlement: Settlement, after: bool
) -> None:
    send = cut_off(settlement, wanted(), after=after)

    settlement.run(DOUBTED)
    assert settlement.send_what_waits() == []
    assert settlement.run(HALF_AN_HOUR).settled == Settled(tried_again=1, unsettled=1)
    assert settlement.row(send)["status"] == "again"
    assert settlement.send_what_waits() == []

    row = settlement.row(send)
    assert (row["status"], row["attempts"]) == ("sent", "2")
    assert len(mails()) == 1 + after
    assert [event.type.value for event in settlement.world.told()] == ["message_sent"]
    assert settlement.run(100 * HOUR).settled == Settled()
    assert not {"unsettled", "send"} & row.keys()


def test_a_text_is_tried_again_at_once_since_nobody_will_tell_of_it(settlement: Settlement) -> None:
    send = now_text(delivery=Delivery.AT_LEAST_ONCE, transactional=True)
    settlement.world.decided(send)
    with raising(LOST, "Publish", after=False):
        delivered(message_of(send))
    assert settlement.row(send)["status"] == "unknown"

    settlement.run(MINUTES)
    settlement.send_what_waits()

    assert settlement.row(send)["status"] == "sent"
    assert len(texts()) == 1


def test_attempts_whose_answers_are_lost_again_and_again_end(settlement: Settlement) -> None:
    send = wanted()
    settlement.world.decided(send)
    with raising(LOST, "SendEmail", after=False):
        delivered(message_of(send))
        for _ in range(12):
            settlement.run(HOUR)
            settlement.send_what_waits()

    row = settlement.row(send)
    assert (row["status"], row["attempts"]) == ("unknown", "5")
    assert row["given_up"] == "5 attempts were made"


@pytest.mark.parametrize("delivery", list(Delivery))
@pytest.mark.parametrize("runs", [0, 1])
def test_what_the_provider_tells_in_between_wins(settlement: Settlement, delivery: Delivery, runs: int) -> None:
    send = cut_off(settlement, now_send(delivery=delivery, transactional=True))
    for _ in range(runs):
        settlement.run(DOUBTED)

    LedgerTable(settlement.world.dynamodb, "ledger", "consents").finish(send, Sent("p-1"), datetime.now(UTC))

    assert settlement.run(100 * HOUR).settled == Settled()
    assert settlement.row(send)["status"] == "sent"
    assert waiting("sends") == []


def test_what_was_decided_about_a_row_that_went_on_meanwhile_is_not_written(settlement: Settlement) -> None:
    send = cut_off(settlement, wanted())
    settlement.run(DOUBTED)
    settlement.later += HALF_AN_HOUR

    def tell(**_: Any) -> None:
        LedgerTable(boto3.client("dynamodb"), "ledger", "consents").finish(send, Sent("p-1"), datetime.now(UTC))

    settlement.clients[0].meta.events.register("before-call.dynamodb.UpdateItem", tell)

    done = settlement.run()

    assert done.settled
    assert done.settled.tried_again == 0
    assert waiting("sends") == []
    assert settlement.row(send)["status"] == "sent"


def test_what_is_tried_again_after_its_window_is_decided_anew(
    settlement: Settlement, capsys: pytest.CaptureFixture[str]
) -> None:
    send = cut_off(settlement, wanted(not_after=datetime.now(UTC) + timedelta(seconds=3)))
    settlement.run(DOUBTED)
    settlement.run(HALF_AN_HOUR)
    late = message_of(now_send(delivery=Delivery.AT_LEAST_ONCE, not_after=datetime.now(UTC) - MINUTES))

    assert len(waiting("sends")) == 1
    capsys.readouterr()
    assert delivered(late) == []  # the same message, minutes later

    assert metrics(capsys.readouterr().out)["given_up"] == 1  # an alarm rings
    row = settlement.row(send)
    assert (row["status"], row["given_up"]) == ("unknown", "expired")  # the first attempt may have left
    assert [event.type.value for event in settlement.world.told()] == ["send_expired"]
    assert settlement.run(100 * HOUR).settled == Settled()


def test_a_message_that_was_lost_on_its_way_is_queued_again(settlement: Settlement) -> None:
    cut_off(settlement, wanted())
    settlement.run(DOUBTED)
    settlement.run(HALF_AN_HOUR)
    waiting("sends")

    assert settlement.run(ON_ITS_WAY - MINUTES).settled == Settled(unsettled=1)
    assert settlement.run(MINUTES).settled == Settled(tried_again=1, unsettled=1)
    assert settlement.send_what_waits() == []
    assert len(mails()) == 2


def test_what_nobody_could_settle_in_time_is_counted(settlement: Settlement) -> None:
    cut_off(settlement, now_send())
    settlement.run(DOUBTED)

    done = settlement.run(HALF_AN_HOUR + 2 * HOUR)

    assert done.settled == Settled(given_up=1, unsettled=1, overdue=1)


def test_a_row_of_a_newer_release_is_left_to_it_and_holds_up_no_other(settlement: Settlement) -> None:
    strange = cut_off(settlement, now_send())
    settlement.world.dynamodb.update_item(
        TableName="ledger",
        Key={"pk": {"S": strange.id}},
        UpdateExpression="SET #status = :new",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":new": {"S": "something"}},
    )
    other = cut_off(settlement, now_send(id="5f" * 16))

    assert settlement.run(DOUBTED).settled == Settled(unknown=1)
    assert settlement.row(other)["status"] == "unknown"
    assert settlement.row(strange)["status"] == "something"


def test_a_ledger_that_is_not_reached_keeps_no_dead_letter_from_going_home(settlement: Settlement) -> None:
    settlement.lay("records", "a decision")

    def down(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://dynamodb")

    settlement.clients[0].meta.events.register("before-call.dynamodb.Query", down)
    done = settlement.run(PAUSES[0])

    assert done.settled is None
    assert set(done.failed) == {"ledger"}
    assert waiting("records") == ["a decision"]


def test_without_time_nothing_is_begun(settlement: Settlement) -> None:
    send = cut_off(settlement, now_send())
    settlement.lay("records", "a decision")
    settlement.seconds_left = 10

    done = settlement.run(PAUSES[0])

    assert done.settled == Settled(is_whole=False)
    assert done.moved == 0
    assert settlement.row(send)["status"] == "reserved"


@pytest.mark.parametrize(("name", "home"), [(name, home) for name, home in WAYS_HOME.items() if home])
def test_a_dead_letter_goes_back_to_the_queue_it_came_from(settlement: Settlement, name: str, home: str) -> None:
    settlement.lay(name, "a message")

    assert settlement.run(PAUSES[0] - 5 * MINUTES).moved == 0
    assert settlement.run(5 * MINUTES).moved == 1

    [message] = taken(home)
    assert message["Body"] == "a message"
    assert message["MessageAttributes"]["redriven"]["StringValue"] == "1"
    assert waiting(f"{name}-dlq") == []


def test_what_could_not_be_parsed_waits_for_a_person(settlement: Settlement) -> None:
    settlement.lay("events", "{oops", reason="invalid", field="(message)")

    assert settlement.run(24 * HOUR).moved == 0
    assert waiting("events-dlq") == ["{oops"]


def test_dead_letters_of_the_archive_are_archived_from_where_they_lie(settlement: Settlement) -> None:
    settlement.lay("archive", an_event())
    settlement.lay("archive", "{oops")

    assert settlement.run().moved == 2

    [event] = ArchiveFiles(boto3.client("s3"), "tandem").read(NOON, NOON + HOUR)
    assert event.event_id == "e1"
    assert waiting("archive-dlq") == []


def test_what_cannot_be_archived_lies_where_the_nightly_run_finds_it(settlement: Settlement) -> None:
    settlement.lay("archive", an_event())

    def down(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://s3")

    settlement.clients[2].meta.events.register("before-call.s3.PutObject", down)

    assert settlement.run(24 * HOUR).moved == 0
    assert waiting("archive-dlq") == [an_event()]


IDS = {"fresh": "01" * 16, "given_up": "12" * 16, "again": "23" * 16}


def a_day_of_work(settlement: Settlement) -> None:
    """Something of every kind that there is to do."""
    cut_off(settlement, now_send(id=IDS["given_up"], customer_id="c-2"))
    cut_off(settlement, wanted(id=IDS["again"], customer_id="c-3"))
    settlement.run(DOUBTED)
    settlement.later = HOUR + MINUTES
    cut_off(settlement, now_send(id=IDS["fresh"]))
    settlement.lay("records", "a decision")
    settlement.lay("archive", an_event())
    settlement.lay("events", "{oops", reason="invalid")


def statuses(settlement: Settlement) -> dict[str, tuple[str, bool]]:
    rows = {name: settlement.row(now_send(id=each)) for name, each in IDS.items()}
    return {name: (row["status"], "unsettled" in row) for name, row in rows.items()}


SETTLED = {"fresh": ("unknown", False), "given_up": ("unknown", False), "again": ("sent", False)}


CALLS = [
    "Query",
    "UpdateItem",  # the fresh one is in doubt
    "Query",
    "UpdateItem",  # given up
    "Query",
    "UpdateItem",  # again, and its message
    "SendMessage",
    *["Query"] * 13,  # the other shards
    "ReceiveMessage",  # events: the bad one is seen and let go
    "ReceiveMessage",
    "ChangeMessageVisibilityBatch",
    *["ReceiveMessage"] * 4,  # timers, undelivered, sends; records: the decision goes back
    "SendMessage",
    "DeleteMessage",
    "ReceiveMessage",
    "ReceiveMessage",  # feedback
    "ReceiveMessage",  # archive: the event is archived
    "PutObject",
    "DeleteMessage",
    "ReceiveMessage",
]
# What only reads changes nothing: killed there is killed before the next of these.
POINTS = [number for number, name in enumerate(CALLS) if name not in ("Query", "ReceiveMessage")]

WRITES = [CALLS[number] for number in POINTS]


def test_these_are_all_the_calls_there_are(settlement: Settlement) -> None:
    a_day_of_work(settlement)

    killer = Killer(settlement.clients)
    settlement.run()

    assert killer.calls == CALLS


@pytest.mark.kill_points("settle", "single")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", POINTS, ids=[f"{number}-{CALLS[number]}" for number in POINTS])
def test_wherever_runs_are_killed_the_next_ones_end_as_if_they_had_not_been(
    settlement: Settlement, number: int, when: When
) -> None:
    a_day_of_work(settlement)
    killer = Killer(settlement.clients)

    for _ in range(2):
        killer.arm(number, when)
        with suppress(RunKilled):
            settlement.run()
    killer.disarm()

    ends_as_if_nothing_had_been(settlement)


@pytest.mark.kill_points("settle", "pairs")
@pytest.mark.parametrize("pair", band(WRITES), ids=str)
def test_killed_at_one_write_and_the_next_run_at_another_the_later_ones_end_as_if_they_had_not_been(
    settlement: Settlement, pair: tuple[Point, Point]
) -> None:
    a_day_of_work(settlement)
    killer = Killer(settlement.clients, only=WRITES)

    for point in pair:
        killer.arm(*point)
        with suppress(RunKilled):
            settlement.run()
    killer.disarm()

    ends_as_if_nothing_had_been(settlement, 4)


def ends_as_if_nothing_had_been(settlement: Settlement, times: int = 10) -> None:
    """Its schedule wakes it so many times more."""
    for _ in range(times):
        settlement.send_what_waits()
        settlement.run(HOUR)

    assert statuses(settlement) == SETTLED
    assert len(mails()) == 4  # three that were cut off after they had left, and one that was sent again
    assert set(waiting("records")) == {"a decision"}
    assert {event.event_id for event in ArchiveFiles(boto3.client("s3"), "tandem").read(NOON, NOON + HOUR)} == {"e1"}
    assert (lying(settlement, "archive"), lying(settlement, "events")) == (0, 1)


def lying(settlement: Settlement, name: str) -> int:
    """The dead letters there, those that a killed run still holds included."""
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    url = settlement.urls[f"{name}-dlq"]
    found = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(found[each]) for each in names)


def metrics(printed: str) -> dict[str, float]:
    """What was measured, by name."""
    said = [json.loads(line) for line in printed.splitlines() if '"_aws"' in line]
    return {name: each[name][0] for each in said for name in each if name not in ("_aws", "service")}


def test_the_handler_measures_what_it_did_and_nothing_where_it_did_nothing(
    settlement: Settlement, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settlement.lay("archive", an_event())
    monkeypatch.setattr(app, "desk", lambda: settlement.desk)

    app.handler({}, cast("Any", Context()))
    assert metrics(capsys.readouterr().out) == {"redriven": 1.0}
    app.handler({}, cast("Any", Context()))
    assert metrics(capsys.readouterr().out) == {}


def test_a_run_that_could_not_do_all_of_it_fails_after_the_rest(
    settlement: Settlement, monkeypatch: pytest.MonkeyPatch
) -> None:
    settlement.lay("archive", an_event())
    monkeypatch.setattr(app, "desk", lambda: settlement.desk)

    def down(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://dynamodb")

    settlement.clients[0].meta.events.register("before-call.dynamodb.Query", down)

    with pytest.raises(Unavailable):
        app.handler({}, cast("Any", Context()))
    assert waiting("archive-dlq") == []


def test_what_settle_believes_of_the_providers_is_what_they_declare() -> None:
    client: Any = None
    declared = {
        Channel.EMAIL: SesMail(client, "shop@example.com", "tandem").abilities,
        Channel.SMS: SnsSms(client).abilities,
        Channel.PUSH: SnsPush(client).abilities,
        Channel.WEBHOOK: Webhook("https://example.com", lambda: b"", lambda: NOON).abilities,
    }

    assert declared == ABILITIES
