"""load_profiles: dates that come back are raised by the door, every day, whether or not anything changed."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, cast

import boto3
import pytest
from botocore.stub import Stubber

from tandem.adapters.archive_files import ArchiveFiles
from tandem.adapters.dates_topic import DatesTopic
from tandem.adapters.outbox import group_of
from tandem.adapters.profile_files import ProfileFiles
from tandem.adapters.profile_table import CONFIG, ProfileTable
from tandem.adapters.tombstone_table import TombstoneTable
from tandem.attributes import Function, Rule
from tandem.errors import BadHistory, Unavailable
from tandem.events import EventType, parse
from tandem.events.event import DateReached
from tandem.expressions import Kind
from tandem.playbook import Playbook
from tandem.profiles.build import Builder
from tandem.profiles.checkpoint import Checkpoint, Dated
from tandem.profiles.dates import Calendar, Reached
from tandem.profiles.raising import Raiser
from tandem.profiles.snapshot import MANIFEST, folder_of
from tests.aws.killing import Killed, Killer, When
from tests.aws.snapshots import BUCKET, TABLE, TOMBSTONES, World, world
from tests.builders import DAY, HOUR, envelope, playbook

NIGHT: Final = datetime(2026, 11, 21, 4, 15, tzinfo=UTC)
BIRTHDAYS: Final = {"ada": "1990-11-22", "bob": "--11-23", "cy": "11-24", "dan": "1980-06-01", "eve": "in May"}
DUE: Final = {"dates": "due"}
BIRTHDAY: Final = Rule(
    "birthday",
    101,
    (EventType.CUSTOMER_IDENTIFIED,),
    Function.LAST,
    kind=Kind.STRING,
    value="event.properties.birthday",
)
PARTY: Final = {
    "id": "party",
    "channels": ["email"],
    "content": "party",
    "trigger": {"date": "birthday", "at": "09:00"},
}


@dataclass
class Nights:
    """A shop whose customers told their birthdays, and its nights."""

    aws: World
    folder: Path
    playbook: Playbook = field(default_factory=lambda: playbook(rules=(BIRTHDAY,), campaigns=(PARTY,)))

    def __post_init__(self) -> None:
        self.aws.publish(self.playbook)
        self.aws.now = NIGHT
        for customer, text in BIRTHDAYS.items():
            self.identify(customer, text, NIGHT - 2 * DAY)

    def identify(self, customer: str, text: str, at: datetime) -> None:
        event = envelope("customer_identified", f"{customer}-{text}", at, {"birthday": text}, customer)
        self.aws.receive(event, at=at)

    def build(self) -> datetime:
        """The snapshot of tonight."""
        as_of = self.aws.now - 2 * HOUR
        Builder(ProfileFiles(self.aws.s3, BUCKET), ArchiveFiles(self.aws.s3, BUCKET), partitions=2).build(
            as_of, self.playbook, self.folder
        )
        return as_of

    def night(self) -> dict[str, Any]:
        """A snapshot is built and loaded; what was raised, in counts."""
        [loaded] = self.aws.load({"bucket": BUCKET, "key": f"{folder_of(self.build())}/{MANIFEST}"})
        counts: dict[str, Any] = loaded["dates"]
        return counts

    def raised(self) -> dict[str, tuple[str, str]]:
        """What came by the door since it was asked last: customer and day by event id."""
        found = [json.loads(each["Message"]) for each in self.aws.by_door()]
        return {each["event_id"]: (each["customer_id"], each["properties"]["date"]) for each in found}


@pytest.fixture
def nights(tmp_path: Path) -> Iterator[Nights]:
    with world() as aws:
        yield Nights(aws, tmp_path)


def test_whose_birthday_comes_in_the_next_two_days_is_told_by_the_door(nights: Nights) -> None:
    counts = nights.night()

    assert sorted(nights.raised().values()) == [("ada", "2026-11-22"), ("bob", "2026-11-23")]
    assert counts == {
        "run": "2026-11-21 birthday",
        "chunks": 2,
        "raised": 2,
        "calls": counts["calls"],
        "no_date": 1,
        "incomplete": 0,
        "finished": True,
        "usd": pytest.approx(0.000002, abs=1e-6),
    }


def test_the_event_is_one_that_the_actor_understands(nights: Nights) -> None:
    nights.night()

    events = {each.customer_id: each for each in (parse(json.dumps(each), NIGHT) for each in nights.aws.by_door())}
    assert events["ada"].body == DateReached("birthday", date(2026, 11, 22))
    assert events["ada"].occurred_at == NIGHT


def test_raised_again_the_night_after_it_is_the_same_event(nights: Nights) -> None:
    nights.night()
    first = nights.raised()

    nights.aws.now += DAY
    nights.night()

    second = nights.raised()
    assert sorted(second.values()) == [("bob", "2026-11-23"), ("cy", "2026-11-24")]
    assert {each for each in first if first[each][0] == "bob"} <= second.keys()


def test_a_night_that_is_missed_is_made_good_by_the_next(nights: Nights) -> None:
    nights.aws.now = NIGHT - DAY
    nights.night()
    before = nights.raised()

    nights.aws.now = NIGHT + DAY
    nights.night()

    told = {customer for customer, _ in [*before.values(), *nights.raised().values()]}
    assert told == {"ada", "bob", "cy"}


def test_a_day_without_a_new_snapshot_raises_from_the_one_that_is_loaded_and_once(nights: Nights) -> None:
    nights.night()
    nights.raised()
    nights.aws.now += DAY

    [first], told = nights.aws.load(DUE), nights.raised()
    [again] = nights.aws.load(DUE)

    assert sorted(told.values()) == [("bob", "2026-11-23"), ("cy", "2026-11-24")]
    assert again == first
    assert nights.raised() == {}


def test_a_load_that_is_asked_for_again_raises_nothing_again_on_that_day(nights: Nights) -> None:
    nights.night()
    nights.raised()

    nights.night()

    assert nights.raised() == {}


def test_an_older_snapshot_that_is_loaded_late_does_not_raise_what_it_says(nights: Nights) -> None:
    old = nights.build()
    nights.identify("ada", "1990-06-06", NIGHT)
    nights.aws.now += HOUR * 4
    nights.night()
    nights.raised()

    nights.aws.load({"bucket": BUCKET, "key": f"{folder_of(old)}/{MANIFEST}"})

    assert nights.raised() == {}


def test_before_the_first_snapshot_nothing_is_raised(nights: Nights) -> None:
    [answer] = nights.aws.load(DUE)

    assert (answer["dates"]["raised"], nights.raised(), nights.aws.items()) == (0, {}, {})


def test_a_trigger_that_is_published_later_in_the_day_is_served_the_same_day(nights: Nights) -> None:
    quiet = replace_campaigns(nights.playbook, ())
    nights.aws.publish(quiet)
    nights.night()
    assert nights.raised() == {}

    nights.aws.publish(nights.playbook)
    nights.aws.load(DUE)

    assert len(nights.raised()) == 2


def replace_campaigns(published: Playbook, campaigns: tuple[Any, ...]) -> Playbook:
    return published.model_copy(update={"campaigns": campaigns})


def test_a_snapshot_that_is_loaded_and_gone_is_an_error_that_says_so(nights: Nights) -> None:
    as_of = nights.build()
    nights.night()
    nights.aws.s3.delete_object(Bucket=BUCKET, Key=f"{folder_of(as_of)}/{MANIFEST}")
    nights.aws.now += DAY

    with pytest.raises(BadHistory, match="there is no snapshot of 2026-11-21T02:15:00Z any more"):
        nights.aws.load(DUE)


@dataclass
class Raising:
    """A raiser with its clients."""

    nights: Nights
    calendar: Calendar | None

    def __post_init__(self) -> None:
        self.s3, self.sns = boto3.client("s3"), boto3.client("sns")
        self.dynamodb = boto3.client("dynamodb", config=CONFIG)
        self.killer = Killer([self.s3, self.sns, self.dynamodb])

    def __call__(self) -> Dated:
        raiser = Raiser(
            snapshots=ProfileFiles(self.s3, BUCKET),
            table=ProfileTable(self.dynamodb, TABLE),
            door=DatesTopic(self.sns, self.nights.aws.topic),
            calendar=lambda: self.calendar,
            clock=lambda: self.nights.aws.now,
        )
        return raiser.raise_dates(self.nights.folder)


def test_the_birthday_of_who_was_erased_since_is_not_raised(nights: Nights) -> None:
    """The table's own answer: the function reads the tombstones at the start of its run."""
    nights.build()
    TombstoneTable(nights.aws.dynamodb, TOMBSTONES).put("ada", NIGHT)

    nights.aws.load({"bucket": BUCKET, "key": f"{folder_of(NIGHT - 2 * HOUR)}/{MANIFEST}"})

    assert sorted(nights.raised().values()) == [("bob", "2026-11-23")]
    assert set(nights.aws.profiles()) == set(BIRTHDAYS) - {"ada"}


@pytest.mark.parametrize("live", ["no playbook", "no date trigger"])
def test_where_no_trigger_names_a_date_nothing_is_read(live: str, nights: Nights) -> None:
    nights.night()
    calendar = None if live == "no playbook" else Calendar(playbook(rules=(BIRTHDAY,)))
    raising = Raising(nights, calendar)

    assert raising() == Dated()
    assert raising.killer.calls == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_call_and_run_again_all_are_raised_with_the_same_ids(when: When, nights: Nights) -> None:
    nights.night()
    expected = nights.raised()
    raising = Raising(nights, Calendar(nights.playbook))
    fresh = Checkpoint(NIGHT - 2 * HOUR, None, None, finished=True)
    table = ProfileTable(nights.aws.dynamodb, TABLE)
    table.save(fresh)
    raising()
    calls, unharmed = len(raising.killer.calls), nights.raised()
    assert unharmed == expected
    assert calls > 5

    for at in range(calls):
        table.save(fresh)
        raising.killer.arm(at, when)
        with suppress(Killed):
            raising()
        raising.killer.disarm()
        assert raising().finished, at
        assert nights.raised() == expected, at


def test_cut_off_it_goes_on_at_the_next_chunk_and_on_another_day_begins_anew(nights: Nights) -> None:
    nights.night()
    every = nights.raised()
    raising, table = Raising(nights, Calendar(nights.playbook)), ProfileTable(nights.aws.dynamodb, TABLE)
    at = table.checkpoint(NIGHT - 2 * HOUR)
    assert at

    table.save(replace(at, dated=Dated("2026-11-21 birthday", chunks=2, raised=2)))
    assert raising() == Dated("2026-11-21 birthday", chunks=2, raised=2, finished=True)
    assert nights.raised() == {}

    table.save(replace(at, dated=Dated("2026-11-20 birthday", chunks=2, raised=2)))
    raising()
    assert nights.raised() == every


def test_a_checkpoint_of_a_release_that_raised_no_dates_is_read(nights: Nights) -> None:
    table = ProfileTable(nights.aws.dynamodb, TABLE)
    table.save(Checkpoint(NIGHT, None, None, put=2, finished=True))
    stored = nights.aws.items()["load#2026-11-21T04:15:00Z"]
    document = {name: part for name, part in json.loads(stored["data"]["S"]).items() if name != "dated"}
    nights.aws.dynamodb.put_item(TableName=TABLE, Item={**stored, "data": {"S": json.dumps(document)}})

    assert table.checkpoint(NIGHT) == Checkpoint(NIGHT, None, None, put=2, finished=True)


def test_dates_travel_ten_a_call(nights: Nights) -> None:
    reached = [Reached(f"c{number}", "birthday", date(2026, 11, 22)) for number in range(21)]

    calls = DatesTopic(boto3.client("sns"), nights.aws.topic).reached(reached, at=NIGHT)

    assert (calls, len(nights.raised())) == (3, 21)


def test_dates_travel_in_their_customers_groups() -> None:
    entries: list[dict[str, Any]] = []

    class Topic:
        def publish_batch(self, *, TopicArn: str, PublishBatchRequestEntries: list[dict[str, Any]]) -> dict[str, Any]:
            entries.extend(PublishBatchRequestEntries)
            return {}

    ada, bob = (Reached(name, "birthday", date(2026, 11, 22)) for name in ("ada", "bob"))
    DatesTopic(cast("Any", Topic()), "topic").reached([ada, bob, ada], at=NIGHT)

    groups = [entry["MessageGroupId"] for entry in entries]
    assert groups == [group_of("ada"), group_of("bob"), group_of("ada")]


def test_dates_that_cannot_be_published_are_a_passing_fault(nights: Nights) -> None:
    sns = boto3.client("sns")
    with Stubber(sns) as stub:
        failed = [{"Id": "0", "SenderFault": False, "Code": "InternalError"}]
        stub.add_response("publish_batch", {"Successful": [], "Failed": failed})

        with pytest.raises(Unavailable):
            DatesTopic(sns, nights.aws.topic).reached([Reached("ada", "birthday", date(2026, 11, 22))], at=NIGHT)
