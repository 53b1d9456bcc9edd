"""`make bench`: ratios in one run. Prints tables, writes out/bench.json, and exits 0: what must hold is asserted on
counts elsewhere.

Names of benchmarks as arguments run those alone: `.venv/bin/python -m tests.bench attributes replay`.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from tests.bench import (
    attributes,
    campaign_index,
    cold_start,
    decisions,
    event_cost,
    rendering,
    replay_cost,
    sending,
    sizes,
    snapshots,
    write_units,
)
from tests.bench.report import Report

console = Console()
TARGET = Path("out/bench.json")
BENCHMARKS: dict[str, Callable[[], list[Report]]] = {
    "attributes": attributes.run,
    "campaigns": campaign_index.run,
    "decisions": decisions.run,
    "sizes": sizes.run,
    "event": event_cost.run,
    "replay": replay_cost.run,
    "rendering": rendering.run,
    "sending": sending.run,
    "writes": write_units.run,
    "snapshots": snapshots.run,
    "cold_start": cold_start.run,
}


def main() -> None:
    """Runs every benchmark, or those that are named."""
    names = sys.argv[1:] or list(BENCHMARKS)
    figures = json.loads(TARGET.read_text()) if sys.argv[1:] and TARGET.exists() else {}
    for name in names:
        for report in BENCHMARKS[name]():
            console.print(report.table())
            figures[report.title] = report.document()
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(figures, indent=1) + "\n")
    console.print(f"Figures: {TARGET}")


if __name__ == "__main__":
    main()
