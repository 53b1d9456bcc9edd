"""A customer's timeline: what was known, what happened, what was decided and why, what left."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Final

from infra.explain.causes import cause_in_words
from infra.explain.entry import Entry, Kind
from infra.explain.events import events, history
from infra.explain.goals import goals
from infra.explain.ledger import LedgerRow
from infra.explain.sends import sends as sends_of
from infra.explain.sentences import sentences
from infra.explain.words import listing, money
from tandem.attributes import Profile, Ruleset, SnapshotHeader
from tandem.customer import Customer
from tandem.decisions import Decision, Outcome, Reached
from tandem.decisions.model import FINAL
from tandem.playbook.standard import STANDARD_DERIVED, standard_rules

__all__ = ["Entry", "Kind", "timeline", "verdict"]

_ORDER: Final[tuple[Kind, ...]] = ("profile", "event", "decision", "send")


def timeline(
    customer: Customer | None,
    profile: Profile | None,
    decisions: Iterable[Decision],
    sends: Mapping[str, LedgerRow],
    *,
    header: SnapshotHeader | None = None,
    zone: tzinfo = UTC,
    currency: str = "",
    now: datetime | None = None,
    rules: Ruleset | None = None,
    reached: Iterable[Reached] = (),
) -> tuple[Entry, ...]:
    """All that is known of a customer, oldest first; `sends` are ledger rows by decision id.

    Events stand where they were received: a decision knows what had been received when it was made. `zone` and
    `currency` (the shop's) are for the words; without `now` nothing is called expired. `rules` are the playbook's,
    where it has others than the standard ones; `reached` are goals that the decisions came to.
    """
    distinct = {decision.id: decision for decision in decisions}.values()
    made = sorted(distinct, key=lambda decision: (decision.at, decision.cause.occurred_at))
    known = rules or Ruleset(standard_rules(currency), STANDARD_DERIVED)
    entries = [history(profile, header, known, currency, zone)] if profile else []
    entries += events(customer, zone) if customer else ()
    came_to = tuple(reached)
    entries += (_decided(decision, came_to, zone, currency) for decision in made)
    entries += sends_of(customer, made, sends, now)
    return tuple(sorted(entries, key=lambda entry: (entry.at, _ORDER.index(entry.kind))))


def verdict(decision: Decision) -> Outcome:
    """`chosen`, or the reason of the candidate that came furthest through the gates."""
    gates = list(Outcome)
    return Outcome.CHOSEN if decision.campaign else max((each.outcome for each in decision.candidates), key=gates.index)


def _decided(decision: Decision, reached: Iterable[Reached], zone: tzinfo, currency: str) -> Entry:
    found = verdict(decision)
    nothing = "nothing" if found in FINAL else "nothing yet"
    chosen = f"{decision.campaign} by {decision.channel}" if decision.campaign else nothing
    return Entry(
        at=decision.at,
        kind="decision",
        title=f"Decided on {cause_in_words(decision)}: {chosen}",
        details=(
            *sentences(decision, zone=zone, currency=currency),
            *goals(decision, reached, zone),
            _known(decision, currency),
        ),
        decision_id=decision.id,
        outcome=found,
    )


def _known(decision: Decision, currency: str) -> str:
    """The attributes that the decision was made with."""
    values = decision.attributes
    today = values.get("customer.purchase_total_today_minor", 0)
    told = [
        f"tier {values.get('customer.basket_tier', 'unknown')}",
        f"orders {values.get('customer.orders', 0)}",
        f"revenue {money(values.get('customer.revenue_minor', 0), currency)}",
        f"today {money(today, currency)}",
    ]
    return f"Known at that moment: {listing(told)}."
