"""`tandem playbook check PATH`: every defect of a folder, or what is in it."""

import argparse
from pathlib import Path
from typing import Any

from infra.cli.commands.playbook.show import show_draft, show_news
from infra.cli.files import shown
from infra.cli.playbooks import good_playbook, live_playbook
from infra.cli.session import Session


def add(actions: Any) -> None:
    """Describes the action."""
    text = "read a playbook and name every defect as file:line: field: problem; needs no AWS"
    action = actions.add_parser("check", help=text, description=text)
    action.add_argument("path", metavar="PATH", type=Path, help="the folder with playbook.yaml")
    action.add_argument("--live", action="store_true", help="say what is new against the playbook that is live")
    action.set_defaults(run=run)


def run(arguments: argparse.Namespace, session: Session) -> int:
    """Needs no AWS, unless it is compared with what is live."""
    before = live_playbook(session) if arguments.live else None
    draft = good_playbook(arguments.path, now=session.clock(), before=before)
    show_draft(draft, session.screen)
    show_news(draft.playbook, before, session.screen)
    path = shown(arguments.path)
    session.screen.line("\nThe playbook is good.", style="green")
    against = () if arguments.live else (f"tandem playbook check {path} --live    (what is new against what is live?)",)
    session.screen.next(
        f"tandem replay FILE --playbook {path}",
        *against,
        f"tandem playbook diff live {path}",
        f"tandem playbook publish {path}",
    )
    return 0
