"""The settling ports' memory twins, over the memory ledger."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from tandem.adapters.memory_sending import MemoryLedger, Row
from tandem.customer import Send
from tandem.sending.outcome import Status
from tandem.sending.settle import may_be_tried_again
from tandem.sending.settling import Open


@dataclass(slots=True)
class MemoryUnsettled:
    """The Unsettled port."""

    ledger: MemoryLedger

    def open(self) -> Iterator[Open]:
        """In the order they were made."""
        return iter([_open(row) for row in self.ledger.rows.values() if _is_open(row)])

    def doubt(self, row: Open, at: datetime) -> bool:
        """The reserved row is unknown since `at`."""
        held = self._held(row)
        return self._write(held and replace(held, status=Status.UNKNOWN, finished_at=at))

    def again(self, row: Open, at: datetime) -> bool:
        """The row may be reserved once more."""
        held = self._held(row)
        return self._write(held and replace(held, status=Status.AGAIN, again_at=at))

    def give_up(self, row: Open, why: str, at: datetime) -> bool:
        """The row is unknown, and open no longer."""
        held = self._held(row)
        return self._write(held and replace(held, status=Status.UNKNOWN, given_up_at=at))

    def _held(self, row: Open) -> Row | None:
        """The row, if it is still as it was read."""
        held = self.ledger.rows.get(row.send_id)
        is_same = held is not None and _is_open(held) and (held.status, held.at) == (row.status, row.reserved_at)
        return held if is_same else None

    def _write(self, row: Row | None) -> bool:
        if row:
            self.ledger.rows[row.send.id] = row
        return row is not None


@dataclass(slots=True)
class MemorySends:
    """The Sends port: every message in the order it was put."""

    messages: list[Send] = field(default_factory=list)

    def put(self, send: Send) -> None:
        """Keeps it."""
        self.messages.append(send)


def _is_open(row: Row) -> bool:
    return row.status in (Status.RESERVED, Status.UNKNOWN, Status.AGAIN) and row.given_up_at is None


def _open(row: Row) -> Open:
    send = row.send
    return Open(
        send_id=send.id,
        customer_id=send.customer_id,
        campaign=send.campaign,
        channel=send.channel,
        delivery=send.delivery,
        status=row.status,
        reserved_at=row.at,
        not_after=send.not_after,
        unknown_at=row.finished_at,
        again_at=row.again_at,
        attempts=row.attempts,
        send=send if may_be_tried_again(send) else None,
    )
