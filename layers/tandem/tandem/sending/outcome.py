"""What came of a send: a closed union, and the words the ledger keeps it in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """A ledger row's. `reserved` and nothing more is a send that was cut off: shown, and never sent again."""

    RESERVED = "reserved"
    SENT = "sent"
    SHADOW = "shadow"
    REFUSED = "refused"


class Reason(StrEnum):
    """Why a send was refused."""

    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    OPTED_OUT = "opted_out"
    SUPPRESSED = "suppressed"
    NOT_ALLOWED = "not_allowed"
    NOT_DELIVERABLE = "not_deliverable"
    RENDER_FAILED = "render_failed"
    PROVIDER_REJECTED = "provider_rejected"


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider has it. `segments` is 0 for an email."""

    provider_id: str
    segments: int = 0


@dataclass(frozen=True, slots=True)
class Shadowed:
    """All was done but the sending: the stack is in shadow mode."""

    segments: int = 0


@dataclass(frozen=True, slots=True)
class Refused:
    """It did not leave and will not."""

    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can tell, or it could not be written down: the row stays `reserved`.

    `is_unwritten`: it is not even known whether the row was written. Whoever looks at the row again will know.
    """

    detail: str
    provider_id: str = ""
    is_unwritten: bool = False


@dataclass(frozen=True, slots=True)
class AlreadyDone:
    """The ledger had a row: an earlier delivery of the same message."""

    status: Status


Recorded = Sent | Shadowed | Refused


@dataclass(frozen=True, slots=True)
class Found:
    """A row that was there, and what is recorded in it; `reserved` and nothing more has no result.

    `at` (UTC) is when that was recorded, or when the row was made.
    """

    status: Status
    at: datetime
    result: Recorded | None = None


Outcome = Recorded | Unknown | AlreadyDone


def status_of(result: Recorded) -> Status:
    """The status of the row that says so."""
    match result:
        case Sent():
            return Status.SENT
        case Shadowed():
            return Status.SHADOW
        case Refused():
            return Status.REFUSED
