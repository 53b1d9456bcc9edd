"""A campaign's two drawings: how many came how far, and who came to the goal beside who was held out."""

from typing import Final

from liquid import Markup

from infra.explain.words import listing
from infra.pages import charts
from infra.pages.svg import WIDTH, Drawing
from infra.report.interval import Estimate
from infra.report.model import Compared, Counted
from infra.report.words import percent, side

_PITCH: Final = 104
_BAR: Final = 22


def funnel(counted: Counted, number: int) -> Markup:
    """From the decision to the goal, a bar a step."""
    steps = [
        ("decided", counted.decided),
        ("sent", counted.sent),
        *([("would be sent (shadow mode)", counted.shadow)] if counted.shadow else []),
        ("delivered", counted.delivered),
        ("opened", counted.opened),
        ("clicked", counted.clicked),
        *([("reached the goal", counted.reached)] if counted.goal else []),
    ]
    return charts.funnel(steps, name=f"funnel-{number}", title=f"{counted.campaign}: from the decision to the goal")


def sides(compared: Compared, number: int) -> Markup:
    """Two bars, each with the line on which its rate lies with 95 % confidence."""
    rows = [
        ("meant", "meant to get it", compared.meant),
        ("kept", "held out", compared.held_out),
    ]
    told = listing([f"{label}: {side(each)}" for _, label, each in rows])
    drawing = Drawing(f"sides-{number}", "Who came to the goal", told)
    widest = max((each.rate.high for *_, each in rows if each.rate), default=0.0) or 1.0
    for index, (kind, label, each) in enumerate(rows):
        y = 10 + index * _PITCH
        drawing.text("label", 0, y + 10, label)
        drawing.text("value", WIDTH, y + 10, percent(each.rate.value) if each.rate else "nobody", anchor="end")
        drawing.bar("track", 0, y + 20, WIDTH, _BAR, radius=4)
        if each.rate:
            _bar(drawing, kind, y + 20, each.rate, widest)
        drawing.text("small", 0, y + 62, f"{each.reached:,} of {each.customers:,} customers")
    drawing.text("small", 0, 10 + 2 * _PITCH + 18, "The thin lines: where each rate lies with 95 % confidence")
    return drawing.markup()


def _bar(drawing: Drawing, kind: str, y: float, rate: Estimate, widest: float) -> None:
    scale = WIDTH / widest
    if rate.value:
        drawing.bar(kind, 0, y, max(3, rate.value * scale), _BAR, radius=4)
    middle = y + _BAR / 2
    drawing.line("whisker", rate.low * scale, middle, rate.high * scale, middle)
    for end in (rate.low, rate.high):
        x = min(WIDTH - 1, max(1, end * scale))
        drawing.line("whisker", x, middle - 6, x, middle + 6)
