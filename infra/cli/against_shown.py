"""A comparison of two playbooks on the screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from infra.cli.screen import Screen
from infra.explain.words import clock, count, listing
from infra.pages.against import signed
from infra.publish.difference import Change
from infra.replay.against import Comparison, Kind, Pair
from infra.replay.engine import Arrival
from infra.replay.prepare import Defect
from infra.replay.snapshot import Snapshot
from infra.replay.tally import STAYING, Tally, tally
from infra.replay.unsaid import zone_at

_NAMED: Final = 12
_NOTHING: Final = "Nothing changes: every message is the same, to the same customer at the same time."
_STYLES: Final = {Kind.GONE: "red", Kind.NEW: "green"}


@dataclass(frozen=True, slots=True)
class Material:
    """What both playbooks are given. `defects` are the events that were refused, `customers` is how many are listed on
    the screen, None for all."""

    arrivals: Sequence[Arrival]
    defects: Sequence[Defect]
    known: Snapshot
    now: datetime
    until: datetime | None
    customers: int | None


def show(screen: Screen, comparison: Comparison, changes: Sequence[Change], material: Material) -> None:
    """The numbers, then the customers with a difference."""
    counted, first, second = tally(comparison), comparison.before, comparison.after
    ran, known = second.replayed, material.known
    rows: list[tuple[str, object]] = [
        ("A", f"{first.name}: {count(counted.before, 'message')}"),
        ("B", f"{second.name}: {count(counted.after, 'message')}"),
        ("otherwise in B", _parts(changes)),
        ("events", f"{ran.events} of {count(comparison.customers, 'customer')}"),
        ("repeated", ran.again),
        ("refused", len(material.defects) + ran.refused),
        ("after --until", ran.left_out),
        ("profiles", f"{len(known.profiles)} found" if known.header else "none (--profiles): no tiers"),
    ]
    screen.pairs(row for row in rows if row[1] != 0 or row[0] == "refused")
    show_refused(screen, material.defects)
    screen.line()
    if not comparison.different:
        screen.line(_NOTHING, style="bold")
        return
    _tables(screen, counted)
    _customers(screen, comparison, material.customers)


def show_refused(screen: Screen, defects: Sequence[Defect]) -> None:
    """A screenful of the events that are refused."""
    for defect in defects[:_NAMED]:
        screen.line(str(defect), style="red", indent=2)
    if len(defects) > _NAMED:
        screen.line(f"and {len(defects) - _NAMED} more", style="red", indent=2)


def _parts(changes: Sequence[Change]) -> str:
    named = [f"{change.part} {change.name} {change.kind}" for change in changes]
    more = [f"{len(named) - _NAMED} more"] if len(named) > _NAMED else []
    return listing([*named[:_NAMED], *more]) if named else "nothing"


def _tables(screen: Screen, counted: Tally) -> None:
    kinds = [kind for kind in STAYING if any(row.staying[kind] for row in counted.rows)]
    columns = ("campaign", "A", "B", "", *(kind.words for kind in kinds), "no longer", "newly")
    rows = [
        (
            *(row.campaign, row.before, row.after, signed(row.after - row.before)),
            *(row.staying[kind] or "" for kind in kinds),
            *(row.gone or "", row.new or ""),
        )
        for row in counted.rows
    ]
    screen.table("Messages by campaign", columns, rows, numbers=len(columns) - 1, whole=("campaign",))
    screen.line()
    named = [
        (kind.words, counted.kinds[kind], len(customers), _names(customers))
        for kind in Kind
        if (customers := counted.customers.get(kind))
    ]
    columns = ("message", "messages", "customers", "who")
    screen.table("What B makes of them", columns, named, whole=columns[:3])
    screen.line()
    reasons = sorted(counted.reasons.items(), key=lambda each: (-each[1], each[0]))
    screen.table(
        "Why the other one does not send it",
        ("not sent by", "reason", "campaign", "times"),
        [(*key, times) for key, times in reasons],
        numbers=1,
    )


def _names(customers: Sequence[str]) -> str:
    more = [f"{len(customers) - _NAMED} more"] if len(customers) > _NAMED else []
    return listing([*customers[:_NAMED], *more])


def _customers(screen: Screen, comparison: Comparison, most: int | None) -> None:
    groups = [(name, list(pairs)) for name, pairs in groupby(comparison.different, key=lambda pair: pair.customer_id)]
    for customer_id, pairs in groups[:most]:
        screen.line(f"\n{customer_id}", style="bold")
        for pair in pairs:
            screen.line(_line(pair, comparison), indent=2, style=_STYLES.get(pair.kind, "yellow"))
            if pair.why:
                screen.line(f"{pair.told_by}: {pair.why.sentence}" if pair.told_by else pair.why.sentence, indent=4)
    if most is not None and len(groups) > most:
        screen.line(f"\nand {count(len(groups) - most, 'customer')} more", style="dim")


def _line(pair: Pair, comparison: Comparison) -> str:
    """`17 Nov 2026 12:05  no longer: post-purchase by email`."""
    zone = zone_at(pair.first.decision, comparison.after.playbook)
    told = clock(pair.first.at, zone)
    if pair.before and pair.after and pair.before.at != pair.after.at:
        told += f" → {clock(pair.after.at, zone, near=pair.before.at)}"
    words = [f"{each.campaign} by {each.words[0]}" for each in (pair.before, pair.after) if each]
    return f"{told}  {pair.kind.words}: {' → '.join(dict.fromkeys(words))}"
