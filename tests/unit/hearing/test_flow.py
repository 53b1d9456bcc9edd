"""An address that takes no mail, or whose person complained, is suppressed at once; soft bounces count."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from tandem.adapters.memory_hearing import MemoryAddresses
from tandem.customer import SetConsent
from tandem.errors import Unavailable
from tandem.events.identity import EVERYTHING
from tandem.hearing import MOST_SOFT, Bounces, Heard, Kind, hear
from tandem.hearing.flow import MOST_TRIES
from tandem.sending import Reason, Refused
from tests.unit.hearing.told import LEFT, heard
from tests.unit.hearing.world import World
from tests.unit.sending.builders import a_send, a_word

DAY = timedelta(days=1)
SUPPRESSED = Refused(Reason.SUPPRESSED)


def soft(day: int, kind: Kind = Kind.BOUNCED) -> Heard:
    at = LEFT + day * DAY
    return Heard(kind, "", f"m-{day}", at, at, ("ana@example.com",))


def a_yes(said_at: timedelta) -> SetConsent:
    """To everything, again."""
    return a_word(a_send(purpose=EVERYTHING), said_at=LEFT + said_at)


@pytest.mark.parametrize("name", ["bounce-permanent", "complaint"])
def test_the_address_is_suppressed_at_once(name: str) -> None:
    world = World()
    assert world.refusal() is None

    [done] = world.hears(heard(name))

    assert world.refusal() == SUPPRESSED
    assert (done.known, done.suppressed) == (True, 1)


@pytest.mark.parametrize("name", ["bounce-permanent", "complaint"])
def test_so_it_is_for_a_message_that_nobody_knows_any_more(name: str) -> None:
    world = World()

    [done] = world.hears(heard(name, mail={"tags": {"decision": ["long forgotten"]}}))

    assert world.refusal() == SUPPRESSED
    assert not done.known
    assert world.news.told == []


@pytest.mark.parametrize(
    "name", ["send", "delivery", "bounce-transient", "complaint-not-spam", "reject", "open", "click", "delivery-delay"]
)
def test_nothing_else_suppresses(name: str) -> None:
    world = World()

    world.hears(heard(name))

    assert world.refusal() is None


def test_a_later_yes_to_everything_lifts_it_and_an_earlier_one_does_not() -> None:
    world = World()
    world.hears(heard("complaint"))

    world.consents.set_consent(a_yes(timedelta()))
    assert world.refusal() == SUPPRESSED

    world.consents.set_consent(a_yes(DAY))
    world.hears(heard("complaint"))
    assert world.refusal() is None


def test_nobody_is_written_to_again_in_any_way_of_writing_the_address() -> None:
    for written in ("ana@bücher.example", "ANA@xn--bcher-kva.example"):
        world = World()
        person = a_send(address=written)
        world.consents.set_consent(a_word(person))

        world.hears(heard("complaint", complainedRecipients=[{"emailAddress": "ana@xn--bcher-kva.example"}]))

        assert world.refusal(address=written) == SUPPRESSED


def test_the_address_that_the_ledger_knows_is_suppressed_when_the_provider_names_another() -> None:
    world = World()
    elsewhere = [{"emailAddress": "elsewhere@example.net"}]

    world.hears(heard("complaint", complainedRecipients=elsewhere, mail={"destination": []}))

    assert world.refusal() == SUPPRESSED


def test_soft_bounces_in_a_row_suppress_and_a_delivery_between_does_not() -> None:
    world = World()
    world.hears(*(soft(day) for day in range(MOST_SOFT - 1)))
    assert world.refusal() is None
    world.hears(soft(MOST_SOFT - 1))
    assert world.refusal() == SUPPRESSED

    other = World()
    other.hears(*(soft(day, Kind.DELIVERED if day == 3 else Kind.BOUNCED) for day in range(MOST_SOFT + 1)))
    assert other.refusal() is None


def test_after_a_yes_again_the_next_soft_bounce_suppresses_again() -> None:
    world = World()
    world.hears(*(soft(day) for day in range(MOST_SOFT)))
    world.consents.set_consent(a_yes(10 * DAY))
    assert world.refusal() is None

    world.hears(soft(11))

    assert world.refusal() == SUPPRESSED


class DeadDoor:
    """A News that is not there for now."""

    def tell(self, envelope: Mapping[str, Any]) -> None:
        """No."""
        raise Unavailable("sns", "Publish")


def test_after_a_fault_at_the_door_the_address_is_suppressed_and_the_next_delivery_tells() -> None:
    world = World()
    with pytest.raises(Unavailable):
        hear(heard("complaint"), replace(world.ports, news=DeadDoor()))
    assert world.refusal() == SUPPRESSED

    world.hears(heard("complaint"))

    assert set(world.kinds()) == {"message_sent", "message_complained"}


@dataclass
class Crowd(MemoryAddresses):
    """Another worker counts a bounce of another message between our look and our write, so many times."""

    others: int = 0

    def keep(self, hashed: str, bounces: Bounces) -> None:
        """Too late, for a while."""
        if self.others:
            self.others -= 1
            now = self.bounces(hashed)
            super().keep(hashed, now.bounced(f"other-{self.others}", LEFT))
        super().keep(hashed, bounces)


def test_two_workers_who_count_at_once_count_both() -> None:
    world = World()
    crowd = Crowd(world.consents, others=2)

    hear(soft(1), replace(world.ports, addresses=crowd))

    [counted] = crowd.counts.values()
    assert set(counted.soft) == {"other-0", "other-1", "m-1"}


def test_who_never_gets_a_turn_comes_back() -> None:
    world = World()

    with pytest.raises(Unavailable):
        hear(soft(1), replace(world.ports, addresses=Crowd(world.consents, others=MOST_TRIES)))
