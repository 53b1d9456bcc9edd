"""What gates look at beside variables: plain data, so that the record of a decision can hold it and repeat it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tandem.customer import Channel, SendEntry
from tandem.playbook import NONE, Stops


@dataclass(frozen=True, slots=True)
class Seen:
    """One customer at one moment (`now`, aware). `zone` is an IANA name that exists.

    `reached` are the channels with an address, `words` the customer's last word (`granted`, `denied`) by channel and
    purpose. `sends` are messages that caps or exclusions may look at, `journeys` those that exclude others: by name,
    when they ended, or None. `seed` is what chance is drawn from.
    """

    customer_id: str
    now: datetime
    zone: str
    locale: str = ""
    tier: str = "unknown"
    reached: tuple[Channel, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    sends: tuple[SendEntry, ...] = ()
    journeys: tuple[tuple[str, datetime | None], ...] = ()
    stops: Stops = NONE
    seed: str = ""
