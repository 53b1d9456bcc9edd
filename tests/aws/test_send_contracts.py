"""Each port and its memory twin keep the same promises."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

import boto3
import pytest
from moto import mock_aws

from tandem.adapters.consent_table import ConsentTable
from tandem.adapters.content_files import ContentFiles
from tandem.adapters.customer_reader import CustomerReader
from tandem.adapters.ledger_table import LedgerTable
from tandem.adapters.memory_sending import MemoryConsents, MemoryContents, MemoryCustomers, MemoryLedger
from tandem.customer import Customer, SetConsent
from tandem.errors import Unavailable
from tandem.sending import Contents, Customers, Ledger, Reason, Refused, Sent, Shadowed, Status
from tests.aws.send_world import ENVIRONMENT, World
from tests.unit.sending.builders import NOW, a_content, a_customer, a_send, a_word

LATER = NOW + timedelta(seconds=1)


class Consents(Protocol):
    def set_consent(self, effect: SetConsent) -> None: ...


@dataclass
class Side:
    """One implementation of every port."""

    consents: Consents
    ledger: Ledger
    contents: Contents
    customers: Customers


@pytest.fixture(params=["memory", "aws"])
def side(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Side]:
    if request.param == "memory":
        consents = MemoryConsents()
        customers = MemoryCustomers({"c-1": a_customer(a_send())})
        yield Side(consents, MemoryLedger(consents), MemoryContents({7: a_content()}), customers)
        return
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        world = World.make()
        world.save(a_customer(a_send()))
        dynamodb: Any = world.dynamodb
        yield Side(
            ConsentTable(dynamodb, "consents"),
            LedgerTable(dynamodb, "ledger", "consents"),
            ContentFiles(boto3.client("s3"), "tandem"),
            CustomerReader(dynamodb, "customers"),
        )


def test_a_row_is_reserved_once(side: Side) -> None:
    side.consents.set_consent(a_word(a_send()))

    assert side.ledger.reserve(a_send(), NOW) is None
    assert side.ledger.reserve(a_send(), LATER) is Status.RESERVED


def test_nothing_is_reserved_for_an_address_that_never_said_yes(side: Side) -> None:
    assert side.ledger.reserve(a_send(), NOW) == Refused(Reason.OPTED_OUT)
    assert side.ledger.refuse(a_send(), Refused(Reason.OPTED_OUT), NOW) is None


def test_nothing_is_reserved_after_an_opt_out_was_stored(side: Side) -> None:
    side.consents.set_consent(a_word(a_send()))
    side.consents.set_consent(a_word(a_send(), granted=False, said_at=NOW))

    assert side.ledger.reserve(a_send(), NOW) == Refused(Reason.OPTED_OUT)


def test_a_row_that_exists_says_more_than_a_consent_that_does_not(side: Side) -> None:
    side.consents.set_consent(a_word(a_send()))
    side.ledger.reserve(a_send(), NOW)
    side.consents.set_consent(a_word(a_send(), granted=False, said_at=NOW))

    assert side.ledger.reserve(a_send(), LATER) is Status.RESERVED


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
        (Shadowed(), Status.SHADOW),
        (Refused(Reason.WITHDRAWN, "ordered"), Status.REFUSED),
    ],
)
def test_a_reserved_row_is_finished_once(side: Side, result: Any, status: Status) -> None:
    side.consents.set_consent(a_word(a_send()))
    side.ledger.reserve(a_send(), NOW)

    side.ledger.finish(a_send(), result, NOW)
    side.ledger.finish(a_send(), Refused(Reason.EXPIRED), LATER)

    assert side.ledger.reserve(a_send(), LATER) is status


def test_a_refusal_makes_a_row_once(side: Side) -> None:
    assert side.ledger.refuse(a_send(), Refused(Reason.EXPIRED), NOW) is None
    assert side.ledger.refuse(a_send(), Refused(Reason.EXPIRED), LATER) is Status.REFUSED


def test_a_reservation_is_taken_back_by_the_moment_it_was_made(side: Side) -> None:
    side.consents.set_consent(a_word(a_send()))
    side.ledger.reserve(a_send(), NOW)

    side.ledger.release(a_send(), LATER)
    assert side.ledger.reserve(a_send(), LATER) is Status.RESERVED

    side.ledger.release(a_send(), NOW)
    assert side.ledger.reserve(a_send(), LATER) is None


def test_a_row_that_is_finished_is_not_taken_back(side: Side) -> None:
    side.consents.set_consent(a_word(a_send()))
    side.ledger.reserve(a_send(), NOW)
    side.ledger.finish(a_send(), Sent("id-1"), NOW)

    side.ledger.release(a_send(), NOW)

    assert side.ledger.reserve(a_send(), LATER) is Status.SENT


def test_a_customer_is_read_as_it_was_saved(side: Side) -> None:
    found = side.customers.get("c-1")

    assert found == a_customer(a_send())
    assert side.customers.get("nobody") is None
    assert isinstance(found, Customer)


def test_content_is_read_as_it_was_published(side: Side) -> None:
    assert side.contents.get(7) == a_content()


def test_content_that_is_not_there_is_a_passing_fault(side: Side) -> None:
    with pytest.raises(Unavailable):
        side.contents.get(8)
