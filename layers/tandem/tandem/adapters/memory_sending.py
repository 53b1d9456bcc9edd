"""The sending ports' memory twins: for the tests, the replay of past events and the simulator."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tandem.content import Content
from tandem.customer import Channel, Customer, Send, SetConsent
from tandem.customer.consent import Word, consent_key, consent_key_of
from tandem.errors import Unavailable
from tandem.events.identity import EVERYTHING
from tandem.playbook import NONE, Stops
from tandem.sending.no_more import no_more
from tandem.sending.outcome import Found, Reason, Recorded, Refused, Status, status_of
from tandem.sending.ports import Abilities, Accepted, Answer, Envelope, Look


@dataclass(slots=True)
class MemoryConsents:
    """The consent items."""

    items: dict[str, SetConsent | Word] = field(default_factory=dict)

    def set_consent(self, effect: SetConsent) -> None:
        """Write the word, unless there is a later one; of two at one moment a no stands."""
        key = consent_key(effect.channel, effect.address, effect.purpose)
        held = self.items.get(key)
        if held is None or (effect.explicit and (held.said_at, effect.granted) < (effect.said_at, held.granted)):
            self.items[key] = effect

    def say(self, word: Word) -> None:
        """Write what a person says right now. A no stands over a yes by a clock that runs ahead."""
        key = consent_key_of(word.address_hash, word.purpose)
        held = self.items.get(key)
        if held is None or (held.said_at, word.granted) < (word.said_at, held.granted):
            self.items[key] = word
        elif held.granted and not word.granted:
            self.items[key] = replace(word, said_at=held.said_at)

    def held(self, keys: Collection[str]) -> dict[str, bool]:
        """The items with these keys that exist: whether each is a yes."""
        return {key: self.items[key].granted for key in keys if key in self.items}

    def refused(self, send: Send) -> Refused | None:
        """Why the send's address may not be written to: unknown is no, and a no to everything is one to each."""
        if not self._said(send, send.purpose, granted=True):
            return Refused(Reason.OPTED_OUT)
        return Refused(Reason.SUPPRESSED) if self._said(send, EVERYTHING, granted=False) else None

    def _said(self, send: Send, purpose: str, *, granted: bool) -> bool:
        said = self.items.get(consent_key(send.channel, send.address, purpose))
        return said is not None and said.granted is granted


@dataclass(frozen=True, slots=True)
class Row:
    """A ledger row, as far as it decides anything. `at` is when it was reserved or made, `finished_at` when its result
    came or it became unknown, `again_at` when it was queued once more, `given_up_at` when nothing more is tried."""

    send: Send
    status: Status
    at: datetime
    result: Recorded | None = None
    finished_at: datetime | None = None
    attempts: int = 1
    again_at: datetime | None = None
    given_up_at: datetime | None = None

    def found(self) -> Found:
        """The row, as who finds it is told."""
        return Found(self.status, self.finished_at or self.at, self.result)


@dataclass(slots=True)
class MemoryLedger:
    """The Ledger port."""

    consents: MemoryConsents
    rows: dict[str, Row] = field(default_factory=dict)

    def reserve(self, send: Send, at: datetime) -> Found | Refused | None:
        """Make a row `reserved`, if the consent is granted and there is none, or one that is `again`."""
        held = self.rows.get(send.id)
        if held and held.status is not Status.AGAIN:
            return held.found()
        if refused := self.consents.refused(send):
            return refused
        self.rows[send.id] = Row(send, Status.RESERVED, at, attempts=held.attempts + 1 if held else 1)
        return None

    def refuse(self, send: Send, refused: Refused, at: datetime) -> Found | None:
        """Make a row `refused`, if there is none; one that is `again` is given up."""
        held = self.rows.get(send.id)
        if held is None:
            self.rows[send.id] = Row(send, Status.REFUSED, at, refused)
            return None
        if held.status is not Status.AGAIN:
            return held.found()
        self.rows[send.id] = replace(held, status=Status.UNKNOWN, result=refused, finished_at=at, given_up_at=at)
        return Found(Status.UNKNOWN, at, refused)

    def finish(self, send: Send, result: Recorded, at: datetime) -> bool:
        """Write on a row that is reserved, or unknown by now, what came of it. False: it is given up instead."""
        row = self.rows.get(send.id)
        if row is None or row.status not in (Status.RESERVED, Status.UNKNOWN):
            return True
        if isinstance(result, Refused) and row.attempts > 1:
            self.rows[send.id] = replace(row, status=Status.UNKNOWN, result=result, finished_at=at, given_up_at=at)
            return False
        self.rows[send.id] = replace(row, status=status_of(result), result=result, finished_at=at)
        return True

    def doubt(self, send: Send, detail: str, at: datetime) -> None:
        """Write on a reserved row that nobody knows whether it left."""
        row = self.rows.get(send.id)
        if row and row.status is Status.RESERVED:
            self.rows[send.id] = replace(row, status=Status.UNKNOWN, finished_at=at)

    def release(self, send: Send, reserved_at: datetime) -> None:
        """Take back the reservation of this moment."""
        row = self.rows.get(send.id)
        if row and row.attempts == 1 and row.status is Status.RESERVED and row.at == reserved_at:
            del self.rows[send.id]
        elif row and row.status is Status.RESERVED and row.at == reserved_at:
            self.rows[send.id] = replace(row, status=Status.AGAIN, attempts=row.attempts - 1)

    def reopen(self, send: Send, reserved_at: datetime) -> None:
        """The reservation of this moment is `again`."""
        row = self.rows.get(send.id)
        if row and row.status is Status.RESERVED and row.at == reserved_at:
            self.rows[send.id] = replace(row, status=Status.AGAIN)

    def suppress(self, send: Send, at: datetime) -> None:
        """Write a no to everything."""
        self.consents.set_consent(no_more(send, at))


@dataclass(slots=True)
class MemoryPace:
    """The Pace port, told what to say: `refusals` in turn, then there is place for everybody.

    What shares places as they are shared on AWS is `SharedPace` over `MemoryBuckets`.
    """

    refusals: list[Refused | None] = field(default_factory=list)
    taken: list[Channel] = field(default_factory=list)
    told: list[Channel] = field(default_factory=list)
    expected: list[Mapping[tuple[Channel, bool], int]] = field(default_factory=list)

    def expect(self, coming: Mapping[tuple[Channel, bool], int]) -> None:
        """Keeps it."""
        self.expected.append(coming)

    def take(self, channel: Channel, *, transactional: bool) -> Refused | None:
        """The next answer."""
        refused = self.refusals.pop(0) if self.refusals else None
        if refused is None:
            self.taken.append(channel)
        return refused

    def throttled(self, channel: Channel) -> None:
        """Keeps it."""
        self.told.append(channel)


@dataclass(slots=True)
class MemoryBreakers:
    """The WatchedBreakers port. `closed` is when each was closed last."""

    opened: dict[Channel, str] = field(default_factory=dict)
    is_away: bool = False
    closed: dict[Channel, datetime] = field(default_factory=dict)

    def open(self, channel: Channel, why: str) -> None:
        """Keeps the first reason."""
        if self.is_away:
            raise Unavailable("memory", "open")
        self.opened.setdefault(channel, why)

    def close(self, channel: Channel, at: datetime) -> bool:
        """False: it was not open."""
        self.closed[channel] = at
        return self.opened.pop(channel, None) is not None

    def open_ones(self) -> Mapping[str, str]:
        """The channels whose breaker is open, each with its reason."""
        return {channel.value: why for channel, why in self.opened.items()}

    def closed_at(self, channel: Channel) -> datetime | None:
        """When somebody closed it last."""
        return self.closed.get(channel)


@dataclass(slots=True)
class MemoryCustomers:
    """The Customers port."""

    items: dict[str, Customer] = field(default_factory=dict)
    stops: Stops = NONE

    def look(self, customer_id: str) -> Look:
        """The customer as last put here, and what is stopped."""
        return Look(self.items.get(customer_id), self.stops)


@dataclass(slots=True)
class MemoryNews:
    """The News port: every event in the order it was told, repetitions included."""

    told: list[Mapping[str, Any]] = field(default_factory=list)

    def tell(self, envelope: Mapping[str, Any]) -> None:
        """Keeps it."""
        self.told.append(envelope)


@dataclass(slots=True)
class MemoryContents:
    """The Contents port."""

    items: dict[int, Content] = field(default_factory=dict)

    def get(self, number: int) -> Content:
        """The content of the playbook with this number."""
        if number not in self.items:
            raise Unavailable("contents", "get")
        return self.items[number]


@dataclass(slots=True)
class MemoryProvider:
    """A Provider that keeps what it is handed. `answers` says otherwise than yes."""

    accepted: list[Envelope] = field(default_factory=list)
    answers: Callable[[Envelope], Answer | None] = lambda _: None
    abilities: Abilities = field(default_factory=Abilities)

    def send(self, envelope: Envelope) -> Answer:
        """Take the message, unless `answers` has another answer."""
        answer = self.answers(envelope)
        if answer is not None:
            return answer
        self.accepted.append(envelope)
        return Accepted(f"memory-{len(self.accepted)}")
