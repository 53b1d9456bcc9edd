"""One run: the breakers, what is open in the ledger, then the dead letters, as far as the time allows."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from tandem.customer import Channel
from tandem.dead_letters import Letters, Redriven, is_due, redrive
from tandem.errors import Unavailable
from tandem.sending.reputation import Standings, WatchedBreakers, watch
from tandem.sending.settle import Settled, Settling, settle

FOR_LETTERS: Final = 60.0  # seconds that are left for them
FOR_THE_END: Final = 20.0  # one call to AWS, however often it is tried, ends within these


@dataclass(frozen=True, slots=True)
class Desk:
    """`letters` go back to their queues when it is time, by name; what lies in `unarchived` is archived at once.

    `standings` say of a channel what its provider thinks of the account: where it is bad the channel's breaker opens.
    """

    settling: Settling
    letters: Mapping[str, Letters]
    unarchived: Letters
    standings: Mapping[Channel, Standings]
    breakers: WatchedBreakers


@dataclass(slots=True)
class Done:
    """`settled` is None where the ledger could not be read; `failed` says of each part what was the matter.

    `broken` are the channels whose breaker is open, each with its reason.
    """

    settled: Settled | None = None
    redriven: dict[str, Redriven] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)

    @property
    def moved(self) -> int:
        """The dead letters that went home."""
        return sum(each.moved for each in self.redriven.values())


def run(desk: Desk, clock: Callable[[], datetime], left: Callable[[], float]) -> Done:
    """`left` tells the seconds that are left. What cannot be reached waits for the next run; the rest goes on."""
    done = Done()
    with _noted(done, "breakers"):
        done.broken = watch(desk.standings, desk.breakers, clock())
    with _noted(done, "ledger"):
        done.settled = settle(desk.settling, clock, lambda: left() > FOR_LETTERS)
    for name, letters in desk.letters.items():
        with _noted(done, name):
            done.redriven[name] = redrive(letters, lambda each: is_due(each, clock()), lambda: left() > FOR_THE_END)
    with _noted(done, "archive"):
        done.redriven["archive"] = redrive(desk.unarchived, has_time=lambda: left() > FOR_THE_END)
    return done


@contextmanager
def _noted(done: Done, part: str) -> Iterator[None]:
    try:
        yield
    except Unavailable as error:
        done.failed[part] = str(error)
