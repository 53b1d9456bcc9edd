"""Consents: the person's word reaches every address it was said of, in whatever order word and address arrive."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tandem.actor import step
from tandem.customer import DENIED, Channel, Customer, SetConsent
from tandem.events import Event
from tests.builders import DAY, MINUTE, NOON, event, identified, playbook

ADA = Customer("ada")
OLD, NEW = "ada@example.com", "new@example.com"


def said(event_id: str, at: datetime, **words: Any) -> Event:
    """A customer_identified with these words alone."""
    return event("customer_identified", event_id, at, **words)


def hear(customer: Customer, *events: Event) -> tuple[Customer, list[SetConsent]]:
    made = step(customer, None, None, events, playbook(), now=max(each.received_at for each in events))
    return made.customer, [each for each in made.effects if isinstance(each, SetConsent)]


def told(consents: Sequence[SetConsent]) -> list[tuple[str, bool, bool]]:
    """Each address, whether it may be written to, and whether that was said of this address."""
    return [(each.address, each.granted, each.explicit) for each in consents]


def test_a_word_said_before_the_address_was_known_is_written_when_the_address_comes() -> None:
    customer, nothing = hear(ADA, said("i1", NOON, consents={"email": True}))

    _, written = hear(customer, said("i2", NOON + DAY, email=OLD))

    assert nothing == []
    assert told(written) == [(OLD, True, False)]
    assert written[0].channel is Channel.EMAIL
    assert written[0].said_at == datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_an_opt_out_in_one_batch_with_a_new_address_is_told_to_the_old_and_the_new_one() -> None:
    customer, _ = hear(ADA, identified("i1", NOON - DAY))
    moved, no = said("i2", NOON, email=NEW), said("i3", NOON + MINUTE, consents={"email": False})
    both = said("i4", NOON + MINUTE, email=NEW, consents={"email": False})

    for batch in ([moved, no], [no, moved], [both]):
        _, written = hear(customer, *batch)
        assert told(written) == [(OLD, False, True), (NEW, False, True)]


def test_a_word_on_one_channel_is_written_for_that_channel_alone() -> None:
    customer, _ = hear(ADA, identified("i1", NOON - DAY, phone="+15550100", consents={"email": True, "sms": True}))

    _, written = hear(customer, said("i2", NOON, consents={"sms": False}))

    assert [(each.channel, each.address, each.granted) for each in written] == [(Channel.SMS, "+15550100", False)]


def test_a_word_that_was_heard_before_is_not_written_again() -> None:
    customer, written = hear(ADA, identified("i1", NOON - DAY))

    _, again = hear(customer, identified("i1", NOON - DAY), said("i2", NOON, first_name="Ada"))

    assert told(written) == [(OLD, True, True)]
    assert again == []


def test_a_yes_from_before_a_no_is_neither_heard_nor_written() -> None:
    customer, _ = hear(ADA, identified("no", NOON, consents={"email": False}))

    after, written = hear(customer, event("customer_identified", "yes", NOON - MINUTE, consents={"email": True}))

    assert after.word(Channel.EMAIL) == DENIED
    assert written == []


def test_an_opt_in_in_one_batch_with_a_new_address_says_nothing_of_the_old_one() -> None:
    customer, _ = hear(ADA, identified("i1", NOON - DAY, consents={"email": False}))

    _, written = hear(customer, said("i2", NOON, email=NEW, consents={"email": True}))

    assert told(written) == [(NEW, True, True)]
