"""What the demo says at its end."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from infra.demo.reckoning import Reckoning
from infra.explain.words import count
from infra.pages.model import TIERS, Summary
from infra.pages.shown import reason


def show_summary(console: Console, summary: Summary, failures: Mapping[str, int]) -> None:
    """The run in numbers."""
    by_tier = Table("decisions", *TIERS, "sum", title=f"{summary.decisions:,} decisions on {summary.events:,} events")
    for column in by_tier.columns[1:]:
        column.justify = "right"
    for campaign, tiers in summary.decisions_by_campaign_and_tier.items():
        by_tier.add_row(campaign, *(str(tiers[tier]) for tier in TIERS), str(sum(tiers.values())))
    console.print()
    console.print(by_tier)
    counts = Table.grid(padding=(0, 2))
    for channel, number in sorted(summary.sent_by_channel.items()):
        counts.add_row(f"sent by {channel}", str(number))
    for code, number in sorted(summary.held_back.items()):
        counts.add_row(f"held back: {reason(code)}", str(number))
    counts.add_row("failures", str(summary.failures))
    for kind, number in failures.items():
        if number:
            counts.add_row(f"  {kind}", str(number), style="red")
    counts.add_row("order to send, half within", _seconds(summary.p50_seconds))
    counts.add_row("order to send, 95 % within", _seconds(summary.p95_seconds))
    console.print(counts)


def show_attributes(console: Console, reckoned: Reckoning) -> None:
    """What was checked of attributes."""
    told = Table.grid(padding=(0, 2))
    told.add_row("attributes checked", f"{reckoned.values:,} values of {reckoned.customers} customers")
    told.add_row("before and after the snapshot", f"{reckoned.still} compared, of {reckoned.moved} it took events over")
    for code, number in sorted(reckoned.left_out.items()):
        told.add_row("left out", f"{count(number, 'event')}: {code.replace('_', ' ')}")
    changes, listened = count(reckoned.announced, "change"), count(reckoned.listened, "attribute")
    told.add_row("announced", f"{changes} of {listened} landed from the event bus")
    for problem in reckoned.problems:
        told.add_row("", problem, style="red")
    console.print(told)


def show_where(console: Console, out: Path, index: Path) -> None:
    """Where to look."""
    console.print("\n[bold]Look at[/]")
    for path, what in (
        (index, "the stories, the charts, a page for each customer"),
        (out / "report.html", "what came of each campaign, beside who was held out"),
        (out / "summary.json", "the same numbers, and how long each stage took"),
        (out / "events.jsonl", "what was published; the same in memory, without the stack:"),
    ):
        console.print(f"  {typed(path)}  [dim]{what}[/]", soft_wrap=True, highlight=False)
    files = f"{typed(out / 'events.jsonl')} --playbook {typed(out / 'playbook')} --profiles {typed(out / 'snapshot')}"
    console.print(f"    .venv/bin/tandem replay {files}", soft_wrap=True, highlight=False)


def show_kept(console: Console, endpoint: str, exports: str, lines: Sequence[str], stop: str) -> None:
    """What to paste while the stack runs on."""
    console.print(f"\n[bold]The stack runs on at {endpoint}.[/] Paste once:\n", highlight=False)
    console.print(f"  {exports}\n", soft_wrap=True, highlight=False, markup=False)
    console.print("and then, one by one:\n")
    for each in lines:
        console.print(f"  {each}", soft_wrap=True, highlight=False, markup=False)
    console.print(f"\nStop it with: {stop}", highlight=False, markup=False)


def show_problems(console: Console, problems: Sequence[str], seconds: float) -> None:
    """The last word."""
    console.print()
    for problem in problems:
        console.print(f"✗ {problem}", style="bold red", soft_wrap=True, highlight=False, markup=False)
    if problems:
        console.print(f"Not everything came true ({seconds:.0f} s).", highlight=False)
    else:
        console.print(f"[green]Everything came true[/] in {seconds:.0f} s.", highlight=False)


def _seconds(value: float | None) -> str:
    return "nothing was sent" if value is None else f"{value:.1f} s"


def typed(path: Path) -> str:
    """A path as one types it here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
