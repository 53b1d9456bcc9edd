"""Workers of the local stack, killed at random: SIGKILL, in the middle of whatever they do."""

import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

NAME: Final = b"AWS_LAMBDA_FUNCTION_NAME="


@dataclass(slots=True)
class Killer:
    """Kills one of the stack's workers every so often, `every` seconds on average. `killed` counts by function."""

    pid: int  # the stack's
    random: Random
    every: float
    killed: Counter[str] = field(default_factory=Counter)
    _stopped: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def at_work(self) -> Iterator["Killer"]:
        """For the length of a `with`."""
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._stopped.set()
            thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self.random.uniform(0, 2 * self.every)):
            found = dict(workers(self.pid))
            if found:
                victim = self.random.choice(sorted(found))
                with suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
                    self.killed[found[victim]] += 1


def workers(stack: int) -> Iterator[tuple[int, str]]:
    """The processes that the stack runs functions in, each with its function's name."""
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            pid = int(folder.name)
            if _parent(folder) == stack and (name := _function(folder)):
                yield pid, name


def _parent(folder: Path) -> int:
    return int((folder / "stat").read_text().rpartition(")")[2].split()[1])


def _function(folder: Path) -> str:
    environment = (folder / "environ").read_bytes().split(b"\0")
    return next((each[len(NAME) :].decode() for each in environment if each.startswith(NAME)), "")
