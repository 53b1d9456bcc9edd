"""What a report is counted from, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from infra.report.interval import Estimate, difference, rate
from tandem.decisions import Candidate, Outcome
from tandem.sending.outcome import Status


@dataclass(frozen=True, slots=True)
class Judged:
    """As much of a decision as is counted."""

    id: str
    customer_id: str
    at: datetime
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What a ledger row tells. `at` is its earliest moment; `customer_id` is empty of somebody who was erased.

    `marks` are what the provider has told: `delivered_at`, `opened_at`…, by the names of the row's fields.
    """

    id: str
    campaign: str
    status: Status
    at: datetime
    customer_id: str = ""
    reason: str = ""
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Side:
    """Customers of whom the same was asked, and how many of them came to the goal."""

    customers: int = 0
    reached: int = 0

    @property
    def rate(self) -> Estimate | None:
        """With its interval; None of nobody."""
        return rate(self.reached, self.customers)


@dataclass(frozen=True, slots=True)
class Compared:
    """Who was meant to get it, and who was held out."""

    meant: Side
    held_out: Side

    @property
    def difference(self) -> Estimate | None:
        """How much more often those come to the goal who are meant to get it; None where a side is empty."""
        one, other = self.meant.rate, self.held_out.rate
        return difference(one, other) if one and other else None


@dataclass(frozen=True, slots=True)
class Counted:
    """A campaign's numbers. `decided` is the sum of `sent`, `shadow`, the `refused`, `unknown` and `open`.

    `open` has no outcome yet: it is owed, in the queue, at the provider, or to be tried again. `held_back` counts, by
    reason, candidates that were not chosen; those that only wait are in no number. What the provider told
    (`delivered` to `clicked`) is of what was decided; opens and clicks of machines are not among them. `reached` is of
    what was decided, and `watched` of how many of these a goal could be recorded: all but those of erased customers.
    `running` of them have not, and may still. `goal` is empty where the campaign has none.
    """

    campaign: str
    decided: int = 0
    sent: int = 0
    shadow: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    unknown: int = 0
    open: int = 0
    held_back: Mapping[Outcome, int] = field(default_factory=dict)
    delivered: int = 0
    bounced: int = 0
    complained: int = 0
    opened: int = 0
    clicked: int = 0
    reached: int = 0
    watched: int = 0
    running: int = 0
    held_out: Side = Side()
    compared: Compared | None = None
    goal: str = ""

    @property
    def rate(self) -> Estimate | None:
        """Of what was decided, how much came to the goal."""
        return rate(self.reached, self.watched)

    @property
    def asked(self) -> int:
        """How often it could have been said."""
        return self.decided + sum(self.held_back.values())


@dataclass(frozen=True, slots=True)
class Aim:
    """A campaign's goal in words, and how long after the decision it counts."""

    words: str
    within: timedelta


@dataclass(frozen=True, slots=True)
class Told:
    """A report: what was decided from `since` to `until` (aware), a campaign each, the most decided first."""

    since: datetime
    until: datetime
    campaigns: tuple[Counted, ...]
