"""The day in numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from infra.demo.findings import Findings
from infra.demo.reckoning import Reckoning
from infra.demo.run import Lived
from infra.explain import verdict
from infra.pages.model import TIERS, Point, Summary
from tandem.actor import attributes_of
from tandem.decisions import Decision, Outcome
from tandem.decisions.model import FINAL
from tandem.events import EventType, order_identity
from tandem.events.times import read_time
from tandem.sending import Reason, Status

NOTHING: Final = "nothing"
_INTERVAL: Final = 2  # seconds, of the chart of decisions over time


def summarise(lived: Lived) -> Summary:
    """What the pages and the terminal show."""
    findings, decisions = lived.findings, lived.findings.decisions
    chosen = [decision for decision in decisions if decision.campaign]
    sent = [row for row in findings.ledger.values() if row.status is Status.SENT]
    events = len({event["event_id"] for event in lived.published})
    latencies = event_to_send(lived)
    return Summary(
        events=events,
        decisions=len(decisions),
        failures=sum(failures(findings).values()),
        sent_by_channel=dict(Counter(row.channel for row in sent)),
        held_back=dict(Counter(str(verdict(each)) for each in decisions if verdict(each) in FINAL - {Outcome.CHOSEN})),
        decisions_by_campaign_and_tier=_by_campaign_and_tier(decisions),
        p50_seconds=percentile(latencies, 50),
        p95_seconds=percentile(latencies, 95),
        funnel=(
            ("Events", events),
            ("Decisions", len(decisions)),
            ("Messages decided", len(chosen)),
            ("Messages sent", len(sent)),
        ),
        tiers=_tiers(lived),
        over_time=_over_time(decisions, lived.began),
    )


def failures(findings: Findings) -> dict[str, int]:
    """What went wrong: messages in dead-letter queues, sends refused or cut off. An order may withdraw a reminder."""
    refused = [row for row in findings.ledger.values() if row.status is Status.REFUSED]
    cut_off = [row for row in findings.ledger.values() if row.status is Status.RESERVED]
    return {
        **{f"dead letters: {queue}": count for queue, count in findings.dead_letters.items()},
        "sends refused": sum(row.reason != Reason.WITHDRAWN for row in refused),
        "sends cut off": len(cut_off),
    }


def event_to_send(lived: Lived) -> list[float]:
    """Seconds from the moment an order was first published to the moment the provider had its message."""
    published = {
        order_identity(event["properties"]["order_id"]): read_time(event["received_at"], "received_at")
        for event in reversed(lived.published)
        if event["type"] == EventType.ORDER_COMPLETED
    }
    ledger = lived.findings.ledger
    return sorted(
        (ledger[decision.id].at - published[decision.cause.identity]).total_seconds()
        for decision in lived.findings.decisions
        if decision.cause.identity in published and decision.id in ledger and ledger[decision.id].status is Status.SENT
    )


def percentile(ordered: Sequence[float], percent: int) -> float | None:
    """The smallest value that so many percent do not exceed."""
    return ordered[-(-len(ordered) * percent // 100) - 1] if ordered else None


def document(
    lived: Lived, summary: Summary, reckoned: Reckoning, problems: Iterable[str], seconds: Mapping[str, float]
) -> dict[str, Any]:
    """What `out/summary.json` says."""
    first = sum(each not in lived.known.profiles for each in {order.customer_id for order in lived.day.orders})
    return {
        "made_at": lived.began.isoformat(),
        "as_of": lived.known.header.as_of.isoformat(),
        "profiles": lived.known.header.profiles,
        "orders": len(lived.day.orders),
        "customers": len({order.customer_id for order in lived.day.orders}),
        "first_orders": first,
        "published": len(lived.published),
        **asdict(summary),
        "failures_by_kind": failures(lived.findings),
        "attributes": {name: part for name, part in asdict(reckoned).items() if name != "problems"},
        "middle": {"as_of": lived.middle.as_of.isoformat(), "loaded_by": lived.middle.after.since.isoformat()},
        "stories": lived.day.cast.roles(),
        "problems": list(problems),
        "seconds": {name: round(took, 1) for name, took in seconds.items()},
    }


def _by_campaign_and_tier(decisions: Iterable[Decision]) -> dict[str, dict[str, int]]:
    counted: Counter[tuple[str, str]] = Counter(
        (decision.campaign or NOTHING, decision.attributes["customer.basket_tier"]) for decision in decisions
    )
    campaigns = sorted({campaign for campaign, _ in counted}, key=lambda each: (each == NOTHING, each))
    return {campaign: {tier: counted[campaign, tier] for tier in TIERS} for campaign in campaigns}


def _tiers(lived: Lived) -> dict[str, int]:
    """All who took part, by the tier they ended the day with."""
    known, playbook, now = lived.middle.known, lived.house.draft.playbook, lived.ended
    counted = Counter(
        str(attributes_of(customer, known.profiles.get(each), known.header, playbook, now=now).basket_tier)
        for each, customer in lived.findings.customers.items()
    )
    return {tier: counted[tier] for tier in TIERS}


def _over_time(decisions: Iterable[Decision], began: datetime) -> tuple[Point, ...]:
    counted: Counter[tuple[int, str]] = Counter(
        (int((decision.at - began).total_seconds() // _INTERVAL) * _INTERVAL, decision.campaign or NOTHING)
        for decision in decisions
    )
    return tuple(Point(float(second), campaign, count) for (second, campaign), count in sorted(counted.items()))
