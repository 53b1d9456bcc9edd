"""Ways for one AWS call to go wrong, before it is made or after its answer is there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import boto3

from functions.send.app import desk


class Killed(BaseException):
    """The function's process ends here: no code of ours runs any more."""


@contextmanager
def raising(fault: BaseException, operation: str, *, after: bool) -> Iterator[None]:
    """The next calls of `operation` raise `fault`, before anything is sent or after it was done."""

    def fail(**_: Any) -> None:
        raise fault

    with hooked(f"{'after' if after else 'before'}-call.*.{operation}", fail):
        yield


@contextmanager
def raising_at(fault: BaseException, number: int, *, after: bool) -> Iterator[list[str]]:
    """The call with this number, from 0, raises `fault`; yields the names of the calls made, as they are made."""
    made: list[str] = []

    def count(model: Any, **_: Any) -> None:
        made.append(model.name)
        if not after:
            fail()

    def fail(**_: Any) -> None:
        if len(made) == number + 1:
            raise fault

    with hooked("before-call", count), hooked("after-call", fail) if after else nullcontext():
        yield made


@contextmanager
def hooked(event: str, hook: Callable[..., None]) -> Iterator[None]:
    """Every client that `send` makes in here calls the hook. It starts cold, and ends so."""
    desk.cache_clear()
    session = boto3.DEFAULT_SESSION
    assert session is not None, "the world is made first"
    events = session.events
    events.register(event, hook)
    try:
        yield
    finally:
        events.unregister(event, hook)
        desk.cache_clear()
