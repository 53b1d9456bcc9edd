"""A ledger row as it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tandem.events.times import read_time
from tandem.sending.outcome import Status

# When a row came to be what it is; what has no moment of its own is as old as its reservation.
_MOMENT: Final = {
    Status.SENT: ("sent_at",),
    Status.SHADOW: ("shadow_at",),
    Status.REFUSED: ("refused_at",),
    Status.UNKNOWN: ("given_up_at", "unknown_at"),
    Status.AGAIN: ("again_at",),
}


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """`at` is when the last thing happened to it; `reason` and `detail` say why it was refused, or left in doubt.

    `is_open`: `settle` looks after it; nobody does after one that an earlier release reserved. `given_up` is why
    nothing more is tried.
    """

    id: str
    status: Status
    at: datetime
    campaign: str
    channel: str
    template: str = ""
    reason: str = ""
    detail: str = ""
    provider_id: str = ""
    attempts: int = 1
    is_open: bool = False
    given_up: str = ""


def read_row(item: Mapping[str, Any]) -> LedgerRow:
    """The row in an item of the ledger table, in DynamoDB's form."""
    fields = {name: next(iter(value.values())) for name, value in item.items()}
    status = Status(fields["status"])
    moments = (*_MOMENT.get(status, ()), "reserved_at", "refused_at")
    moment = next(fields[name] for name in moments if name in fields)
    return LedgerRow(
        id=fields["pk"],
        status=status,
        at=read_time(moment, "at"),
        campaign=fields["campaign"],
        channel=fields["channel"],
        template=fields.get("template", ""),
        reason=fields.get("reason", ""),
        detail=fields.get("detail", ""),
        provider_id=fields.get("provider_id", ""),
        attempts=int(fields.get("attempts", 1)),
        is_open="unsettled" in fields,
        given_up=fields.get("given_up", ""),
    )
