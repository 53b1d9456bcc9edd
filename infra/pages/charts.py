"""The three charts: how many came how far, who the customers are, what was decided when."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from liquid import Markup

from infra.explain.words import listing
from infra.pages.model import TIERS, Point
from infra.pages.svg import HEIGHT, WIDTH, Drawing

NOTHING: Final = "nothing"
OTHERS: Final = "others"
_LEFT: Final = 30  # of the columns over time, after their numbers
_TOP: Final = 10
_COLOURS: Final = 5  # style.css has .campaign-0 to .campaign-4
_COLUMNS: Final = 24  # of the chart over time
_STEPS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200)  # seconds


def funnel(steps: Sequence[tuple[str, int]], *, name: str = "funnel", title: str = "From events to messages") -> Markup:
    """One bar a step, as long as its share of the first."""
    told = listing([f"{label}: {number:,}" for label, number in steps])
    drawing = Drawing(name, title, told)
    widest = max((number for _, number in steps), default=0)
    pitch = min(54.0, HEIGHT / max(1, len(steps)))
    for index, (label, number) in enumerate(steps):
        y = index * pitch
        share = number / widest if widest else 0
        drawing.text("label", 0, y + 16, label)
        drawing.text("value", WIDTH, y + 16, f"{number:,}", anchor="end")
        drawing.bar("track", 0, y + 25, WIDTH, 10, radius=5)
        if number:
            drawing.bar("fill", 0, y + 25, max(10, WIDTH * share), 10, radius=5)
    return drawing.markup()


def tiers(customers: Mapping[str, int]) -> Markup:
    """One column a tier."""
    shown = [tier for tier in TIERS if tier != "unknown" or customers.get(tier)]
    told = listing([f"{tier}: {customers.get(tier, 0):,} customers" for tier in shown])
    drawing = Drawing("tiers", "Customers by tier", told)
    total, highest = sum(customers.values()), max((customers.get(tier, 0) for tier in shown), default=0)
    floor, room, pitch = HEIGHT - 44, HEIGHT - 96, WIDTH / len(shown)
    width = min(72.0, pitch * 0.66)
    for index, tier in enumerate(shown):
        number, middle = customers.get(tier, 0), (index + 0.5) * pitch
        tall = room * number / highest if highest else 0
        drawing.bar(f"tier-{tier}", middle - width / 2, floor - tall, width, tall, radius=3)
        drawing.text("large", middle, floor - tall - 12, f"{number:,}", anchor="middle")
        drawing.text("label", middle, floor + 20, tier, anchor="middle")
        drawing.text("small", middle, floor + 38, f"{number / total:.0%}" if total else "", anchor="middle")
    drawing.line("axis", 0, floor, WIDTH, floor)
    return drawing.markup()


def over_time(points: Iterable[Point]) -> Markup:
    """One column an interval, its decisions stacked by campaign."""
    points = _merged(tuple(points))
    campaigns = _campaigns(points)
    told = listing([f"{campaign}: {number:,}" for campaign, number in campaigns.items()])
    drawing = Drawing("over-time", "Decisions over time", told)
    floor = HEIGHT - 42 - 20 * ((len(campaigns) + 1) // 2)
    step = _step(max((point.second for point in points), default=0))
    stacks = _stacks(points, step)
    highest = _round_up(max((sum(stack.values()) for stack in stacks.values()), default=0))
    columns = max(stacks, default=0) + 1
    pitch = (WIDTH - _LEFT) / columns
    _axes(drawing, floor, highest, columns * step)
    for column, stack in sorted(stacks.items()):
        y = float(floor)
        for index, campaign in enumerate(campaigns):
            tall = (floor - _TOP) * stack[campaign] / highest
            y -= tall
            if tall:
                drawing.bar(_colour(index, campaign), _LEFT + column * pitch + 1, y, min(pitch - 2, 26), tall)
    for index, campaign in enumerate(campaigns):
        x, y = (index % 2) * (WIDTH / 2), floor + 44 + 20 * (index // 2)
        drawing.bar(_colour(index, campaign), x, y - 9, 10, 10, radius=3)
        drawing.text("label", x + 16, y, _short(campaign))
    return drawing.markup()


def _axes(drawing: Drawing, floor: float, highest: int, seconds: float) -> None:
    for part in (0, 0.5, 1):
        y = floor - (floor - _TOP) * part
        drawing.line("axis" if part == 0 else "grid", _LEFT, y, WIDTH, y)
        drawing.text("small", _LEFT - 8, y + 4, f"{highest * part:,.0f}", anchor="end")
    for share, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end")):
        drawing.text("small", _LEFT + (WIDTH - _LEFT) * share, floor + 17, _seconds(seconds * share), anchor=anchor)


def _merged(points: Sequence[Point]) -> list[Point]:
    """The rare campaigns as one, where there are more than colours."""
    names = [name for name in _campaigns(points) if name != NOTHING]
    rare = set(names[_COLOURS - 1 :]) if len(names) > _COLOURS else set()
    return [replace(point, campaign=OTHERS) if point.campaign in rare else point for point in points]


def _campaigns(points: Iterable[Point]) -> dict[str, int]:
    """Campaigns with their counts, the largest first, then the others and nothing."""
    counted: Counter[str] = Counter()
    for point in points:
        counted[point.campaign] += point.count
    last = (OTHERS, NOTHING)
    return dict(sorted(counted.items(), key=lambda each: (each[0] in last, each[0] == NOTHING, -each[1], each[0])))


def _stacks(points: Iterable[Point], step: int) -> dict[int, Counter[str]]:
    stacks: dict[int, Counter[str]] = {}
    for point in points:
        stacks.setdefault(int(max(0, point.second) // step), Counter())[point.campaign] += point.count
    return stacks


def _step(longest: float) -> int:
    return next((step for step in _STEPS if longest / step < _COLUMNS), 86_400)


def _round_up(number: int) -> int:
    """The next number for the axis: it halves well and leaves little room above."""
    size = 1
    while 8 * size < number:
        size *= 10
    return next(step * size for step in (2, 4, 6, 8) if step * size >= number)


def _colour(index: int, campaign: str) -> str:
    return "campaign-nothing" if campaign == NOTHING else f"campaign-{index % _COLOURS}"


def _short(words: str) -> str:
    return words if len(words) <= 18 else words[:17] + "…"


def _seconds(seconds: float) -> str:
    return f"{seconds:,.0f} s" if seconds <= 180 else f"{seconds / 60:,.0f} min"
