"""A word of an address that only its hash is known of: the table and its memory twin keep the same promises."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, Protocol

import boto3
import pytest

from tandem.adapters.consent_table import ConsentTable
from tandem.adapters.memory_sending import MemoryConsents
from tandem.customer import SetConsent
from tandem.customer.consent import Word, address_hash, consent_key, consent_key_of
from tests.aws.one_session import quick_aws
from tests.aws.send_world import ENVIRONMENT, World
from tests.unit.sending.builders import NOW, a_send, a_word

SEND = a_send()
HASHED = address_hash(SEND.channel, SEND.address)
NO = Word(SEND.channel, HASHED, "marketing", granted=False, said_at=NOW)
YES = replace(NO, granted=True)
KEY = consent_key_of(HASHED)
SOON = timedelta(seconds=1)


class Consents(Protocol):
    def set_consent(self, effect: SetConsent) -> None: ...
    def say(self, word: Word) -> None: ...
    def held(self, keys: list[str]) -> dict[str, bool]: ...


@pytest.fixture(params=["memory", "aws"])
def consents(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Consents]:
    if request.param == "memory":
        yield MemoryConsents()
        return
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with quick_aws():
        World.make()
        dynamodb: Any = boto3.client("dynamodb")
        yield ConsentTable(dynamodb, "consents")


def test_a_word_by_hand_is_found_where_the_reservation_looks(consents: Consents) -> None:
    consents.say(replace(NO, purpose="all"))
    consents.say(YES)

    keys = [consent_key(SEND.channel, SEND.address, purpose) for purpose in ("marketing", "all", "news")]
    assert consents.held(keys) == {keys[0]: True, keys[1]: False}


def test_a_no_by_hand_takes_the_place_of_an_earlier_yes(consents: Consents) -> None:
    consents.set_consent(a_word(SEND))

    consents.say(NO)

    assert consents.held([KEY]) == {KEY: False}


@pytest.mark.parametrize("ahead", [timedelta(0), SOON])
def test_a_no_by_hand_stands_over_a_yes_of_the_same_moment_or_by_a_clock_that_runs_ahead(
    consents: Consents, ahead: timedelta
) -> None:
    consents.set_consent(a_word(SEND, said_at=NOW + ahead))

    consents.say(NO)
    consents.set_consent(a_word(SEND, said_at=NOW + ahead))  # the yes comes once more

    assert consents.held([KEY]) == {KEY: False}


def test_a_yes_by_hand_lifts_an_earlier_no_and_no_later_one(consents: Consents) -> None:
    consents.say(NO)
    consents.say(replace(YES, said_at=NOW - SOON))
    assert consents.held([KEY]) == {KEY: False}

    consents.say(replace(YES, said_at=NOW + SOON))
    assert consents.held([KEY]) == {KEY: True}


def test_the_same_word_twice_is_one(consents: Consents) -> None:
    for word in (NO, NO, replace(YES, said_at=NOW + SOON), replace(YES, said_at=NOW + SOON)):
        consents.say(word)

    assert consents.held([KEY]) == {KEY: True}
