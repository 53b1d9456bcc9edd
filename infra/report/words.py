"""A report's numbers as words, for the terminal and the page."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from infra.report.interval import Estimate
from infra.report.model import Compared, Counted, Side, Told

MINUS: Final = "−"


def percent(share: float) -> str:
    """`10.8 %`."""
    return f"{100 * share:.1f} %"


def share(part: int, of: int) -> str:
    """`41 (10.8 %)`; without anything to be a part of, the number alone."""
    return f"{part:,} ({percent(part / of)})" if of else f"{part:,}"


def points(value: float) -> str:
    """`+2.1`, `−0.4`: percentage points."""
    return f"{100 * value:+.1f}".replace("-", MINUS)


def apart(estimate: Estimate | None) -> str:
    """`+2.1 points (−0.3 to +4.6)`."""
    if estimate is None:
        return "nobody to compare with"
    return f"{points(estimate.value)} points ({points(estimate.low)} to {points(estimate.high)})"


def verdict(compared: Compared) -> str:
    """What the difference says, in one plain sentence."""
    found = compared.difference
    if found is None:
        return "There is nobody on one of the sides yet."
    if found.low > 0:
        return "It brings more people to the goal than would come anyway."
    if found.high < 0:
        return "Fewer come to the goal than would come without it."
    return "Whether it makes a difference cannot be told yet."


def side(one: Side) -> str:
    """`130 of 1,204 (10.8 %)`."""
    rate = f" ({percent(one.reached / one.customers)})" if one.customers else ""
    return f"{one.reached:,} of {one.customers:,}{rate}"


def fates(campaigns: Iterable[Counted]) -> Iterator[tuple[object, ...]]:
    """What became of what was decided: a row a campaign, its numbers adding up to the first."""
    for each in campaigns:
        refused = sum(each.refused.values())
        yield each.campaign, each.decided, each.sent, each.shadow, refused, each.unknown, each.open


def responses(campaigns: Iterable[Counted]) -> Iterator[tuple[object, ...]]:
    """What came back."""
    for each in campaigns:
        goal = share(each.reached, each.watched) if each.goal else "no goal"
        heard = (each.delivered, each.bounced, each.complained, each.opened, each.clicked)
        yield each.campaign, each.sent, *heard, goal


def reasons(campaigns: Iterable[Counted]) -> Iterator[tuple[object, ...]]:
    """Why it was not said, and why what was decided did not leave; the most frequent first."""
    for each in campaigns:
        rows = [("held back", reason.value, times) for reason, times in each.held_back.items()]
        rows += [("refused by send", reason, times) for reason, times in each.refused.items()]
        for what, reason, times in sorted(rows, key=lambda row: (row[0], -row[2], row[1])):
            yield each.campaign, what, reason, times


def comparisons(campaigns: Iterable[Counted]) -> Iterator[tuple[object, ...]]:
    """Who was meant to get it beside who was held out."""
    for each in campaigns:
        if each.compared:
            both = each.compared
            yield each.campaign, side(both.meant), side(both.held_out), apart(both.difference)


def document(told: Told) -> dict[str, Any]:
    """The report as JSON data."""
    return {
        "since": told.since.isoformat(),
        "until": told.until.isoformat(),
        "campaigns": [_campaign(each) for each in told.campaigns],
    }


def _campaign(each: Counted) -> dict[str, Any]:
    heard = ("delivered", "bounced", "complained", "opened", "clicked")
    return {
        "campaign": each.campaign,
        "goal": each.goal,
        "decided": each.decided,
        "sent": each.sent,
        "shadow": each.shadow,
        "refused": _sorted(each.refused),
        "unknown": each.unknown,
        "open": each.open,
        "held_back": _sorted(each.held_back),
        **{name: getattr(each, name) for name in heard},
        "reached": each.reached,
        "watched": each.watched,
        "running": each.running,
        "rate": _estimate(each.rate),
        "held_out": {"decisions": each.held_out.customers, "reached": each.held_out.reached},
        "compared": _compared(each.compared),
    }


def _compared(compared: Compared | None) -> dict[str, Any] | None:
    if compared is None:
        return None
    sides = {"meant": compared.meant, "held_out": compared.held_out}
    told = {
        name: {"customers": one.customers, "reached": one.reached, "rate": _estimate(one.rate)}
        for name, one in sides.items()
    }
    return {**told, "difference": _estimate(compared.difference)}


def _estimate(estimate: Estimate | None) -> dict[str, float] | None:
    if estimate is None:
        return None
    return {"value": round(estimate.value, 6), "low": round(estimate.low, 6), "high": round(estimate.high, 6)}


def _sorted(counted: Mapping[Any, int]) -> dict[str, int]:
    return {str(name): times for name, times in sorted(counted.items())}
