"""How long the steps of a journey take at least, by the way that takes longest."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from tandem.playbook.journey import BranchStep, ExitStep, SplitStep, WaitFor, WaitForEvent, WaitForQuietCart, WaitStep

_NONE: Final = timedelta(0)
_Way = tuple[timedelta, bool]  # how long it takes, and whether it goes on to what follows


def least_wait(steps: tuple[Any, ...]) -> timedelta:
    """What the way through these steps that waits longest takes, for somebody who waits no longer than they must.

    Times of day, and days by an expression, take no time here: nobody can know them.
    """
    return max(length for length, _ in _through(steps))


def _through(steps: tuple[Any, ...]) -> list[_Way]:
    """The longest way that goes on to what follows these steps, and the longest that ends within them."""
    going: timedelta | None = _NONE
    ended: timedelta | None = None
    for step in steps:
        if going is None:
            break
        before = [(ended, False)] if ended is not None else []
        ways = [(going + length, goes_on) for length, goes_on in _of(step)]
        going = max((length for length, goes_on in ways if goes_on), default=None)
        ended = max((length for length, goes_on in [*ways, *before] if not goes_on), default=None)
    return [(length, goes_on) for length, goes_on in ((going, True), (ended, False)) if length is not None]


def _of(step: Any) -> Iterator[_Way]:
    match step:
        case WaitStep(wait=WaitFor(duration=timedelta() as length)):
            yield length, True
        case WaitStep(wait=WaitForQuietCart(cart_quiet=length)):
            yield length, True
        case WaitStep(wait=WaitForEvent(within=length)):
            yield _NONE, True
            yield from ((length + more, goes_on) for more, goes_on in _through(step.otherwise))
        case BranchStep():
            for arm in step.branch:
                yield from _through(arm.steps)
            yield from _through(step.otherwise)
        case SplitStep():
            for share in step.split:
                yield from _through(share.steps)
        case ExitStep():
            yield _NONE, False
        case _:
            yield _NONE, True
