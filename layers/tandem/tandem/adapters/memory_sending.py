"""The sending ports' memory twins: for the tests, the replay of past events and the simulator."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from tandem.content import Content
from tandem.customer import Customer, Send, SetConsent
from tandem.customer.consent import consent_key
from tandem.errors import Unavailable
from tandem.sending.outcome import Reason, Recorded, Refused, Sent, Shadowed, Status
from tandem.sending.ports import Accepted, Answer, Envelope


@dataclass(slots=True)
class MemoryConsents:
    """The consent items."""

    items: dict[str, SetConsent] = field(default_factory=dict)

    def set_consent(self, effect: SetConsent) -> None:
        """Write the word, unless there is a later one; of two at one moment a no stands."""
        key = consent_key(effect.channel, effect.address)
        held = self.items.get(key)
        if held is None or (effect.explicit and (held.said_at, effect.granted) < (effect.said_at, held.granted)):
            self.items[key] = effect

    def granted(self, send: Send) -> bool:
        """Whether the send's address has said yes; unknown is no."""
        said = self.items.get(consent_key(send.channel, send.address))
        return said is not None and said.granted


@dataclass(frozen=True, slots=True)
class Row:
    """A ledger row, as far as it decides anything."""

    send: Send
    status: Status
    at: datetime
    result: Recorded | None = None


@dataclass(slots=True)
class MemoryLedger:
    """The Ledger port."""

    consents: MemoryConsents
    rows: dict[str, Row] = field(default_factory=dict)

    def reserve(self, send: Send, at: datetime) -> Status | Refused | None:
        """Make a row `reserved`, if the consent is granted and there is none."""
        if send.id in self.rows:
            return self.rows[send.id].status
        if not self.consents.granted(send):
            return Refused(Reason.OPTED_OUT)
        self.rows[send.id] = Row(send, Status.RESERVED, at)
        return None

    def refuse(self, send: Send, refused: Refused, at: datetime) -> Status | None:
        """Make a row `refused`, if there is none."""
        if send.id in self.rows:
            return self.rows[send.id].status
        self.rows[send.id] = Row(send, Status.REFUSED, at, refused)
        return None

    def finish(self, send: Send, result: Recorded, at: datetime) -> None:
        """Write on a reserved row what came of it."""
        row = self.rows.get(send.id)
        if row and row.status is Status.RESERVED:
            self.rows[send.id] = replace(row, status=_status(result), result=result)

    def release(self, send: Send, reserved_at: datetime) -> None:
        """Take back the row reserved at this moment."""
        row = self.rows.get(send.id)
        if row and row.status is Status.RESERVED and row.at == reserved_at:
            del self.rows[send.id]


def _status(result: Recorded) -> Status:
    match result:
        case Sent():
            return Status.SENT
        case Shadowed():
            return Status.SHADOW
        case Refused():
            return Status.REFUSED


@dataclass(slots=True)
class MemoryCustomers:
    """The Customers port."""

    items: dict[str, Customer] = field(default_factory=dict)

    def get(self, customer_id: str) -> Customer | None:
        """The customer as last put here."""
        return self.items.get(customer_id)


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

    def send(self, envelope: Envelope) -> Answer:
        """Take the message, unless `answers` has another answer."""
        answer = self.answers(envelope)
        if answer is not None:
            return answer
        self.accepted.append(envelope)
        return Accepted(f"memory-{len(self.accepted)}")
