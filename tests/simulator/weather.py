"""What goes wrong in a world, and how often: each world has its own weather."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Final

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
NONE: Final = timedelta(0)


@dataclass(frozen=True, slots=True)
class Weather:
    """Chances, of a call (`killed`, `away`, `lost`, `repeated`, `overtaken`, `slow`), of an entry of a batch
    (`refused`), of a message (`twice`, `late`), of a read (`stale`)."""

    killed: float = 0
    away: float = 0
    lost: float = 0
    repeated: float = 0
    overtaken: float = 0
    slow: float = 0
    refused: float = 0
    twice: float = 0
    late: float = 0
    stale: float = 0
    throttled: float = 0
    latest: timedelta = NONE
    backlog: timedelta = NONE  # of the sends
    storms: int = 0


CALM: Final = Weather()


def a_weather(chance: Random) -> Weather:
    """Of some things much, of others nothing."""

    def some(*rates: float) -> float:
        return chance.choice(rates)

    return Weather(
        killed=some(0, 0.005, 0.02, 0.06),
        away=some(0, 0.01, 0.05),
        lost=some(0, 0.01, 0.05),
        repeated=some(0, 0.02, 0.1),
        overtaken=some(0, 0.05, 0.2),
        slow=some(0, 0, 0.01),
        refused=some(0, 0, 0.05),
        twice=some(0, 0.03, 0.2),
        late=some(0, 0.1, 0.4),
        stale=some(0, 0.1, 0.5),
        throttled=some(0, 0, 0.1),
        latest=chance.choice((MINUTE, HOUR, 8 * HOUR)),
        backlog=chance.choice((NONE, NONE, HOUR, 8 * HOUR)),
        storms=chance.choice((0, 0, 1, 2)),
    )
