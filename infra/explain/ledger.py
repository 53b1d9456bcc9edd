"""A ledger row as it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tandem.events.times import read_time
from tandem.sending.outcome import Status

_MOMENTS: Final = ("sent_at", "refused_at", "reserved_at")


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """`at` is when the last thing happened to it; `reason` and `detail` say why it was refused."""

    id: str
    status: Status
    at: datetime
    campaign: str
    channel: str
    template: str = ""
    reason: str = ""
    detail: str = ""
    provider_id: str = ""


def read_row(item: Mapping[str, Any]) -> LedgerRow:
    """The row in an item of the ledger table, in DynamoDB's form."""
    fields = {name: next(iter(value.values())) for name, value in item.items()}
    moment = next(fields[name] for name in _MOMENTS if name in fields)
    return LedgerRow(
        id=fields["pk"],
        status=Status(fields["status"]),
        at=read_time(moment, "at"),
        campaign=fields["campaign"],
        channel=fields["channel"],
        template=fields.get("template", ""),
        reason=fields.get("reason", ""),
        detail=fields.get("detail", ""),
        provider_id=fields.get("provider_id", ""),
    )
