"""The page of a comparison: the same events through two playbooks, and who gets something else."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from infra.explain.words import clock, place
from infra.pages import pages, shown
from infra.publish.difference import Change
from infra.replay.against import Comparison, Kind, Message, Pair
from infra.replay.tally import Tally, tally
from infra.replay.unsaid import zone_at
from tandem.playbook import Playbook

MOST: Final = 500  # customers on the page
_TONES: Final = {Kind.GONE: "is-gone", Kind.NEW: "is-new"}
_REASONS: Final = {
    "absent": "the playbook does not have it",
    "journey_ended": "its journey had ended",
    "not_asked": "nothing asks for it",
    "underway": "its journey is still on its way",
}


def against(comparison: Comparison, changes: Sequence[Change], *, made_at: datetime, most: int = MOST) -> bytes:
    """The whole page, in UTF-8. `changes` are what is otherwise in B's playbook; at most so many customers are shown,
    those with the most differences."""
    counted = tally(comparison)
    groups = [(name, list(pairs)) for name, pairs in groupby(comparison.different, key=lambda pair: pair.customer_id)]
    groups.sort(key=lambda group: (-len(group[1]), group[0]))
    staying = {name: len(list(pairs)) for name, pairs in groupby(comparison.pairs, key=lambda pair: pair.customer_id)}
    found = pages.page(
        "against.html",
        title=_title(counted, len(groups)),
        styles=("against.css",),
        made_at=shown.moment(made_at),
        lead=_lead(comparison, counted),
        sides=[
            {"letter": letter, "name": side.name}
            for letter, side in (("A", comparison.before), ("B", comparison.after))
        ],
        figures=_figures(counted),
        rows=list(_rows(counted)),
        changes=[_change(each) for each in changes],
        reasons=_reasons(counted),
        kinds=[
            {"code": kind, "words": kind.words} for kind in Kind if counted.kinds.get(kind) and kind is not Kind.SAME
        ],
        concerned=f"{len(groups):,} of {_many(comparison.customers, 'customer')}",
        customers=[
            _customer(name, pairs, staying[name] - len(pairs), comparison.after.playbook)
            for name, pairs in groups[:most]
        ],
        more=_many(len(groups) - most, "customer") if len(groups) > most else "",
        script=pages.asset("against.js"),
    )
    return pages.encoded(found)


def signed(number: int) -> str:
    """`+2`, `−3`; nothing for zero."""
    return f"{number:+,}".replace("-", "−") if number else ""


def _title(counted: Tally, concerned: int) -> str:
    if not concerned:
        return "Nothing changes"
    apart = counted.after - counted.before
    if apart:
        return f"{_many(abs(apart), 'message')} {'more' if apart > 0 else 'fewer'}"
    return "As many messages, but not the same"


def _lead(comparison: Comparison, counted: Tally) -> str:
    events, customers = comparison.after.replayed.events, comparison.customers
    told = (
        f"The same {_many(events, 'event')} of {_many(customers, 'customer')}, played through two playbooks by the "
        f"code that decides live. A sends {_many(counted.before, 'message')}, B sends {counted.after:,}."
    )
    return told if comparison.different else f"{told} Each is the same, to the same customer at the same time."


def _many(number: int, noun: str) -> str:
    """`1,234 messages`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _figures(counted: Tally) -> list[dict[str, str]]:
    return [shown.figure(kind.words, f"{number:,}") for kind in Kind if (number := counted.kinds.get(kind))]


def _rows(counted: Tally) -> Iterator[dict[str, Any]]:
    most = max((max(row.before, row.after) for row in counted.rows), default=1)
    for row in counted.rows:
        apart = row.after - row.before
        yield {
            "campaign": row.campaign,
            "before": f"{row.before:,}",
            "after": f"{row.after:,}",
            "before_share": _share(row.before, most),
            "after_share": _share(row.after, most),
            "apart": signed(apart),
            "tone": "is-new" if apart > 0 else "is-gone" if apart < 0 else "is-even",
        }


def _share(number: int, most: int) -> str:
    """Percent of the longest bar; what is there can be seen."""
    return f"{max(1.5, 100 * number / most):.1f}" if number else "0"


def _change(change: Change) -> dict[str, Any]:
    return {
        "what": f"{change.part} {change.name}".removesuffix(" playbook"),
        "kind": change.kind,
        "fields": [
            {"name": each.name, "before": each.before or "nothing", "after": each.after or "nothing"}
            for each in change.fields
        ],
        "steps": [
            {"tone": {"-": "is-gone", "+": "is-new"}.get(line[0], "is-even"), "line": line} for line in change.steps
        ],
    }


def _reasons(counted: Tally) -> list[dict[str, Any]]:
    ordered = sorted(counted.reasons.items(), key=lambda each: (-each[1], each[0]))
    return [
        {"side": side, "reason": _REASONS.get(code) or shown.reason(code), "campaign": campaign, "times": f"{times:,}"}
        for (side, code, campaign), times in ordered
    ]


def _customer(name: str, pairs: Sequence[Pair], same: int, playbook: Playbook) -> dict[str, Any]:
    zone = zone_at(pairs[0].first.decision, playbook)
    return {
        "id": name,
        "kinds": "".join(f"|{kind}" for kind in {pair.kind for pair in pairs}) + "|",
        "zone": place(zone),
        "same": f"{_many(same, 'other message')} the same" if same else "",
        "pairs": [_pair(pair, playbook) for pair in pairs],
    }


def _pair(pair: Pair, playbook: Playbook) -> dict[str, Any]:
    zone = zone_at(pair.first.decision, playbook)
    return {
        "kind": pair.kind.words,
        "tone": _TONES.get(pair.kind, "is-other"),
        "before": _message(pair.before, pair.kind, zone),
        "after": _message(pair.after, pair.kind, zone),
        "told_by": pair.told_by,
        "why": pair.why.sentence if pair.why else "",
    }


def _message(message: Message | None, kind: Kind, zone: Any) -> dict[str, str] | None:
    if message is None:
        return None
    channel, template, variant = message.words
    more = [template, variant] if kind is Kind.REWORDED else []
    return {
        "iso": message.at.isoformat(),
        "when": clock(message.at, zone),
        "campaign": message.campaign,
        "how": " · ".join(each for each in (channel, *more) if each),
    }
