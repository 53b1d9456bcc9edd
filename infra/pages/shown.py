"""What a template is handed: plain values, in the words a reader sees."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from liquid import Markup

from infra.explain import Entry
from infra.explain.words import count
from infra.pages.model import (
    TIERS,
    CustomerReport,
    Look,
    ShownAttribute,
    ShownAttributes,
    ShownMail,
    ShownText,
    Summary,
)
from infra.pages.names import customer_page, look_page, mail_file, mail_page

_GOOD: Final = frozenset(("chosen", "sent", "shadow"))
_OPEN: Final = frozenset(("pending", "reserved", "unknown", "again", "waiting", "deferred"))
_NOTHING: Final = "–"
_LONG: Final = 24  # characters of a value that are set smaller
_EMPTY: Final = ("", "0", "$0.00", "none yet", "no")  # values that stand back
_REASONS: Final[Mapping[str, str]] = {
    "audience": "not for this customer",
    "audience_error": "could not be told",
    "cap": "enough messages for now",
    "cart_closed": "cart was ordered or emptied",
    "deferred": "waits for quiet hours to end",
    "excluded": "held back by something else",
    "exited": "left the journey",
    "expired": "too late to send",
    "given_up": "nobody knows whether it left",
    "holdout": "held out, to compare",
    "incomplete": "not known yet",
    "no_consent": "has not said yes",
    "outranked": "another campaign came first",
    "quiet_hours": "fell into quiet hours",
    "stopped": "stopped by an operator",
    "superseded": "something newer came",
    "suppressed": "said no to everything",
    "too_old": "happened too long ago",
    "unreachable": "no address",
    "waiting": "waits for others",
    "withdrawn": "withdrawn before it left",
}


def reason(code: str) -> str:
    """A reason as a reader says it."""
    return _REASONS.get(code, code.replace("_", " "))


def moment(at: datetime) -> dict[str, str]:
    """A time for people and for machines, in UTC."""
    there = at.astimezone(UTC)
    return {"iso": there.isoformat(), "clock": f"{there:%H:%M:%S}", "day": f"{there.day} {there:%B %Y}"}


def tier_class(tier: str) -> str:
    """The tier where it is one of ours: it becomes part of a class name."""
    return tier if tier in TIERS else "unknown"


def mail(shown: ShownMail, customer: CustomerReport | None = None) -> dict[str, Any]:
    """One mail; with its customer where the page is not the customer's own."""
    return {
        "id": shown.decision_id,
        "campaign": shown.campaign,
        "tier": shown.tier or "unknown",
        "tier_class": tier_class(shown.tier),
        "locale": shown.locale,
        "subject": shown.subject,
        "to": shown.to,
        "html": shown.html,
        "at": moment(shown.sent_at),
        "page": mail_page(shown.decision_id),
        "file": mail_file(shown.decision_id),
        "customer": customer.name if customer else "",
        "customer_page": customer_page(customer.customer_id) if customer else "",
    }


def look(shown: Look) -> dict[str, Any]:
    """A template's mail in three windows."""
    day, night = (look_page(shown.template, night=each) for each in (False, True))
    return {
        "template": shown.template,
        "subject": shown.subject,
        "page": day,
        "frames": [
            {"kind": "desk", "name": "on a desk", "page": day},
            {"kind": "hand", "name": "on a phone", "page": day},
            {"kind": "hand", "name": "on a phone at night", "page": night},
        ],
    }


def text(shown: ShownText) -> dict[str, Any]:
    """One text message."""
    return {
        "id": shown.decision_id,
        "campaign": shown.campaign,
        "to": shown.to,
        "body": shown.body,
        "parts": "text message, " + count(shown.segments, "part"),
        "at": moment(shown.sent_at),
    }


def entries(found: Iterable[Entry], messages: Mapping[str, str]) -> list[dict[str, Any]]:
    """A timeline; `messages` are links by decision id. The day is said where it changes."""
    return list(_entries(found, messages))


def _entries(found: Iterable[Entry], messages: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    day: date | None = None
    for entry in found:
        at = moment(entry.at)
        yield {
            "at": at,
            "day": at["day"] if entry.at.astimezone(UTC).date() != day else "",
            "kind": entry.kind,
            "tone": _tone(entry.outcome),
            "title": entry.title,
            "details": entry.details,
            "link": messages.get(entry.decision_id, "") if entry.kind == "send" else "",
        }
        day = entry.at.astimezone(UTC).date()


def _tone(outcome: str) -> str:
    if not outcome:
        return "plain"
    return "good" if outcome in _GOOD else "open" if outcome in _OPEN else "held"


def row(customer: CustomerReport) -> dict[str, Any]:
    """A customer's line in the index."""
    tier = customer.facts.get("tier", "unknown")
    return {
        "id": customer.customer_id,
        "name": customer.name or customer.customer_id,
        "page": customer_page(customer.customer_id),
        "tier": tier,
        "tier_class": tier_class(tier),
        "outcomes": outcomes(customer),
        "events": sum(entry.kind == "event" for entry in customer.entries),
    }


def outcomes(customer: CustomerReport) -> list[str]:
    """What came of the customer's decisions: the kinds of messages, then what kept others back."""
    sent = ["mail"] * bool(customer.mails) + ["text"] * bool(customer.texts)
    codes = [entry.outcome for entry in customer.entries if _tone(entry.outcome) == "held"]
    return [*sent, *dict.fromkeys(reason(code) for code in codes)]


def figure(label: str, value: float | str) -> dict[str, str]:
    """A number and its name."""
    return {"label": label, "value": value if isinstance(value, str) else f"{value:,}"}


def figures(summary: Summary) -> list[dict[str, str]]:
    """The run in a row of numbers."""
    channels = [figure(f"sent by {channel}", number) for channel, number in summary.sent_by_channel.items()]
    spans = [("event to send, half within", summary.p50_seconds), ("95 % within", summary.p95_seconds)]
    return [
        figure("events", summary.events),
        figure("decisions", summary.decisions),
        *channels,
        figure("failures", summary.failures),
        *(figure(label, f"{seconds:.1f} s") for label, seconds in spans if seconds is not None),
    ]


def matrix(decisions: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """Decisions by campaign and tier as a table, the most frequent campaign first."""
    tiers = [tier for tier in TIERS if tier != "unknown" or any(row.get(tier) for row in decisions.values())]
    ranked = sorted(decisions.items(), key=lambda each: (each[0] == "nothing", -sum(each[1].values()), each[0]))
    rows = [
        {
            "campaign": campaign,
            "numbers": [f"{numbers.get(tier, 0):,}" for tier in tiers],
            "sum": f"{sum(numbers.values()):,}",
        }
        for campaign, numbers in ranked
    ]
    return {"tiers": tiers, "rows": rows}


def held_back(reasons: Mapping[str, int]) -> list[dict[str, str]]:
    """What was not sent, by reason, the most frequent first."""
    return [figure(reason(code), number) for code, number in sorted(reasons.items(), key=lambda e: (-e[1], e[0]))]


def attributes(found: ShownAttributes) -> dict[str, Any]:
    """What stands above a customer's attributes."""
    return {
        "at": moment(found.at),
        "when": found.when,
        "profile_note": found.profile_note,
        "live_note": found.live_note,
    }


def attribute(shown: ShownAttribute) -> dict[str, Any]:
    """One attribute with its two parts. Classes and marks are made here: a page has hundreds of them."""
    return {
        "class": "value unsure" if shown.why else "value",
        "name": shown.name,
        "title": shown.title,
        "value": shown.value,
        "sum_class": f"value-sum{_quiet(shown.value)}{' is-long' if len(shown.value) > _LONG else ''}",
        "description": shown.description,
        "profile": shown.profile or _NOTHING,
        "profile_class": f"of-profile{_quiet(shown.profile)}",
        "live": shown.live or _NOTHING,
        "live_class": f"of-live{_quiet(shown.live)}",
        "bar": _bar(shown),
        "rule": shown.rule,
        "version": shown.version,
        "state": _state(shown),
        "why": shown.why,
        "left_out": shown.left_out,
        "events": shown.events,
        "formula": shown.formula,
        "reads": [figure(label, value) for label, value in shown.reads],
    }


def _quiet(words: str) -> str:
    return " is-nothing" if words in _EMPTY else ""


def _state(shown: ShownAttribute) -> Markup:
    told = "not complete yet" if shown.why else "complete"
    announced = '<span class="state">announced</span>' if shown.is_announced else ""
    return Markup(f'<span class="state{"" if shown.why else " is-complete"}">{told}</span>{announced}')  # our own words


def _bar(shown: ShownAttribute) -> Markup:
    """The parts of a whole, one after the other; nothing where they make none."""
    found, x = [], 0.0
    for kind, share in (("of-profile", shown.kept), ("of-live", shown.added), ("of-taken", shown.taken)):
        if share > 0:
            found.append(f'<rect class="{kind}" x="{x:.1f}" width="{100 * share:.1f}" height="8"/>')
            x += 100 * share
    if not found:
        return Markup("")
    track = '<rect class="track" width="100" height="8"/>'
    shape = 'class="parts-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"'
    return Markup(f"<svg {shape}>{track}{''.join(found)}</svg>")  # numbers and our own names
