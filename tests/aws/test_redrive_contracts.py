"""Dead letters go back by themselves, in SQS and in memory: the same promises."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from tandem.adapters.letters import DeadLetters, ReturnedLetters
from tandem.adapters.memory_letters import MemoryLetters
from tandem.dead_letters import PAUSES, REDRIVEN, Letter, Letters, Redriven, is_due, redrive
from tests.aws.one_session import quick_aws
from tests.aws.send_world import ENVIRONMENT
from tests.aws.shop_world import taken

MINUTE = timedelta(minutes=1)
Attributes = dict[str, Any]


def by_the_queues_clock() -> datetime:
    """What moto's queues stamp their messages with."""
    return datetime.now(UTC)


@dataclass
class Side:
    """A dead-letter queue, how something comes to lie there, and what has come home: body, group, attributes."""

    letters: Letters
    lay: Callable[[str, Attributes], None]
    home: Callable[[], list[tuple[str, str, Attributes]]]

    def redrive(self, later: timedelta = PAUSES[0] + MINUTE) -> Redriven:
        """One run, so much later."""
        return redrive(self.letters, lambda letter: is_due(letter, by_the_queues_clock() + later))


@dataclass
class InMemory:
    """The twin's queues."""

    back: list[Letter] = field(default_factory=list)
    number: int = 0

    def side(self) -> Side:
        letters = MemoryLetters(self.back.append)

        def lay(body: str, attributes: Attributes) -> None:
            self.number += 1
            letter = Letter(f"m{self.number}", "", body, by_the_queues_clock(), "group", attributes)
            letters.lying[letter.id] = letter

        return Side(letters, lay, lambda: [(each.body, each.group, dict(each.attributes)) for each in self.back])


def in_sqs() -> Side:
    sqs = boto3.client("sqs")
    urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("dead", "origin")}

    def lay(body: str, attributes: Attributes) -> None:
        sqs.send_message(QueueUrl=urls["dead"], MessageBody=body, MessageGroupId="group", MessageAttributes=attributes)

    def home() -> list[tuple[str, str, Attributes]]:
        found = DeadLetters(sqs, urls["origin"]).receive()
        return [(each.body, each.group, dict(each.attributes)) for each in found]

    return Side(ReturnedLetters(DeadLetters(sqs, urls["dead"]), urls["origin"], counted=True), lay, home)


@pytest.fixture(params=["memory", "aws"])
def side(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Side]:
    if request.param == "memory":
        yield InMemory().side()
        return
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with quick_aws():
        yield in_sqs()


def said(value: str, kind: str = "String") -> Attributes:
    return {"DataType": kind, "StringValue": value}


def count(times: int) -> Attributes:
    return {REDRIVEN: said(str(times), "Number")}


def test_a_letter_goes_back_as_it_was_and_says_how_often(side: Side) -> None:
    side.lay("body", {"other": said("kept")})

    assert side.redrive() == Redriven(moved=1)

    [(body, group, attributes)] = side.home()
    assert (body, group, set(attributes)) == ("body", "group", {"other", REDRIVEN})
    assert attributes["other"]["StringValue"] == "kept"
    assert attributes[REDRIVEN]["StringValue"] == "1"
    assert side.redrive() == Redriven()


def test_each_time_it_lies_there_longer(side: Side) -> None:
    for times in range(3):
        side.lay(f"body {times}", count(times))

    assert side.redrive(PAUSES[0] - MINUTE).moved == 0
    assert side.redrive(PAUSES[0] + MINUTE) == Redriven(moved=1, waiting=2)
    assert side.redrive(PAUSES[1] + MINUTE) == Redriven(moved=1, waiting=1)
    assert side.redrive(PAUSES[2] + MINUTE) == Redriven(moved=1)


def test_after_three_times_it_stays_for_a_person(side: Side) -> None:
    side.lay("body", count(len(PAUSES)))

    assert side.redrive(timedelta(days=13)) == Redriven(waiting=1)
    assert side.home() == []


def test_what_can_never_be_handled_stays_whatever_its_age(side: Side) -> None:
    side.lay("{oops", {"reason": said("invalid")})

    assert side.redrive(timedelta(days=13)) == Redriven(waiting=1)


def test_what_stays_is_seen_by_others_at_once(side: Side) -> None:
    side.lay("body", {})
    side.redrive(MINUTE)

    assert [letter.body for letter in side.letters.receive()] == ["body"]


def test_of_copies_one_goes_at_a_time(side: Side) -> None:
    for _ in range(2):
        side.lay("body", {})

    assert side.redrive() == Redriven(moved=1, left=1)
    assert side.redrive() == Redriven(moved=1)


def test_a_count_that_nobody_understands_means_that_it_stays(side: Side) -> None:
    side.lay("body", {REDRIVEN: said("often")})

    assert side.redrive(timedelta(days=13)) == Redriven(waiting=1)


def test_many_go_in_one_run_as_far_as_the_time_allows(side: Side) -> None:
    for number in range(25):
        side.lay(f"body {number}", {})

    assert redrive(side.letters, has_time=lambda: False) == Redriven()
    assert side.redrive().moved == 25


def test_a_person_sends_back_what_waits_for_one_and_it_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with quick_aws():
        side = in_sqs()
        assert isinstance(side.letters, ReturnedLetters)
        side.lay("body", count(3))

        redrive(ReturnedLetters(side.letters.queue, side.letters.origin))

        [message] = taken("origin")
        assert "MessageAttributes" not in message
