"""Places are shared by all workers, over the table as over its memory twin."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tandem.adapters.memory_pace import MemoryAccount, MemoryBuckets
from tandem.adapters.pace_table import PaceTable
from tandem.customer import Channel
from tandem.errors import Unavailable
from tandem.sending.outcome import Reason, Refused
from tandem.sending.pace import Accounts, Buckets, FixedAccount, SharedPace
from tandem.sending.pacing import Account
from tests.aws.one_session import quick_aws
from tests.unit.sending.builders import NOW

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
FAST = Account(rate=10, a_day=1000)


class Away(MemoryAccount):
    """A provider that does not answer."""

    def read(self) -> Account:
        super().read()
        raise Unavailable("sesv2", "GetAccount")


class Meanwhile(MemoryAccount):
    """A provider whose answer does not hold what happens while it is on its way."""

    def __init__(self, account: Account, happens: Callable[[], object]) -> None:
        super().__init__(account)
        self.happens = happens

    def read(self) -> Account:
        said = super().read()
        self.happens()
        return said


@dataclass
class World:
    """Workers that share one bucket, each with its own clock: who pauses is later than the others."""

    buckets: Buckets
    account: MemoryAccount = field(default_factory=lambda: MemoryAccount(FAST))
    now: datetime = NOW
    left: list[datetime] = field(default_factory=list)
    made: list["Worker"] = field(default_factory=list)

    def worker(self) -> "Worker":
        self.made.append(Worker(self))
        return self.made[-1]

    def accept(self, many: int) -> None:
        """The provider counts at once."""
        self.account.account = replace(self.account.account, sent=self.account.account.sent + many)


class Worker:
    """One copy of the function."""

    def __init__(self, world: World) -> None:
        self.world, self.at = world, world.now
        accounts: dict[Channel, Accounts] = {Channel.EMAIL: world.account, Channel.SMS: FixedAccount(2)}
        self.pace = SharedPace(world.buckets, accounts, self.clock, self.pause)

    def clock(self) -> datetime:
        return max(self.world.now, self.at)

    def pause(self, seconds: float) -> None:
        self.at = self.clock() + timedelta(seconds=seconds)

    def takes(self, many: int, channel: Channel = Channel.EMAIL, *, transactional: bool = False) -> list[Any]:
        """A call that brings so many messages: what is answered to each."""
        self.pace.expect({(channel, transactional): many})
        return [self.take(channel, transactional=transactional) for _ in range(many)]

    def take(self, channel: Channel = Channel.EMAIL, *, transactional: bool = False) -> Any:
        try:
            answer = self.pace.take(channel, transactional=transactional)
        except Unavailable as error:
            return error.service
        if answer is None:
            self.world.left.append(self.clock())
            self.world.accept(1)
        return answer.reason if isinstance(answer, Refused) else answer


@contextmanager
def in_memory() -> Iterator[Buckets]:
    yield MemoryBuckets()


@contextmanager
def on_aws() -> Iterator[Buckets]:
    with quick_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        client.create_table(
            TableName="ledger",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield PaceTable(client, "ledger")


SIDES = pytest.mark.parametrize("side", [in_memory, on_aws], ids=["memory", "aws"])


@pytest.fixture(params=[in_memory, on_aws], ids=["memory", "aws"])
def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    credentials(monkeypatch)
    with request.param() as buckets:
        yield World(buckets)


def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")


def test_a_message_alone_leaves_at_once(world: World) -> None:
    assert world.worker().take() is None
    assert world.left == [NOW]


def test_messages_of_one_call_leave_at_nine_tenths_of_the_rate(world: World) -> None:
    world.worker().takes(4)

    apart = [later - earlier for earlier, later in pairwise(world.left)]
    assert apart == [timedelta(microseconds=111_112)] * 3


def test_workers_take_their_places_one_behind_the_other(world: World) -> None:
    for _ in range(3):
        world.worker().takes(2)

    assert sorted(world.left) == [NOW + place * timedelta(microseconds=111_112) for place in range(6)]


def test_a_place_too_far_ahead_is_not_waited_for(world: World) -> None:
    world.account.account = replace(FAST, rate=1)
    workers = [world.worker() for _ in range(4)]

    answers = [worker.takes(5) for worker in workers]

    assert "pace" in answers[-1]
    assert max(worker.at for worker in workers) <= NOW + timedelta(seconds=10)


def test_who_comes_back_later_finds_a_place(world: World) -> None:
    world.account.account = replace(FAST, rate=1)
    for _ in range(4):
        world.worker().takes(5)

    world.now += MINUTE

    assert world.worker().take() is None


def test_places_that_were_taken_long_before_are_not_made_up_for_by_a_burst(world: World) -> None:
    worker = world.worker()
    worker.pace.expect({(Channel.EMAIL, False): 5})
    worker.take()

    world.now += 12 * SECOND  # the provider took its time
    for _ in range(4):
        worker.take()

    first = world.left[1]
    assert world.left[4] - first >= 3 * timedelta(microseconds=111_112)


def test_the_places_of_one_call_do_not_reach_into_the_next(world: World) -> None:
    worker = world.worker()
    worker.pace.expect({(Channel.EMAIL, False): 3})
    worker.take()

    worker.takes(1)

    assert world.left[1] - world.left[0] == 3 * timedelta(microseconds=111_112)


def test_marketing_stops_before_the_quota_and_transactional_messages_go_on(world: World) -> None:
    world.account.account = replace(FAST, sent=895)
    worker = world.worker()

    assert worker.takes(8) == [None] * 5 + [Reason.OVER_QUOTA] * 3
    assert worker.takes(2, transactional=True) == [None, None]


def test_transactional_messages_stop_shortly_before_the_quota(world: World) -> None:
    world.account.account = replace(FAST, sent=979)

    assert world.worker().takes(2, transactional=True) == [None, Reason.OVER_QUOTA]


def test_what_was_taken_since_the_account_was_read_counts(world: World) -> None:
    world.account.account = replace(FAST, sent=897)

    answers = [world.worker().take() for _ in range(5)]

    assert answers == [None] * 3 + [Reason.OVER_QUOTA] * 2
    assert world.account.asked == 1


def test_what_another_worker_took_meanwhile_counts(world: World) -> None:
    world.account.account = replace(FAST, sent=888)
    one, other = world.worker(), world.worker()

    answers = [each.takes(4) for each in (one, other, one, other)]

    assert answers == [[None] * 4, [None] * 4, [None] * 4, [Reason.OVER_QUOTA] * 4]


def test_a_reading_puts_anew_what_is_left(world: World) -> None:
    worker = world.worker()
    worker.takes(5)
    world.account.account = replace(FAST, sent=896)
    world.now += 6 * MINUTE

    assert worker.takes(5) == [None] * 4 + [Reason.OVER_QUOTA]
    assert worker.takes(1, transactional=True) == [None]


def test_what_is_taken_while_the_account_is_read_counts(world: World) -> None:
    one, other = world.worker(), world.worker()
    one.take()
    other.take()
    world.account = Meanwhile(replace(FAST, sent=897), lambda: one.takes(2, transactional=True))
    other.pace.accounts = {Channel.EMAIL: world.account}
    world.now += 6 * MINUTE

    assert other.takes(2) == [None, Reason.OVER_QUOTA]


def test_a_quota_that_is_free_again_is_used(world: World) -> None:
    world.account.account = replace(FAST, sent=900)
    worker = world.worker()
    assert worker.take() is Reason.OVER_QUOTA

    world.account.account = replace(FAST, sent=100)
    world.now += 2 * MINUTE

    assert worker.take() is None


def test_an_account_is_read_every_few_minutes_by_one_of_many(world: World) -> None:
    workers = [world.worker() for _ in range(5)]
    for _ in range(3):
        for worker in workers:
            worker.take()
        world.now += 6 * MINUTE

    assert world.account.asked == 3


def test_a_rate_that_has_changed_is_kept_by_everybody(world: World) -> None:
    slow, fast = world.worker(), world.worker()
    slow.take()
    fast.take()
    world.account.account = replace(FAST, rate=1)
    world.now += 6 * MINUTE
    world.left.clear()

    slow.takes(2)
    fast.takes(2)

    apart = [later - earlier for earlier, later in pairwise(world.left)]
    assert apart == [timedelta(microseconds=1_111_112)] * 3


def test_a_throttling_answer_makes_everybody_wait_and_the_account_is_read_again(world: World) -> None:
    one, other = world.worker(), world.worker()
    one.take()
    world.now += MINUTE
    world.left.clear()

    one.pace.throttled(Channel.EMAIL)
    other.take()

    assert (world.left, world.account.asked) == ([world.now + 2 * SECOND], 2)


def test_a_throttling_answer_at_the_end_of_the_daily_quota_is_told_from_one_of_the_rate(world: World) -> None:
    worker = world.worker()
    worker.take()
    world.now += MINUTE
    world.account.account = replace(FAST, sent=1000)  # others send from the same account

    worker.pace.throttled(Channel.EMAIL)

    assert worker.take() is Reason.OVER_QUOTA


def test_many_throttling_answers_at_once_ask_the_account_once(world: World) -> None:
    workers = [world.worker() for _ in range(5)]
    for worker in workers:
        worker.take()
    world.now += MINUTE
    for worker in workers:
        worker.pace.throttled(Channel.EMAIL)
        worker.take()

    assert world.account.asked == 2


def test_an_account_that_is_halted_takes_nothing(world: World) -> None:
    world.account.account = replace(FAST, halted="sending is paused")

    assert world.worker().take() is Reason.HALTED


def test_the_last_reading_serves_while_the_account_does_not_answer(world: World) -> None:
    worker = world.worker()
    worker.take()
    worker.pace.accounts = {Channel.EMAIL: Away(FAST)}

    world.now += 6 * MINUTE
    assert worker.take() is None
    world.now += 16 * MINUTE
    assert worker.take() == "pace"


def test_nothing_leaves_before_the_account_was_read_once(world: World) -> None:
    world.account = Away(FAST)

    assert world.worker().take() == "pace"
    assert world.worker().take() == "pace"
    assert world.account.asked == 1


def test_texts_have_a_rate_of_their_own_and_no_quota(world: World) -> None:
    assert world.worker().takes(3, Channel.SMS) == [None] * 3
    assert world.left[2] - world.left[0] == 2 * timedelta(microseconds=555_556)


def test_a_channel_without_an_account_has_no_pace(world: World) -> None:
    assert world.worker().takes(20, Channel.WEBHOOK) == [None] * 20
    assert set(world.left) == {NOW}


CALLS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(1, 5), st.booleans(), st.sampled_from([0, 0, 0, 30, 400, 3_000, 400_000])),
    max_size=20,
)


@SIDES
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls=CALLS, rate=st.sampled_from([1.0, 3.0, 14.0, 200.0]), quota=st.sampled_from([20, 200, 50_000]))
@example(calls=[(worker, 5, False, 0) for worker in (0, 1, 0, 1)], rate=200.0, quota=20)
@example(calls=[(0, 5, False, 0), (1, 5, False, 0), (2, 5, True, 400_000), (0, 5, True, 0)], rate=200.0, quota=20)
def test_however_many_workers_take_no_two_places_are_one_and_the_quota_is_kept(
    side: Callable[[], Any],
    calls: list[tuple[int, int, bool, int]],
    rate: float,
    quota: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    credentials(monkeypatch)
    with side() as buckets:
        world = World(buckets, MemoryAccount(Account(rate, quota)))
        workers = [world.worker() for _ in range(5)]
        taken: Counter[bool] = Counter()
        for number, many, transactional, pause in calls:
            answers = workers[number].takes(many, transactional=transactional)
            taken[transactional] += answers.count(None)
            assert taken.total() <= quota * 0.98
            assert not answers.count(None) or transactional or taken.total() <= quota * 0.9
            world.now += timedelta(milliseconds=pause)

    left = sorted(world.left)
    gap = timedelta(microseconds=1e6 / (rate * 0.9) - 2)  # a pause is a float
    assert all(later - earlier >= gap for earlier, later in pairwise(left))
