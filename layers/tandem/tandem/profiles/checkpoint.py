"""How far the load of a snapshot is, and what was done by then: a small item, saved after every chunk."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many profiles were `written`, how many found with the same `as_of` (`unchanged`) or a later one (`kept`).

    `units` are the write units of all puts, refused ones too.
    """

    written: int = 0
    unchanged: int = 0
    kept: int = 0
    failed: int = 0
    units: int = 0

    def __add__(self, other: "Loaded") -> "Loaded":
        return Loaded(
            self.written + other.written,
            self.unchanged + other.unchanged,
            self.kept + other.kept,
            self.failed + other.failed,
            self.units + other.units,
        )


@dataclass(frozen=True, slots=True)
class Dated:
    """How far the raising of dates is. `run` names the day it was done on and the attributes: each run begins anew.

    `chunks` of all rows were looked at and `raised` events published, in so many `calls`. `no_date` counts texts that
    are no date, `incomplete` values that could not be trusted.
    """

    run: str = ""
    chunks: int = 0
    raised: int = 0
    calls: int = 0
    no_date: int = 0
    incomplete: int = 0
    finished: bool = False


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far the load of a snapshot is: chunks put and told. The first run settles what it is a difference to.

    `base` is the snapshot whose rows the table has, `since` the one that customers have been told of; None: there was
    none. `dated` goes on when the load is finished, day after day until there is a newer snapshot.
    """

    as_of: datetime
    base: datetime | None
    since: datetime | None
    put: int = 0
    told: int = 0
    refreshed: int = 0
    loaded: Loaded = field(default_factory=Loaded)
    finished: bool = False
    dated: Dated = field(default_factory=Dated)
