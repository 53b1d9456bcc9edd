"""Designs with one protection switched off each, by what is handed to the world: the simulator finds every one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from tandem.adapters.memory_sending import MemoryLedger, Row
from tandem.attributes import Live
from tandem.customer import Channel, Customer, Delivery, Send
from tandem.hearing import Row as HeardRow
from tandem.playbook import NONE
from tandem.sending.outcome import Found, Refused, Status
from tandem.sending.ports import Abilities, Look
from tandem.sending.settle import ABILITIES
from tandem.sending.settling import Open
from tests.simulator.design import Design


class SendingClientRetries(Design):
    """The client that sends tries again by itself where no answer comes."""

    tells = "left twice"
    sends_again = True


class AnyNumberOfRows(Design):
    """A row is reserved whether there is one or not."""

    tells = "left"

    def reserve(self, ledger: MemoryLedger, send: Send, at: datetime) -> Found | Refused | None:
        refused = ledger.consents.refused(send)
        if refused is None:
            ledger.rows[send.id] = Row(send, Status.RESERVED, at)
        return refused


class ReservesWithoutAsking(Design):
    """The reservation does not look at the address's word."""

    tells = "against the stored word"

    def reserve(self, ledger: MemoryLedger, send: Send, at: datetime) -> Found | Refused | None:
        held = ledger.rows.get(send.id)
        if held and held.status is not Status.AGAIN:
            return held.found()
        ledger.rows[send.id] = Row(send, Status.RESERVED, at, attempts=held.attempts + 1 if held else 1)
        return None


class NothingTakenBack(Design):
    """What the provider has certainly not taken stays reserved."""

    tells = "unknown for no reason"

    def release(self, ledger: MemoryLedger, send: Send, reserved_at: datetime) -> None:
        pass


class NoSecondLook(Design):
    """Just before a message leaves nobody looks whether it still stands."""

    tells = "left though"

    def look(self, look: Look) -> Look:
        if look.customer is None:
            return look
        sends = tuple(replace(each, withdrawn="") for each in look.customer.sends)
        return Look(replace(look.customer, sends=sends), NONE)


class NothingSettled(Design):
    """Nobody looks after what nobody knows."""

    tells = "stays"
    settles = False


class NothingAgain(Design):
    """What is to be sent at least once is given up like everything else."""

    tells = "at least once, and never sent"

    def open(self, row: Open) -> Open:
        return replace(row, delivery=Delivery.AT_MOST_ONCE, send=None)


class ClaimsToKnowCopies(Design):
    """The channel of text messages says that the same one twice is one."""

    tells = "left twice"
    knows_copies: Mapping[Channel, Abilities] = {**ABILITIES, Channel.SMS: Abilities(idempotent=True)}


class LastSaveWins(Design):
    """The table does not look at versions: what another worker saved is lost."""

    tells = ""
    checks_versions = False


class NothingOwed(Design):
    """A customer is saved without the effects it owes."""

    tells = ""

    def stored(self, customer: Customer) -> Customer:
        return replace(customer, owed=())


class NothingSeen(Design):
    """A copy of an event is taken for another."""

    tells = ""

    def loaded(self, customer: Customer) -> Customer:
        return replace(customer, live=Live(), orders=(), cart_facts=(), seen={})


class ToldOnce(Design):
    """What became of a message is told once, whether it was heard or not."""

    tells = "nobody was told"

    def __init__(self) -> None:
        self.told: set[str] = set()

    def news(self, envelope: Mapping[str, Any]) -> Mapping[str, Any] | None:
        if envelope["event_id"] in self.told:
            return None
        self.told.add(envelope["event_id"])
        return envelope


class AllAcknowledged(Design):
    """A message is gone once a function has had it, whatever the function says."""

    tells = ""
    acknowledges_all = True


class NothingRedriven(Design):
    """Dead letters stay where they are."""

    tells = "without a reason"
    redrives = False


class NothingHeardBefore(Design):
    """`feedback` does not know what a row has heard before."""

    tells = "has the marks"

    def heard(self, row: HeardRow) -> HeardRow:
        return replace(row, marks={}, told={})


class SuppressedLater(Design):
    """Who complains is suppressed a while after everybody has heard of it."""

    tells = "before its address was suppressed"

    def deny_after(self) -> timedelta:
        return timedelta(hours=1)


class StrictReaders(Design):
    """What the next release writes cannot be read by this one."""

    tells = ""
    is_strict = True


SWITCHED_OFF: Final[tuple[type[Design], ...]] = (
    SendingClientRetries,
    AnyNumberOfRows,
    ReservesWithoutAsking,
    NothingTakenBack,
    NoSecondLook,
    NothingSettled,
    NothingAgain,
    ClaimsToKnowCopies,
    LastSaveWins,
    NothingOwed,
    NothingSeen,
    ToldOnce,
    AllAcknowledged,
    NothingRedriven,
    NothingHeardBefore,
    SuppressedLater,
    StrictReaders,
)
