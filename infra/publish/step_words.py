"""The steps of a journey as a plan to read, one line a step."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, assert_never

from infra.explain.words import listing
from infra.publish.in_words import length, where
from tandem.playbook import Journey
from tandem.playbook.fields import write_time_of_day
from tandem.playbook.journey import (
    AnyStep,
    BranchStep,
    CampaignStep,
    ExitStep,
    SetStep,
    SplitStep,
    Wait,
    WaitFor,
    WaitForEvent,
    WaitForQuietCart,
    WaitStep,
    WaitUntil,
)


@dataclass(frozen=True, slots=True)
class StepLine:
    """A line of a plan: how deep it stands, and what it says. `id` is the step's own, where it was given one."""

    depth: int
    text: str
    id: str = ""

    def __str__(self) -> str:
        mark = f"   [{self.id}]" if self.id else ""
        return f"{'  ' * self.depth}{self.text}{mark}"


def plan(journey: Journey) -> Iterator[StepLine]:
    """The steps of a journey, from the first to the last; what is on one way only stands under it."""
    yield from _lines(journey.steps, 0)


def _lines(steps: tuple[Any, ...], depth: int) -> Iterator[StepLine]:
    for step in steps:
        yield from _of(step, depth)


def _of(step: AnyStep, depth: int) -> Iterator[StepLine]:
    match step:
        case WaitStep():
            yield StepLine(depth, _wait(step.wait), step.id)
            yield from _otherwise("if it does not come:", step.otherwise, depth)
        case BranchStep():
            for index, arm in enumerate(step.branch):
                condition = " ".join(arm.when.split())
                yield StepLine(depth, f"{'else ' if index else ''}if {condition}:", "" if index else step.id)
                yield from _way(arm.steps, depth + 1)
            yield from _otherwise("otherwise:", step.otherwise, depth)
        case SplitStep():
            whole = sum(share.weight for share in step.split)
            for index, share in enumerate(step.split):
                yield StepLine(depth, f"for {100 * share.weight / whole:.3g}% of customers:", "" if index else step.id)
                yield from _way(share.steps, depth + 1)
        case CampaignStep():
            yield StepLine(depth, f"campaign {step.campaign}", step.id)
        case SetStep():
            values = ", ".join(f"{name} = {' '.join(value.split())}" for name, value in step.values.items())
            yield StepLine(depth, f"set {values}", step.id)
        case ExitStep():
            yield StepLine(depth, f"end: {step.exit}", step.id)
        case other:
            assert_never(other)


def _way(steps: tuple[Any, ...], depth: int) -> Iterator[StepLine]:
    yield from _lines(steps, depth) if steps else [StepLine(depth, "go on")]


def _otherwise(words: str, steps: tuple[Any, ...], depth: int) -> Iterator[StepLine]:
    if steps:
        yield StepLine(depth, words)
        yield from _lines(steps, depth + 1)


def _wait(wait: Wait) -> str:
    match wait:
        case WaitFor():
            return f"wait {length(wait.duration)}" if wait.duration else f"wait {wait.days} days"
        case WaitUntil():
            days = f" on {listing(list(wait.on), 'or')}" if wait.on else ""
            return f"wait until {write_time_of_day(wait.until)}{days}, local time"
        case WaitForEvent():
            return f"wait for {wait.event}{where(wait.when)}, at most {length(wait.within)}"
        case WaitForQuietCart():
            return f"wait until the cart has been quiet for {length(wait.cart_quiet)}"
        case other:
            assert_never(other)
