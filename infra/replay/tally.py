"""A comparison in numbers."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from infra.replay.against import Comparison, Kind, Pair

STAYING = (Kind.SAME, Kind.MOVED, Kind.REWORDED)


@dataclass(frozen=True, slots=True)
class Row:
    """One campaign: its messages in A and in B. Those that stay are by kind; another campaign's message in the place of
    one is one that is gone here and one that is new there."""

    campaign: str
    before: int
    after: int
    staying: Mapping[Kind, int]

    @property
    def gone(self) -> int:
        """Messages that B does not send."""
        return self.before - sum(self.staying.values())

    @property
    def new(self) -> int:
        """Messages that A does not send."""
        return self.after - sum(self.staying.values())


@dataclass(frozen=True, slots=True)
class Tally:
    """`rows` are by campaign, the largest first; `kinds` count pairs, `customers` names whose they are, each once.

    `reasons` count why the other side does not send a message, by side, code and campaign.
    """

    rows: tuple[Row, ...]
    kinds: Mapping[Kind, int]
    customers: Mapping[Kind, tuple[str, ...]]
    reasons: Mapping[tuple[str, str, str], int]

    @property
    def before(self) -> int:
        """All messages of A."""
        return sum(row.before for row in self.rows)

    @property
    def after(self) -> int:
        """All messages of B."""
        return sum(row.after for row in self.rows)


def tally(comparison: Comparison) -> Tally:
    """Counts pairs."""
    before = Counter(pair.before.campaign for pair in comparison.pairs if pair.before)
    after = Counter(pair.after.campaign for pair in comparison.pairs if pair.after)
    staying = Counter((pair.first.campaign, pair.kind) for pair in comparison.pairs if pair.kind in STAYING)
    named: defaultdict[Kind, dict[str, None]] = defaultdict(dict)
    for pair in comparison.pairs:
        named[pair.kind][pair.customer_id] = None
    return Tally(
        rows=tuple(
            Row(each, before[each], after[each], {kind: staying[each, kind] for kind in STAYING})
            for each in sorted({*before, *after}, key=lambda each: (-max(before[each], after[each]), each))
        ),
        kinds=Counter(pair.kind for pair in comparison.pairs),
        customers={kind: tuple(customers) for kind, customers in named.items()},
        reasons=Counter(key for pair in comparison.pairs if (key := _reason(pair))),
    )


def _reason(pair: Pair) -> tuple[str, str, str] | None:
    """Of a message that only one side sends: what the other one says."""
    if not pair.told_by or not pair.why:
        return None
    return pair.told_by, pair.why.code, pair.first.campaign
