"""Progress that is watched: a bar while a stage runs, a line with its time when it is done."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

Advance = Callable[[float], None]


@dataclass(slots=True)
class Stages:
    """`seconds` is how long each stage took, in their order."""

    console: Console
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str, total: float | None = None) -> Iterator[Advance]:
        """A stage. What it yields is told how far the work is; without a total nobody knows how far that is."""
        columns = [SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()]
        if total is not None:
            columns.insert(3, MofNCompleteColumn())
        began = time.monotonic()
        with Progress(*columns, console=self.console, transient=True, disable=not self.console.is_terminal) as progress:
            task = progress.add_task(name, total=total)
            yield lambda done: progress.update(task, completed=done)
        took = self.seconds[name] = time.monotonic() - began
        self.console.print(f"[green]✓[/] {name} [dim]{took:.1f} s[/]")
