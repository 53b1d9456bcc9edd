"""`tandem playbook rollback [NUMBER]`: an earlier playbook again, at once, as a new number."""

import argparse
from typing import Any

from infra.cli.author import author_of
from infra.cli.commands.playbook.diff import show_changes
from infra.cli.commands.playbook.publish import say_published
from infra.cli.commands.playbook.show import show_news
from infra.cli.mistake import Mistake
from infra.cli.playbooks import any_playbook, publisher_of
from infra.cli.session import Session
from infra.publish.difference import differences
from infra.publish.history import follows


def add(actions: Any) -> None:
    """Describes the action."""
    text = "publish an earlier playbook again, at once, as a new number"
    action = actions.add_parser(
        "rollback",
        help=text,
        description=f"{text[0].upper()}{text[1:]}. Rules that have changed since begin anew, and journeys are versions "
        "of their own, as if it had been written again. One that is still to take effect gives way.",
    )
    action.add_argument("number", metavar="NUMBER", type=int, nargs="?", help="by default the one before the live one")
    action.add_argument("--author", metavar="NAME", help="who does it (by default: who AWS says you are)")
    action.set_defaults(run=run)


def run(arguments: argparse.Namespace, session: Session) -> int:
    """Says what changes by it."""
    now, stack, publisher = session.clock(), session.stack(), publisher_of(session)
    held = publisher.table_of_live.live()
    before = publisher.live()
    if before is None:
        raise Mistake("no playbook is published", "tandem playbook publish PATH")
    number = follows(before) if arguments.number is None else arguments.number
    if number == 0:
        raise Mistake(f"there is none before playbook {before.number}", "tandem playbook list")
    if number == before.number:
        raise Mistake(f"playbook {number} is live", "tandem playbook list")
    old = any_playbook(str(number), session)
    author = author_of(arguments.author, session)
    changes = differences(any_playbook(str(before.number), session), old)
    draft = publisher.roll_back(number, now=now, author=author, held=held)
    session.screen.line(f"From playbook {before.number} back to {number}:", style="bold")
    show_changes(changes, session.screen)
    show_news(draft.playbook, before, session.screen)
    say_published(draft.playbook, held, now, stack.name, session)
    session.screen.next("tandem doctor", "tandem playbook list")
    return 0
