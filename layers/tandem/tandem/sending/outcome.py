"""What came of a send: a closed union, and the words the ledger keeps it in."""

from dataclasses import dataclass
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
    OPTED_OUT = "opted_out"
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
    """Nobody can tell, or it could not be written down: the row stays `reserved`."""

    detail: str
    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class AlreadyDone:
    """The ledger had a row: an earlier delivery of the same message."""

    status: Status


Recorded = Sent | Shadowed | Refused
Outcome = Recorded | Unknown | AlreadyDone
