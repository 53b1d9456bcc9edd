"""Each port and its memory twin keep the same promises."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import boto3
import pytest

from tandem.adapters.consent_table import ConsentTable
from tandem.adapters.content_files import ContentFiles
from tandem.adapters.customer_reader import CustomerReader
from tandem.adapters.ledger_table import LedgerTable
from tandem.adapters.live_item import Stoppable, stop_name, stop_names
from tandem.adapters.memory_live import MemoryLive
from tandem.adapters.memory_sending import MemoryConsents, MemoryContents, MemoryCustomers, MemoryLedger
from tandem.adapters.playbook_table import LiveTable
from tandem.customer import SetConsent
from tandem.errors import Conflict, Unavailable
from tandem.events.identity import EVERYTHING
from tandem.playbook import NONE, Live, Stops
from tandem.sending import Contents, Customers, Found, Ledger, Look, Reason, Refused, Sent, Shadowed, Status
from tests.aws.one_session import quick_aws
from tests.aws.send_world import ENVIRONMENT, World
from tests.unit.sending.builders import NOW, a_content, a_customer, a_send, a_text, a_word

LATER = NOW + timedelta(seconds=1)


class Consents(Protocol):
    def set_consent(self, effect: SetConsent) -> None: ...


class Operators(Protocol):
    def live(self) -> Live: ...
    def latest(self) -> int: ...
    def put_live(self, number: int, *, at: datetime | None, expected: Live) -> Live: ...
    def stop(self, kind: Stoppable, name: str = "") -> bool: ...
    def resume(self, kind: Stoppable, name: str = "") -> bool: ...


class Clock:
    """What the operators' machines say."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Side:
    """One implementation of every port."""

    consents: Consents
    ledger: Ledger
    contents: Contents
    customers: Customers
    live: Operators


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "aws"])
def side(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[Side]:
    if request.param == "memory":
        consents = MemoryConsents()
        customers = MemoryCustomers({"c-1": a_customer(a_send())})
        yield Side(consents, MemoryLedger(consents), MemoryContents({7: a_content()}), customers, MemoryLive(clock))
        return
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with quick_aws():
        world = World.make()
        world.save(a_customer(a_send()))
        dynamodb: Any = world.dynamodb
        yield Side(
            ConsentTable(dynamodb, "consents"),
            LedgerTable(dynamodb, "ledger", "consents"),
            ContentFiles(boto3.client("s3"), "tandem"),
            CustomerReader(dynamodb, "customers", "playbooks", pause=lambda _: None),
            LiveTable(dynamodb, "playbooks", clock),
        )


def test_a_row_is_reserved_once(side: Side) -> None:
    side.consents.set_consent(a_word(a_send()))

    assert side.ledger.reserve(a_send(), NOW) is None
    assert side.ledger.reserve(a_send(), LATER) == Found(Status.RESERVED, NOW)


def test_nothing_is_reserved_for_an_address_that_never_said_yes(side: Side) -> None:
    assert side.ledger.reserve(a_send(), NOW) == Refused(Reason.OPTED_OUT)
    assert side.ledger.refuse(a_send(), Refused(Reason.OPTED_OUT), NOW) is None


def test_nothing_is_reserved_after_an_opt_out_was_stored(side: Side) -> None:
    side.consents.set_consent(a_word(a_send()))
    side.consents.set_consent(a_word(a_send(), granted=False, said_at=NOW))

    assert side.ledger.reserve(a_send(), NOW) == Refused(Reason.OPTED_OUT)


def test_nothing_is_reserved_for_an_address_that_is_suppressed_and_all_for_another(side: Side) -> None:
    other = a_send(id="0f" * 16, address="bo@example.com")
    for send in (a_send(), other):
        side.consents.set_consent(a_word(send))
    side.ledger.suppress(a_send(), NOW)
    side.ledger.suppress(a_send(), NOW)

    assert side.ledger.reserve(a_send(), NOW) == Refused(Reason.SUPPRESSED)
    assert side.ledger.reserve(other, NOW) is None


def test_a_later_word_of_the_person_outlives_a_suppression(side: Side) -> None:
    side.consents.set_consent(a_word(a_send()))
    side.consents.set_consent(a_word(a_send(purpose=EVERYTHING), said_at=LATER))
    side.ledger.suppress(a_send(), NOW)

    assert side.ledger.reserve(a_send(), LATER) is None


def test_a_yes_to_one_purpose_is_none_to_another(side: Side) -> None:
    side.consents.set_consent(a_word(a_send()))

    assert side.ledger.reserve(a_send(purpose="news"), NOW) == Refused(Reason.OPTED_OUT)


def test_a_no_to_everything_stands_against_the_yes_to_a_purpose(side: Side) -> None:
    side.consents.set_consent(a_word(a_send(purpose="news")))
    side.consents.set_consent(a_word(a_send(purpose=EVERYTHING), granted=False))

    assert side.ledger.reserve(a_send(purpose="news"), NOW) == Refused(Reason.SUPPRESSED)


def test_a_yes_to_everything_lifts_the_no_and_grants_nothing_by_itself(side: Side) -> None:
    everything = a_send(purpose=EVERYTHING)
    side.consents.set_consent(a_word(everything, granted=False))
    side.consents.set_consent(a_word(everything, said_at=NOW))

    assert side.ledger.reserve(a_send(), NOW) == Refused(Reason.OPTED_OUT)
    side.consents.set_consent(a_word(a_send()))
    assert side.ledger.reserve(a_send(), NOW) is None


def test_a_no_to_everything_is_of_its_address_and_channel_alone(side: Side) -> None:
    side.consents.set_consent(a_word(a_text(purpose=EVERYTHING), granted=False))
    side.consents.set_consent(a_word(a_send(purpose=EVERYTHING, address="bo@example.com"), granted=False))
    side.consents.set_consent(a_word(a_send()))

    assert side.ledger.reserve(a_send(), NOW) is None


def test_a_send_for_everything_needs_the_yes_to_everything(side: Side) -> None:
    send = a_send(purpose=EVERYTHING)

    assert side.ledger.reserve(send, NOW) == Refused(Reason.OPTED_OUT)
    side.consents.set_consent(a_word(send))
    assert side.ledger.reserve(send, NOW) is None


def test_a_row_that_exists_says_more_than_a_consent_that_does_not(side: Side) -> None:
    side.consents.set_consent(a_word(a_send()))
    side.ledger.reserve(a_send(), NOW)
    side.consents.set_consent(a_word(a_send(), granted=False, said_at=NOW))

    assert side.ledger.reserve(a_send(), LATER) == Found(Status.RESERVED, NOW)


def test_of_two_words_the_later_one_stands_in_either_order(side: Side) -> None:
    for granted, said_at in ((False, LATER), (True, NOW)):
        side.consents.set_consent(a_word(a_send(), granted=granted, said_at=said_at))

    assert side.ledger.reserve(a_send(), NOW) == Refused(Reason.OPTED_OUT)


def test_words_a_microsecond_apart_are_told_apart(side: Side) -> None:
    side.consents.set_consent(a_word(a_send(), said_at=NOW))
    side.consents.set_consent(a_word(a_send(), granted=False, said_at=NOW + timedelta(microseconds=1)))

    assert side.ledger.reserve(a_send(), NOW) == Refused(Reason.OPTED_OUT)


def test_a_consent_counts_in_every_way_of_writing_the_address(side: Side) -> None:
    side.consents.set_consent(a_word(a_send(address=" ANA@Example.com")))

    assert side.ledger.reserve(a_send(), NOW) is None


@pytest.mark.parametrize(
    ("result", "status"),
    [
        (Sent("id-1", 2), Status.SENT),
        (Sent("id-1"), Status.SENT),
        (Shadowed(), Status.SHADOW),
        (Shadowed(3), Status.SHADOW),
        (Refused(Reason.EXPIRED), Status.REFUSED),
        (Refused(Reason.WITHDRAWN, "ordered"), Status.REFUSED),
    ],
)
def test_a_reserved_row_is_finished_once(side: Side, result: Any, status: Status) -> None:
    side.consents.set_consent(a_word(a_send()))
    side.ledger.reserve(a_send(), NOW)

    side.ledger.finish(a_send(), result, LATER)
    side.ledger.finish(a_send(), Refused(Reason.EXPIRED), NOW + timedelta(hours=1))

    assert side.ledger.reserve(a_send(), LATER) == Found(status, LATER, result)


def test_a_refusal_makes_a_row_once(side: Side) -> None:
    refused = Refused(Reason.NOT_ALLOWED, "why")

    assert side.ledger.refuse(a_send(), refused, NOW) is None
    assert side.ledger.refuse(a_send(), Refused(Reason.EXPIRED), LATER) == Found(Status.REFUSED, NOW, refused)


def test_a_reservation_is_taken_back_by_the_moment_it_was_made(side: Side) -> None:
    side.consents.set_consent(a_word(a_send()))
    side.ledger.reserve(a_send(), NOW)

    side.ledger.release(a_send(), LATER)
    assert side.ledger.reserve(a_send(), LATER) == Found(Status.RESERVED, NOW)

    side.ledger.release(a_send(), NOW)
    assert side.ledger.reserve(a_send(), LATER) is None


def test_a_row_that_is_finished_is_not_taken_back(side: Side) -> None:
    side.consents.set_consent(a_word(a_send()))
    side.ledger.reserve(a_send(), NOW)
    side.ledger.finish(a_send(), Sent("id-1"), NOW)

    side.ledger.release(a_send(), NOW)

    assert side.ledger.reserve(a_send(), LATER) == Found(Status.SENT, NOW, Sent("id-1"))


def test_a_customer_is_read_as_it_was_saved(side: Side) -> None:
    assert side.customers.look("c-1") == Look(a_customer(a_send()), NONE)
    assert side.customers.look("nobody") == Look(None, NONE)


def test_content_is_read_as_it_was_published(side: Side) -> None:
    assert side.contents.get(7) == a_content()


def test_content_that_is_not_there_is_a_passing_fault(side: Side) -> None:
    with pytest.raises(Unavailable):
        side.contents.get(8)


IN_A_WEEK = NOW + timedelta(days=7)
EVERY_KIND = [(kind, "" if kind is Stoppable.EVERYTHING else "summer") for kind in Stoppable]


def test_nothing_is_live_before_anything_is_published(side: Side) -> None:
    assert side.live.live() == Live()
    assert side.live.latest() == 0


def test_what_is_published_holds_at_once(side: Side) -> None:
    side.live.put_live(1, at=None, expected=Live())

    assert side.live.live() == Live(1)
    assert side.live.latest() == 1


def test_what_is_published_for_a_moment_to_come_holds_from_then_on(side: Side, clock: Clock) -> None:
    first = side.live.put_live(1, at=None, expected=Live())
    side.live.put_live(2, at=IN_A_WEEK, expected=first)

    assert side.live.live() == Live(1, 2, IN_A_WEEK)
    assert side.live.latest() == 1
    clock.now = IN_A_WEEK
    assert side.live.latest() == 2


def test_what_was_to_come_and_has_come_is_not_lost_by_what_is_published_next(side: Side, clock: Clock) -> None:
    held = side.live.put_live(1, at=None, expected=Live())
    held = side.live.put_live(2, at=IN_A_WEEK, expected=held)
    clock.now = IN_A_WEEK + timedelta(days=1)

    side.live.put_live(3, at=IN_A_WEEK + timedelta(days=7), expected=held)

    assert side.live.live() == Live(2, 3, IN_A_WEEK + timedelta(days=7))


@pytest.mark.parametrize("at", [None, NOW, NOW + timedelta(days=1)])
def test_what_is_still_to_come_gives_way_to_what_is_published_next(side: Side, at: datetime | None) -> None:
    held = side.live.put_live(1, at=None, expected=Live())
    held = side.live.put_live(2, at=IN_A_WEEK, expected=held)

    side.live.put_live(3, at=at, expected=held)

    assert side.live.live() == (Live(1, 3, at) if at and at > NOW else Live(3))


def test_of_two_who_publish_at_once_one_is_told(side: Side) -> None:
    held = side.live.put_live(1, at=None, expected=Live())
    side.live.put_live(2, at=IN_A_WEEK, expected=held)

    with pytest.raises(Conflict):
        side.live.put_live(3, at=None, expected=held)
    with pytest.raises(Conflict):
        side.live.put_live(3, at=None, expected=Live())

    assert side.live.live() == Live(1, 2, IN_A_WEEK)


@pytest.mark.parametrize(("kind", "name"), EVERY_KIND)
def test_what_is_stopped_is_seen_by_the_next_look_until_it_goes_on(side: Side, kind: Stoppable, name: str) -> None:
    assert side.live.stop(kind, name)
    assert not side.live.stop(kind, name)
    assert stop_names(side.live.live().stops) == {stop_name(kind, name)}

    assert side.live.resume(kind, name)
    assert not side.live.resume(kind, name)
    assert side.live.live().stops == NONE


def test_stops_of_several_operators_stand_beside_each_other_and_publishing_keeps_them(side: Side) -> None:
    for kind, name in EVERY_KIND:
        side.live.stop(kind, name)
    side.live.stop(Stoppable.CAMPAIGN, "winter, with a long name")
    side.live.resume(Stoppable.CHANNEL, "summer")

    side.live.put_live(1, at=None, expected=Live())

    summer = frozenset({"summer"})
    both = summer | {"winter, with a long name"}
    assert side.live.live() == Live(1, stops=Stops(True, frozenset(), both, summer, summer, {"summer": ""}))


def test_a_playbook_published_before_a_stop_was_seen_is_published_all_the_same(side: Side) -> None:
    held = side.live.live()
    side.live.stop(Stoppable.EVERYTHING)

    side.live.put_live(1, at=None, expected=held)

    assert side.live.live() == Live(1, stops=Stops(everything=True))


@pytest.mark.parametrize(("kind", "name"), [(Stoppable.EVERYTHING, "summer"), (Stoppable.CAMPAIGN, "")])
def test_a_stop_names_what_it_stops(side: Side, kind: Stoppable, name: str) -> None:
    with pytest.raises(ValueError, match=kind.value):
        side.live.stop(kind, name)
