"""One benchmark's figures: a table for people, and numbers for `out/bench.json`."""

from dataclasses import dataclass, field

from rich.table import Table

Number = float | int


@dataclass(slots=True)
class Report:
    """`columns` name the numbers of every row; `note` says the budget, or what to look at."""

    title: str
    columns: tuple[str, ...]
    note: str = ""
    rows: dict[str, tuple[Number, ...]] = field(default_factory=dict)

    def add(self, name: str, *numbers: Number) -> None:
        """One row."""
        self.rows[name] = numbers

    def table(self) -> Table:
        """For people: three digits are enough."""
        table = Table(self.title, *self.columns, title=self.note)
        for name, numbers in self.rows.items():
            table.add_row(name, *(_short(number) for number in numbers))
        return table

    def document(self) -> dict[str, dict[str, Number]]:
        """For machines."""
        return {
            name: {column: round(number, 4) for column, number in zip(self.columns, numbers, strict=True)}
            for name, numbers in self.rows.items()
        }


def _short(number: Number) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:,.3g}" if abs(number) < 1000 else f"{number:,.0f}"
