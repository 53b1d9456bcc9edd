"""The slow brain in memory: real orders as the events that an import makes of them, and its pure step over each."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from infra.demo.cast import Known
from infra.demo.cdnow import CURRENCY, Order, ordered_at
from tandem.attributes import CutPoints, Profile, Ruleset, SnapshotHeader
from tandem.events import Event, parse_envelope
from tandem.events.times import to_text
from tandem.playbook.standard import STANDARD_DERIVED, standard_rules
from tandem.profiles.advance import State, advance

STANDARD = Ruleset(standard_rules(CURRENCY), STANDARD_DERIVED, number=1)


@dataclass(slots=True)
class SlowBrain:
    """What the last snapshot left of each customer. `advance` makes the next one."""

    rules: Ruleset = STANDARD
    states: dict[str, State] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)

    def advance(self, events: Iterable[Event], as_of: datetime) -> Known:
        """The snapshot at `as_of` (aware), with these events in it too."""
        found: dict[str, list[Event]] = defaultdict(list)
        for event in events:
            found[event.customer_id].append(event)
        for one, new in found.items():
            done = advance(
                one, self.states.get(one, State()), new, self.rules, as_of=as_of, before=self.profiles.get(one)
            )
            if done:
                self.states[one], self.profiles[one] = done.state, done.profile
        codes = frozenset(self.rules.at(as_of).by_code)
        header = SnapshotHeader(as_of, cut_points(self.profiles), len(self.profiles), codes)
        return Known(header, dict(self.profiles))


def imported(order: Order, shift: timedelta = timedelta(0)) -> Event:
    """An order of the data set, moved by whole days, as history is imported: received when it occurred."""
    at = ordered_at(order, shift)
    envelope = {
        "event_id": f"order-{order.row}",
        "type": "order_completed",
        "customer_id": order.customer_id,
        "occurred_at": to_text(at),
        "properties": {"order_id": order.order_id, "total": f"{order.amount:.2f}", "currency": CURRENCY},
    }
    return parse_envelope(json.loads(json.dumps(envelope)), at)


def cut_points(profiles: Mapping[str, Profile]) -> CutPoints | None:
    """The terciles of basket values, as the slow brain's SQL has them: each value rounded up to a minor unit."""
    sums = [Known.held(profile) for profile in profiles.values()]
    values = sorted(-(-minor // orders) for orders, minor in sums if orders)
    if not values:
        return None
    low, medium = (values[-(-len(values) * part // 3) - 1] for part in (1, 2))
    return CutPoints(CURRENCY, low, medium)
