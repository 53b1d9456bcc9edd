"""What the demo makes up of the provider: events as SES has them, the same for the same seed, and who is held out."""

import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from infra.demo.cast import Cast
from infra.demo.hearing import ses_events, tell
from infra.demo.house import WITH_HOLDOUT
from infra.demo.run import Lived
from infra.explain import LedgerRow
from tandem.decisions import Outcome
from tandem.hearing import Kind, parse
from tandem.sending import Status

LEFT = datetime(2026, 11, 22, 12, tzinfo=UTC)
MAILS = [
    LedgerRow(f"{number:016x}", Status.SENT, LEFT, "thanks", "email", provider_id=f"p{number}") for number in range(400)
]


class Queue:
    """Keeps what was put in it."""

    def __init__(self) -> None:
        self.bodies: list[str] = []

    def send_message_batch(self, *, QueueUrl: str, Entries: list[Any]) -> None:
        assert QueueUrl == "feedback"
        self.bodies += [entry["MessageBody"] for entry in Entries]


def test_what_is_told_is_read_as_ses_tells_it_and_people_are_told_from_machines() -> None:
    queue = Queue()
    count = tell(MAILS, queue, "feedback", seed=18)

    heard = [each for body in queue.bodies if (each := parse(body, LEFT + timedelta(minutes=1)))]

    assert len(heard) == count
    assert {each.send_id for each in heard} == {row.id for row in MAILS}
    assert {each.kind for each in heard} == {Kind.DELIVERED, Kind.BOUNCED, Kind.OPENED, Kind.CLICKED}
    assert {each.machine for each in heard if each.kind is Kind.OPENED} == {True, False}
    assert not any(each.lasting for each in heard)


def test_the_same_seed_tells_the_same_and_of_a_message_that_did_not_leave_nothing() -> None:
    first, again = ([*ses_events(MAILS[0], Random(1))] for _ in range(2))
    refused = LedgerRow("r", Status.REFUSED, LEFT, "thanks", "email")
    text = LedgerRow("s", Status.SENT, LEFT, "thanks", "sms")

    assert json.dumps(first) == json.dumps(again)
    assert [*ses_events(refused, Random(1)), *ses_events(text, Random(1))] == []


def test_some_are_held_out_and_nobody_of_the_stories(lived: Lived, cast: Cast) -> None:
    held_out = {
        decision.customer_id
        for decision in lived.findings.decisions
        for each in decision.candidates
        if each.outcome is Outcome.HOLDOUT and each.campaign in WITH_HOLDOUT
    }

    assert len(held_out) > 30
    assert not held_out & cast.roles().keys()
