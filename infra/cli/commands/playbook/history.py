"""`tandem playbook list`: what was published last, by whom, and which of it holds."""

import argparse
from datetime import UTC
from typing import Any

from infra.cli.playbooks import publisher_of
from infra.cli.session import Session
from infra.explain.words import clock
from infra.publish.history import Entry, Place


def add(actions: Any) -> None:
    """Describes the action."""
    text = "the last 20 playbooks: number, author, when, and which is live"
    action = actions.add_parser("list", help=text, description=text)
    action.set_defaults(run=run)


def run(_: argparse.Namespace, session: Session) -> int:
    """Newest first."""
    rows = [_row(entry) for entry in publisher_of(session).history(session.clock())]
    if not rows:
        session.screen.line("No playbook is published.")
        session.screen.next("tandem playbook publish PATH")
        return 1
    columns = ("number", "", "takes effect", "published", "author", "note")
    session.screen.table("Playbooks, newest first (UTC)", columns, rows, whole=("number", "takes effect", "published"))
    session.screen.next("tandem playbook diff A B", "tandem playbook rollback [NUMBER]")
    return 0


def _row(entry: Entry) -> tuple[object, ...]:
    place = "" if entry.place is Place.PAST else entry.place.value
    author = entry.author or "-"
    return entry.number, place, clock(entry.since, UTC), clock(entry.published_at, UTC), author, entry.note
