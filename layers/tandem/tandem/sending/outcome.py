"""What came of a send: a closed union, and the words the ledger keeps it in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """A ledger row's.

    `reserved` becomes `sent`, `shadow` or `refused`. Cut off, or without the provider's answer, it is `unknown`: until
    the provider's own events tell, or it is given up. `again` is an unknown one that may be reserved once more.
    """

    RESERVED = "reserved"
    UNKNOWN = "unknown"
    AGAIN = "again"
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
    COUNTRY_NOT_ALLOWED = "country_not_allowed"
    TOO_EXPENSIVE = "too_expensive"
    ENDPOINT_DEAD = "endpoint_dead"
    OVER_QUOTA = "over_quota"
    HALTED = "halted"
    ERASED = "erased"


# It did not leave, for a reason that passes: it is decided anew.
COMES_BACK = frozenset({Reason.EXPIRED, Reason.OVER_QUOTA, Reason.HALTED})


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
    """Nobody can tell, or it could not be written down: the row says `unknown`, or stays `reserved`.

    `is_unwritten`: it is not even known whether the row was written. Whoever looks at the row again will know.
    `is_given_up`: this very attempt was refused, an earlier one may have left, and it is not tried again.
    """

    detail: str
    provider_id: str = ""
    is_unwritten: bool = False
    is_given_up: bool = False


@dataclass(frozen=True, slots=True)
class AlreadyDone:
    """The ledger had a row: an earlier delivery of the same message."""

    status: Status


Recorded = Sent | Shadowed | Refused


@dataclass(frozen=True, slots=True)
class Found:
    """A row that was there, and what is recorded in it; only one that is sent, shadowed or refused has a result, and
    one that was given up because its second attempt was refused.

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
