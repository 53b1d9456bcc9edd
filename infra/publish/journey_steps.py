"""The steps of a journey, judged one by one: conditions, variables that are set before they are read, waits."""

from collections.abc import Iterator
from typing import Any, Final

from infra.publish.known import Known, Problem, without_texts
from infra.publish.problems import hint
from infra.publish.source import Location
from infra.publish.triggers import internal
from tandem.events.parse import INTERNAL
from tandem.expressions import Language, names_in
from tandem.playbook import Journey, OnAbandonedCart
from tandem.playbook.journey import (
    BranchStep,
    SetStep,
    SplitStep,
    WaitFor,
    WaitForEvent,
    WaitForQuietCart,
    WaitStep,
)
from tandem.playbook.vocabulary import inside

_OWN: Final = "journey."


def places(step: Any, at: Location) -> Iterator[tuple[Location, tuple[Any, ...]]]:
    """The ways that a step can go, each with where it is written."""
    match step:
        case BranchStep():
            yield from (((*at, "branch", index, "steps"), arm.steps) for index, arm in enumerate(step.branch))
            yield (*at, "otherwise"), step.otherwise
        case SplitStep():
            yield from (((*at, "split", index, "steps"), share.steps) for index, share in enumerate(step.split))
        case WaitStep():
            yield (*at, "otherwise"), step.otherwise
        case _:
            pass


def located(steps: tuple[Any, ...], at: Location = ("steps",)) -> Iterator[tuple[Location, Any]]:
    """Every step in and under these, with where it is written."""
    for index, step in enumerate(steps):
        yield (*at, index), step
        for where, inner in places(step, (*at, index)):
            yield from located(inner, where)


def given_ids(steps: tuple[Any, ...]) -> Iterator[tuple[Location, str]]:
    """The ids that steps were given, with where the step is written."""
    return ((at, step.id) for at, step in located(steps) if step.id)


class Steps:
    """The steps of one journey. `names` are all the variables that they set."""

    def __init__(self, journey: Journey, known: Known) -> None:
        self._journey = journey
        self._known = known
        steps = [step for _, step in journey.every_step()]
        self.names = frozenset(name for step in steps if isinstance(step, SetStep) for name in step.values)

    def problems(self) -> Iterator[Problem]:
        """What is wrong with them, from the first to the last."""
        yield from self._walk(self._journey.steps, ("steps",), set())

    def condition(self, source: str, held: frozenset[str] | set[str], *, event: bool = False) -> str:
        """What is wrong with a condition where the variables `held` are set."""
        return self._unset(source, held) or self._known.condition(self._language(event=event), source)

    def _number(self, source: str, held: set[str]) -> str:
        return self._unset(source, held) or self._known.number(self._language(), source)

    def _value(self, source: str, held: set[str]) -> str:
        return self._unset(source, held) or self._known.value(self._language(), source)

    def _language(self, *, event: bool = False) -> Language:
        return inside(self._known.rules, self.names, event=event)

    def _walk(self, steps: tuple[Any, ...], at: Location, held: set[str]) -> Iterator[Problem]:
        """Adds to `held` what may be set after these steps: a variable that one way sets may be read afterwards."""
        for index, step in enumerate(steps):
            here = (*at, index)
            yield from self._step(step, here, held)
            after = set(held)
            for where, inner in places(step, here):
                way = set(held)
                yield from self._walk(inner, where, way)
                after |= way
            held.update(after)

    def _step(self, step: Any, at: Location, held: set[str]) -> Iterator[Problem]:
        match step:
            case WaitStep(wait=wait):
                yield from self._wait(wait, (*at, "wait"), held)
            case BranchStep():
                for index, arm in enumerate(step.branch):
                    if problem := self.condition(arm.when, held):
                        yield (*at, "branch", index, "when"), problem
            case SetStep():
                for name, source in step.values.items():
                    if problem := self._value(source, held):
                        yield (*at, "set", name), problem
                held.update(step.values)
            case _:
                pass

    def _wait(self, wait: Any, at: Location, held: set[str]) -> Iterator[Problem]:
        match wait:
            case WaitFor(days=str(days)):
                if problem := self._number(days, held):
                    yield (*at, "days"), problem
            case WaitForEvent():
                if wait.event in INTERNAL:
                    yield (*at, "event"), internal(wait.event)
                if problem := self.condition(wait.when, held, event=True):
                    yield (*at, "when"), problem
            case WaitForQuietCart() if not isinstance(self._journey.start, OnAbandonedCart):
                yield (*at, "cart_quiet"), "there is no cart: only a journey that cart_abandoned starts has one"
            case _:
                pass

    def _unset(self, source: str, held: frozenset[str] | set[str]) -> str:
        for name in sorted(names_in(without_texts(source))):
            own = name.removeprefix(_OWN)
            if own == name or own in held:
                continue
            if own in self.names:
                return f"{name} is read before a step sets it"
            return f"no step sets {name}{hint(name, [f'{_OWN}{each}' for each in self.names])}"
        return ""
