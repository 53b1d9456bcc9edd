"""`tandem playbook diff [A] [B]`: what is otherwise in one playbook than in another."""

import argparse
from typing import Any, Final

from infra.cli.commands.playbook.show import INCOMPLETE
from infra.cli.files import STARTER, shown
from infra.cli.playbooks import LIVE, any_playbook
from infra.cli.screen import Screen
from infra.cli.session import Session
from infra.publish.difference import Change, differences

_STYLES: Final = {"added": "green", "removed": "red", "changed": "yellow"}
_MARKS: Final = {"+": "green", "-": "red"}


def add(actions: Any) -> None:
    """Describes the action."""
    text = "what is added, removed and changed between two playbooks"
    each = "a folder, a published number, or live"
    action = actions.add_parser("diff", help=text, description=f"{text[0].upper()}{text[1:]}. Each is {each}.")
    action.add_argument("first", metavar="A", nargs="?", default=LIVE, help=f"{each} (by default: live)")
    action.add_argument("second", metavar="B", nargs="?", help="the same; with A alone, A is compared with live")
    action.set_defaults(run=run)


def run(arguments: argparse.Namespace, session: Session) -> int:
    """0 whether or not there is a difference."""
    first, second = _sides(arguments.first, arguments.second)
    before, after = any_playbook(first, session), any_playbook(second, session)
    changes = differences(before, after)
    session.screen.line(f"From {first} to {second}:", style="bold")
    if not changes:
        session.screen.line("nothing is otherwise")
    show_changes(changes, session.screen)
    session.screen.next("tandem playbook list", f"tandem playbook publish {_folder(second)}")
    return 0


def _sides(first: str, second: str | None) -> tuple[str, str]:
    if second is not None:
        return first, second
    return LIVE, shown(STARTER) if first == LIVE else first


def _folder(name: str) -> str:
    return "PATH" if name == LIVE or name.isdigit() else name


def show_changes(changes: tuple[Change, ...], screen: Screen) -> None:
    """Every change: what was and what is, and of journeys the steps."""
    for change in changes:
        screen.line()
        screen.line(f"{change.part} {change.name}: {change.kind}", style=_STYLES[change.kind])
        for field in change.fields:
            name = f"{field.name}: " if field.name else ""
            now = field.after or "nothing"
            screen.line(f"{name}{field.before} → {now}" if field.before else f"{name}{now}", indent=2)
        for step in change.steps:
            screen.line(step, indent=2, style=_MARKS.get(step[0], "dim"))
    if any(change.begins_anew for change in changes):
        names = ", ".join(change.name for change in changes if change.begins_anew)
        screen.line(f"\nBegin anew: {names}. {INCOMPLETE}", style="dim")
