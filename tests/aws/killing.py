"""A function killed at one of its AWS calls: before the call was made, or after it was carried out."""

from collections.abc import Iterable
from typing import Any, Literal

When = Literal["before", "after"]


class Killed(BaseException):
    """Nothing in the code may catch it, as nothing can catch the end of a process."""


class Killer:
    """Counts the AWS calls of some clients and kills at one of them. Calls are counted from 0."""

    def __init__(self, clients: Iterable[Any]) -> None:
        self.calls: list[str] = []
        self._at: int | None = None
        self._when: When = "before"
        for client in clients:
            client.meta.events.register("before-call", self._before)
            client.meta.events.register("after-call", self._after)

    def arm(self, at: int, when: When) -> None:
        """Kills at the call with this number, counted from now."""
        self.calls, self._at, self._when = [], at, when

    def disarm(self) -> None:
        """Lets every call pass."""
        self.calls, self._at = [], None

    def _before(self, model: Any, **_: Any) -> None:
        self.calls.append(model.name)
        self._kill("before")

    def _after(self, **_: Any) -> None:
        self._kill("after")

    def _kill(self, when: When) -> None:
        if self._at == len(self.calls) - 1 and self._when == when:
            raise Killed
