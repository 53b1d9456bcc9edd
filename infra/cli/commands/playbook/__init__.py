"""`tandem playbook check|diff|publish|rollback|list|stop|resume`: what marketers publish, what operators stop."""

from typing import Any

from infra.cli.commands.playbook import check, diff, history, publish, rollback, stop


def add(commands: Any) -> None:
    """Describes the command."""
    text = "check, compare, publish or stop a playbook"
    parser = commands.add_parser("playbook", help=text, description=__doc__)
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    for action in (check, diff, publish, rollback, history, stop):
        action.add(actions)
