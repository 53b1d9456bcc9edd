"""What happens, in words that are put together when somebody asks; and what must not happen."""

from datetime import datetime


class Wrong(AssertionError):
    """Something happened that must not."""


class Killed(BaseException):
    """A worker's end. Nothing in the code may catch it, as nothing can catch the end of a process."""


class Story:
    """Lines of a time and what happened then, with the worker who did it."""

    def __init__(self) -> None:
        self._lines: list[tuple[datetime, int, tuple[object, ...]]] = []

    def say(self, now: datetime, depth: int, *words: object) -> None:
        """One more line; what a worker does inside another's call is indented."""
        self._lines.append((now, depth, words))

    def told(self) -> str:
        """All of it."""
        return "\n".join(
            f"{now:%m-%d %H:%M:%S.%f} {'    ' * depth}{' '.join(str(word) for word in words)}"
            for now, depth, words in self._lines
        )
