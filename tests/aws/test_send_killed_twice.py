"""`send` killed at one of its calls, its message's next delivery killed at another; then it comes ten times more.

One world for all pairs with the same first kill, each a message of its own, each delivery by a worker that starts. In
the end `settle` runs.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import boto3
import pytest

from functions.send.app import desk
from tandem.customer import Delivery, Send
from tandem.sending import Status
from tests.aws.killing import Killed, Killer, Point, band, pairs, places
from tests.aws.one_session import KeptClients, quick_aws
from tests.aws.send_world import ENVIRONMENT, delivered, mails, message_of, now_send, now_text, texts
from tests.aws.settle_world import Settlement
from tests.aws.shop_world import waiting
from tests.aws.test_send_killed import AT_ONCE, BY_TEXT, SENDING

AGAIN = 10
Pair = tuple[Point, Point]
BY_FIRST = pytest.mark.parametrize("first", places(SENDING), ids=str)
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish")


@pytest.fixture
def settlement(monkeypatch: pytest.MonkeyPatch) -> Iterator[Settlement]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with quick_aws(KeptClients()):
        yield Settlement.make()


def numbered(number: int, **changes: Any) -> dict[str, Any]:
    """A message, a customer and an address for each case."""
    of = {"id": f"{number:032x}", "customer_id": f"c-{number}", "address": f"ana{number}@example.com"}
    return of | changes


@pytest.fixture
def killer(settlement: Settlement) -> Killer:
    """At the calls of `send`: whatever its worker makes when it starts is made by now."""
    send = now_send(id="ff" * 16, customer_id="first", address="first@example.com")
    settlement.world.decided(send)
    delivered(message_of(send))
    session: Any = boto3.DEFAULT_SESSION
    return Killer(session.made)


def killed(settlement: Settlement, killer: Killer, sends: Sequence[Send], cases: Sequence[Pair], **said: Any) -> None:
    """Each send's delivery is killed at each of its points, as far as it gets there; then it comes again and again."""
    for send, points in zip(sends, cases, strict=True):
        settlement.world.decided(send, **said)
        for at, when in points:
            desk.cache_clear()
            killer.arm(at, when)
            with suppress(Killed):
                delivered(message_of(send))
        killer.disarm()
        desk.cache_clear()
        delivered(*[message_of(send)] * AGAIN)


def settled(settlement: Settlement, sends: Sequence[Send]) -> None:
    """Hours pass, in which nobody tells anything: `settle` runs, and what it queues is delivered."""
    for _ in range(2):
        settlement.run(HOUR)
        for body in waiting("sends"):
            delivered(body)
    assert [send.id for send in sends if "unsettled" in settlement.row(send)] == []


def news(settlement: Settlement) -> dict[str, list[str]]:
    """What was told of each customer; the same event again is one."""
    told = sorted({(event.customer_id, event.type.value, event.event_id) for event in settlement.world.told()})
    return {customer: [kind for name, kind, _ in told if name == customer] for customer, *_ in told}


@pytest.mark.kill_points("send", "pairs")
@BY_FIRST
def test_of_a_mail_no_pair_of_kills_makes_two(settlement: Settlement, killer: Killer, first: Point) -> None:
    cases = [each for each in pairs(SENDING) if each[0] == first]
    sends = [now_send(**numbered(number)) for number in range(len(cases))]
    killed(settlement, killer, sends, cases)
    settled(settlement, sends)
    told, left = news(settlement), [str(mail["To"]) for mail in mails()]

    for send, points in zip(sends, cases, strict=True):
        status, count = settlement.row(send)["status"], left.count(send.address)
        assert count <= 1, points
        assert status == Status.UNKNOWN or (status, count) == (Status.SENT, 1), points
        assert told.get(send.customer_id, []) == (["message_sent"] if status == Status.SENT else []), points


@pytest.mark.kill_points("send", "pairs")
def test_a_mail_that_is_wanted_at_least_once_leaves_whatever_pair_of_kills(
    settlement: Settlement, killer: Killer
) -> None:
    cases = band(SENDING)
    wanted = {"delivery": Delivery.AT_LEAST_ONCE, "transactional": True}
    sends = [now_send(**numbered(number, **wanted)) for number in range(len(cases))]
    killed(settlement, killer, sends, cases)
    once = [str(mail["To"]) for mail in mails()]
    settled(settlement, sends)
    told, left = news(settlement), [str(mail["To"]) for mail in mails()]

    assert len(once) == len(set(once)), "before settle nothing is ever sent again"
    for send, points in zip(sends, cases, strict=True):
        assert settlement.row(send)["status"] == Status.SENT, points
        assert left.count(send.address) in {1, 2}, points
        assert told[send.customer_id] == ["message_sent"], points


@pytest.mark.kill_points("send", "pairs")
def test_of_a_text_no_pair_of_kills_makes_two(settlement: Settlement, killer: Killer) -> None:
    cases = band(BY_TEXT)
    sends = [now_text(**numbered(number, address=f"+1202555{number:04}")) for number in range(len(cases))]
    killed(settlement, killer, sends, cases)
    settled(settlement, sends)

    left = [number for number, _ in texts()]
    for send, points in zip(sends, cases, strict=True):
        status, count = settlement.row(send)["status"], left.count(send.address)
        assert count <= 1, points
        assert status == Status.UNKNOWN or (status, count) == (Status.SENT, 1), points


@pytest.mark.kill_points("send", "pairs")
def test_of_an_opt_out_no_pair_of_kills_lets_a_mail_leave(settlement: Settlement, killer: Killer) -> None:
    cases = band(AT_ONCE)
    sends = [now_send(**numbered(number)) for number in range(len(cases))]
    killed(settlement, killer, sends, cases, granted=False)
    told = news(settlement)

    assert [str(mail["To"]) for mail in mails()] == ["first@example.com"]
    for send, points in zip(sends, cases, strict=True):
        assert settlement.row(send)["reason"] == "opted_out", points
        assert told[send.customer_id] == ["message_refused"], points
