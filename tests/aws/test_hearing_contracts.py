"""The hearing ports and their memory twins keep the same promises."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from tandem.adapters.consent_table import ConsentTable
from tandem.adapters.hearing_tables import HeardAddresses, HeardRows
from tandem.adapters.ledger_table import LedgerTable
from tandem.adapters.memory_hearing import MemoryAddresses, MemoryRows
from tandem.adapters.memory_sending import MemoryConsents, MemoryLedger
from tandem.errors import Conflict
from tandem.events.identity import EVERYTHING
from tandem.hearing import MOST_SOFT, Bounces, Row, hears
from tandem.hearing.ports import Addresses, Rows
from tandem.sending import Ledger, Reason, Refused, Sent, Status
from tests.aws.one_session import quick_aws
from tests.aws.send_world import ENVIRONMENT, World
from tests.unit.hearing.told import LEFT, MESSAGE, SEND, heard
from tests.unit.hearing.world import HASH
from tests.unit.sending.builders import NOW, a_send, a_word

SUPPRESSED = Refused(Reason.SUPPRESSED)
OTHER = "6f" * 16


@dataclass
class Side:
    """One implementation of every port, the purpose's yes said."""

    consents: Any
    ledger: Ledger
    addresses: Addresses
    rows: Rows

    def next(self) -> Any:
        """What the next reservation to the address answers."""
        return self.ledger.reserve(a_send(id=OTHER), NOW)

    def row(self) -> Row:
        found = self.rows.find(SEND)
        assert found is not None
        return found

    def hears(self, name: str, **part: Any) -> None:
        before = self.row()
        self.rows.write(hears(before, heard(name, **part)).row, before)


@pytest.fixture(params=["memory", "aws"])
def side(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Side]:
    if request.param == "memory":
        consents = MemoryConsents()
        ledger = MemoryLedger(consents)
        consents.set_consent(a_word(a_send()))
        yield Side(consents, ledger, MemoryAddresses(consents), MemoryRows(ledger))
        return
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with quick_aws():
        dynamodb: Any = World.make().dynamodb
        table = ConsentTable(dynamodb, "consents")
        table.set_consent(a_word(a_send()))
        rows = HeardRows(dynamodb, "ledger")
        yield Side(table, LedgerTable(dynamodb, "ledger", "consents"), HeardAddresses(dynamodb, "consents"), rows)


def a_yes(said_at: timedelta) -> Any:
    return a_word(a_send(purpose=EVERYTHING), said_at=NOW + said_at)


def test_nothing_is_reserved_for_an_address_that_was_denied(side: Side) -> None:
    side.addresses.deny(HASH, NOW, "complained")

    assert side.next() == SUPPRESSED


@pytest.mark.parametrize("first", ["the no", "the yes"])
@pytest.mark.parametrize(("seconds", "answer"), [(-1, SUPPRESSED), (0, SUPPRESSED), (1, None)])
def test_only_a_later_yes_to_everything_lifts_it(side: Side, first: str, seconds: int, answer: Any) -> None:
    words = [
        lambda: side.addresses.deny(HASH, NOW, "complained"),
        lambda: side.consents.set_consent(a_yes(timedelta(seconds=seconds))),
    ]
    for say in words if first == "the no" else reversed(words):
        say()

    assert side.next() == answer


def test_an_unknown_address_has_no_bounces(side: Side) -> None:
    assert side.addresses.bounces(HASH) == Bounces()


def test_bounces_are_read_as_they_were_kept(side: Side) -> None:
    counted = Bounces()
    for day in range(MOST_SOFT):
        counted = counted.bounced(f"m-{day}", NOW + timedelta(days=day, milliseconds=1))
        side.addresses.keep(HASH, counted)
    assert side.addresses.bounces(HASH) == counted

    counted = counted.delivered(NOW + timedelta(days=3))
    side.addresses.keep(HASH, counted)
    assert side.addresses.bounces(HASH) == counted
    assert side.next() is None  # a count alone says nothing


def test_of_two_who_count_at_once_one_is_told(side: Side) -> None:
    side.addresses.keep(HASH, Bounces().bounced("m-1", NOW))

    with pytest.raises(Conflict):
        side.addresses.keep(HASH, Bounces().bounced("m-2", NOW))


def test_a_message_that_nobody_knows_has_no_row(side: Side) -> None:
    assert side.rows.find(SEND) is None


def test_a_row_says_whose_it_is_and_what_came_of_it(side: Side) -> None:
    side.ledger.reserve(a_send(), NOW)
    assert side.row() == Row(SEND, Status.RESERVED, "c-1", "post-purchase", "email", HASH)

    side.ledger.finish(a_send(), Sent("p-1"), LEFT)
    assert side.row() == Row(SEND, Status.SENT, "c-1", "post-purchase", "email", HASH, LEFT, "p-1")


def test_a_row_is_read_as_it_was_marked(side: Side) -> None:
    side.ledger.reserve(a_send(), NOW)
    expected = side.row()
    for name in ("delivery", "bounce-permanent", "open-privacy-proxy", "click", "complaint", "reject"):
        expected = hears(expected, heard(name)).row
        side.hears(name)

    assert side.row() == expected


@pytest.mark.parametrize("status", [Status.RESERVED, Status.UNKNOWN, Status.AGAIN, Status.REFUSED])
def test_what_the_provider_has_is_sent_for_whoever_looks(side: Side, status: Status) -> None:
    side.ledger.reserve(a_send(), NOW)
    if status is Status.UNKNOWN:
        side.ledger.doubt(a_send(), "timed out", LEFT)
    if status is Status.AGAIN:
        side.ledger.reopen(a_send(), NOW)
    if status is Status.REFUSED:
        side.ledger.finish(a_send(), Refused(Reason.EXPIRED, "late"), LEFT)

    side.hears("send")
    side.ledger.finish(a_send(), Refused(Reason.EXPIRED), NOW + timedelta(hours=1))

    found = side.ledger.reserve(a_send(), NOW)
    assert (found.status, found.at, found.result) == (Status.SENT, LEFT, Sent(MESSAGE))  # type: ignore[union-attr]


def test_a_row_that_changed_meanwhile_is_not_written(side: Side) -> None:
    side.ledger.reserve(a_send(), NOW)
    before = side.row()
    side.ledger.finish(a_send(), Sent(MESSAGE), LEFT)
    with pytest.raises(Conflict):
        side.rows.write(hears(before, heard("send")).row, before)

    before = side.row()
    side.hears("open")
    with pytest.raises(Conflict):
        side.rows.write(hears(before, heard("click")).row, before)


def test_a_row_that_is_gone_is_not_made_again(side: Side) -> None:
    side.ledger.reserve(a_send(), NOW)
    before = side.row()
    side.ledger.release(a_send(), NOW)

    with pytest.raises(Conflict):
        side.rows.write(replace(before, heard=1), before)
    assert side.rows.find(SEND) is None
