"""When a message that could not be handled is looked at again: sooner than its queue would, and not all at once."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, Protocol

from tandem.errors import Unavailable
from tandem.sending.flow import UNDER_WAY

SOONEST: Final = timedelta(seconds=15)
LATEST: Final = timedelta(seconds=60)
_MOST_DOUBLINGS: Final = 4  # 16 minutes at most
# A queue gives a message up after so many times (`maxReceiveCount` in template.yaml): eight hours of waiting for a
# place or a webhook's receiver, or half an hour of another fault.
MOST_TIMES: Final = 50


class Returns(Protocol):
    """The queue that messages come back to."""

    def later(self, delays: Mapping[str, timedelta]) -> None:
        """Each message, by the handle it was received with, is delivered again after so long. What the queue does not
        take comes back by its own, longer time."""
        ...


def comes_back_after(fault: Exception, times: int, drawn: float) -> timedelta:
    """How long a message stays away that was delivered so many times. `drawn` is chance, from 0 to 1.

    Who waits for a place waits longer each time: many who wait would wear out their tries. So does who waits for the
    receiver of a webhook: one that is down for hours must not take up the copies that send mails. Who waits for a copy
    of the message that is under way waits until that can be no more.
    """
    match fault:
        case Unavailable("ledger", "wait_for_another_worker"):
            return UNDER_WAY
        case Unavailable("pace" | "webhook"):
            return _between(drawn) * (1 << min(max(times - 1, 0), _MOST_DOUBLINGS))
        case _:
            return _between(drawn)


def _between(drawn: float) -> timedelta:
    return SOONEST + (LATEST - SOONEST) * drawn
