"""What a provider tells of a message, whatever its own words for it are."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What happened to it. All but `sent` are an event of the customer, `message_…`."""

    SENT = "sent"
    DELIVERED = "delivered"
    DELAYED = "delayed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    REJECTED = "rejected"
    OPENED = "opened"
    CLICKED = "clicked"


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing told of one message. Each proves that the provider took it, at `left_at`.

    `send_id` is empty where the message does not say it, and `provider_id` is the provider's own id of it; `at` is when
    it happened (both times aware, UTC). `recipients` are the addresses that it speaks of. A bounce is `lasting` when
    the address takes no mail at all. `machine`: no person opened or clicked, as far as that can be told. `detail` is
    the provider's reason, without addresses; `link` what was clicked.
    """

    kind: Kind
    send_id: str
    provider_id: str
    left_at: datetime
    at: datetime
    recipients: tuple[str, ...] = ()
    lasting: bool = False
    machine: bool = False
    link: str = ""
    detail: str = ""
