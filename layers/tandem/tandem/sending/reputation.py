"""What a provider thinks of the account, and from when on nothing more is sent that way.

SES reviews an account at 5 % bounces or 0.1 % complaints; a breaker opens before that. Who closes it answers for a day:
the rates fall only as good messages leave, so they would open it again at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from tandem.customer import Channel
from tandem.sending.ports import Breakers

MOST_BOUNCES: Final = 0.04
MOST_COMPLAINTS: Final = 0.0008
SPARED_FOR: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Standing:
    """`halted` is why the account may send nothing; the rates are fractions, None where nothing was measured."""

    halted: str = ""
    bounces: float | None = None
    complaints: float | None = None


class Standings(Protocol):
    """A provider's opinion of the account."""

    def read(self, now: datetime) -> Standing:
        """As it is. Raises Unavailable."""
        ...


class WatchedBreakers(Breakers, Protocol):
    """Breakers, as who watches them sees them."""

    def open_ones(self) -> Mapping[str, str]:
        """The channels whose breaker is open, each with its reason. Raises Unavailable."""
        ...

    def closed_at(self, channel: Channel) -> datetime | None:
        """When somebody closed it last. Raises Unavailable."""
        ...


def verdict(standing: Standing, *, spared: bool) -> str:
    """Why the channel's breaker has to open; empty where it need not. `spared`: somebody answers for the rates."""
    if standing.halted:
        return standing.halted
    if spared:
        return ""
    if standing.bounces is not None and standing.bounces > MOST_BOUNCES:
        return f"{standing.bounces:.2%} of the mails bounce; SES reviews an account at 5%"
    if standing.complaints is not None and standing.complaints > MOST_COMPLAINTS:
        return f"{standing.complaints:.3%} of the recipients complain; SES reviews an account at 0.1%"
    return ""


def watch(standings: Mapping[Channel, Standings], breakers: WatchedBreakers, now: datetime) -> Mapping[str, str]:
    """Opens the breakers that have to be open. The channels whose breaker is open after that, each with its reason.

    Called every few minutes by `settle`. Raises Unavailable: the next call looks again.
    """
    opened = breakers.open_ones()
    for channel, each in standings.items():
        if channel in opened:
            continue
        closed_at = breakers.closed_at(channel)
        spared = closed_at is not None and now - closed_at < SPARED_FOR
        if why := verdict(each.read(now), spared=spared):
            breakers.open(channel, why)
            opened = {**opened, channel.value: why}
    return opened
