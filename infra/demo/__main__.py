"""`make demo`: the whole system on this machine, with real orders. KEEP=1 leaves it running, OUT is where it writes."""

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Final

from rich.console import Console

from infra.demo.hearing import MADE_UP
from infra.demo.keep import keep_running
from infra.demo.proofs import problems
from infra.demo.reckoning import reckon
from infra.demo.report import CAME_OF_IT, report
from infra.demo.run import Lived, Settings, live
from infra.demo.show import show_attributes, show_problems, show_summary, show_where
from infra.demo.stages import Stages
from infra.demo.summary import document, failures, summarise
from infra.local.paths import ROOT
from infra.local.run import StackError
from infra.local.stack import launch, stop
from infra.pages.write import write
from infra.report.page import page
from tandem.errors import TandemError

_OUT: Final = ROOT / "out"


def main() -> int:
    """Lives the day and shows it. The exit code is 1 when something of it did not come true."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # or the stack would be left behind
    console, began = Console(), time.monotonic()
    settings, stages = Settings(Path(os.environ.get("OUT") or _OUT).resolve()), Stages(console)
    console.print("[bold]18 March 1997 at CDNOW, lived today.[/] Orders are real; what is made up is marked so.\n")
    keep, stack = False, None
    try:
        with stages.stage("Start the local stack, IAM enforced"):
            stack = launch()
        lived = live(stack, settings, stages)
        found = tell(lived, settings, stages)
        keep = bool(os.environ.get("KEEP"))
        if keep:
            keep_running(lived, settings.out, console)
    except (StackError, TandemError) as error:
        found = [str(error)]
    except KeyboardInterrupt:
        found = ["stopped"]
    finally:
        if stack and not keep:
            stop(stack.pid)
    show_problems(console, found, time.monotonic() - began)
    return 1 if found else 0


def tell(lived: Lived, settings: Settings, stages: Stages, *, whole_day: bool = True) -> list[str]:
    """Writes the pages and the numbers, shows them, and returns what did not come true."""
    summary = summarise(lived)
    with stages.stage("Check every attribute of every customer: row by row, and with one snapshot alone"):
        reckoned = reckon(lived)
    found = problems(lived, reckoned, whole_day=whole_day)
    with stages.stage(f"Write a page for each of {len(lived.findings.customers)} customers"):
        index = write(report(lived, summary), settings.out)
    if lived.findings.told:
        (settings.out / CAME_OF_IT).write_bytes(page(lived.findings.told, note=MADE_UP, home=index.name))
    numbers = document(lived, summary, reckoned, found, stages.seconds)
    (settings.out / "summary.json").write_text(f"{json.dumps(numbers, indent=2)}\n", encoding="utf-8")
    show_summary(stages.console, summary, failures(lived.findings))
    show_attributes(stages.console, reckoned)
    show_where(stages.console, settings.out, index)
    return found


if __name__ == "__main__":
    sys.exit(main())
