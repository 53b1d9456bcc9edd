"""`tandem doctor`: what a deployed stack still lacks, each with the command that helps."""

import argparse
from typing import Any, Final

from infra.cli import channel_checks, checks, sending_checks
from infra.cli.checks import State
from infra.cli.mistake import Mistake
from infra.cli.session import Session

_MARKS: Final = {
    State.GOOD: ("✓", "green"),
    State.LACKS: ("✗", "bold red"),
    State.WARNS: ("!", "yellow"),
    State.UNKNOWN: ("?", "dim"),
}


def add(commands: Any) -> None:
    """Describes the command."""
    parser = commands.add_parser("doctor", help="what the deployed stack still lacks", description=__doc__)
    parser.set_defaults(run=run)


def run(_: argparse.Namespace, session: Session) -> int:
    """0 when nothing required is lacking, 1 when something is."""
    screen = session.screen
    try:
        stack = session.stack()
    except Mistake as missing:
        screen.line(f"✗ stack          {missing.problem}", style="bold red")
        screen.next(*missing.hints)
        return 1
    screen.line(f"✓ stack          {stack.name} is deployed", style="green")
    questions = (*checks.QUESTIONS, *sending_checks.QUESTIONS, *channel_checks.QUESTIONS)
    found = [checks.asked(name, question, session, stack) for name, question in questions]
    for check in found:
        mark, colour = _MARKS[check.state]
        screen.line(f"{mark} {check.name:14} {check.said}", style=colour)
    fixes = [check.fix for check in found if check.fix]
    if fixes:
        screen.next(*fixes)
    lacking = [check.name for check in found if check.state is State.LACKS]
    if not lacking:
        screen.line("\nNothing required is lacking.", style="green")
        if not fixes:
            screen.next("tandem emit infra/samples/order.json")
    return 1 if lacking else 0
