"""The terminal. Text from outside is never taken for markup, nor for an escape sequence."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, TextIO

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

_WIDTH: Final = 110  # where the output is not a terminal
_CONTROLS: Final = {code: "�" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}
_BIDI: Final = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), "�")


def plain(text: object) -> str:
    """Text without what a terminal would obey: control characters and marks that turn the line around."""
    return str(text).translate(_CONTROLS | _BIDI)


class Screen:
    """Where a command writes: results to `out`, the rest (progress, errors) to `err`."""

    def __init__(self, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.file = out or sys.stdout
        self._out = _console(self.file)
        self._err = _console(err or sys.stderr)

    def _print(self, what: RenderableType) -> None:
        """On a terminal as it is; in a file without the blanks that fill a table's cells."""
        if self._out.is_terminal:
            self._out.print(what)
            return
        with self._out.capture() as captured:
            self._out.print(what)
        self.file.writelines(f"{line.rstrip()}\n" for line in captured.get().split("\n")[:-1])

    def line(self, text: object = "", style: str = "", indent: int = 0, lead: str = "") -> None:
        """One line, after `lead` in a margin of `indent`; where it is too long it goes on under its own beginning."""
        words = Text(plain(text), style=style)
        if not indent:
            self._print(words)
            return
        table = Table.grid(padding=0)
        table.add_column(width=indent)
        table.add_column(overflow="fold")
        table.add_row(Text(plain(lead), style=style), words)
        self._print(table)

    def pairs(self, rows: Iterable[tuple[str, object]]) -> None:
        """Names and values, side by side."""
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(style="dim", no_wrap=True)
        table.add_column(overflow="fold")
        for name, value in rows:
            table.add_row(plain(name), Text(plain(value)))
        self._print(table)

    def table(
        self,
        title: str,
        columns: Sequence[str],
        rows: Iterable[Sequence[object]],
        *,
        numbers: int = 0,
        whole: Sequence[str] = (),
    ) -> None:
        """A table; its last `numbers` columns are aligned to the right, those in `whole` are never broken.

        Without rows nothing is shown.
        """
        held = [[Text(plain(cell)) for cell in row] for row in rows]
        if not held:
            return
        self.line(title, style="bold")
        table = Table(box=None, pad_edge=False)
        for index, column in enumerate(columns):
            right = index >= len(columns) - numbers
            table.add_column(
                plain(column),
                justify="right" if right else "left",
                overflow="fold",
                header_style="dim",
                no_wrap=column in whole,
            )
        for row in held:
            table.add_row(*row)
        self._print(table)

    def raw(self, text: str) -> None:
        """Text for machines, untouched."""
        self.file.write(text + "\n")

    def next(self, *steps: str) -> None:
        """What to type next: never wrapped, so that it can be pasted."""
        self._print(Text("\nNext:", style="dim"))
        for step in steps:
            self._out.print(Text(f"  {plain(step)}", style="cyan"), soft_wrap=True)

    def problem(self, problem: str, hints: Iterable[str] = ()) -> None:
        """An error, and what to do about it."""
        self._err.print(Text(plain(problem), style="bold red"), soft_wrap=True)
        for hint in hints:
            self._err.print(Text(f"  {plain(hint)}"), soft_wrap=True)

    @contextmanager
    def progress(self, what: str, total: int, *, least: int = 50) -> Iterator[Callable[[int], None]]:
        """A bar for many, nothing for few; it is told how many more are done."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=self._err, transient=True, disable=total < least) as bars:
            task = bars.add_task(what, total=total)
            yield lambda many: bars.advance(task, many)


def _console(file: TextIO) -> Console:
    width = None if file.isatty() else _WIDTH
    return Console(file=file, highlight=False, markup=False, emoji=False, width=width)
