"""`tandem playbook publish PATH`: a folder put live as the next number, at once or at a stated moment."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.cli.author import author_of
from infra.cli.commands.playbook.show import show_draft, show_news
from infra.cli.mistake import Mistake
from infra.cli.playbooks import good_playbook, publisher_of
from infra.cli.session import Session
from infra.explain.words import clock
from infra.replay.prepare import relative
from tandem.errors import BadEvent
from tandem.events.times import read_time
from tandem.playbook import Live, Playbook


def add(actions: Any) -> None:
    """Describes the action."""
    text = "check a playbook and put it live as the next number"
    action = actions.add_parser("publish", help=text, description=text)
    action.add_argument("path", metavar="PATH", type=Path, help="the folder with playbook.yaml")
    action.add_argument("--at", metavar="TIME", help="when it takes effect: 2026-11-24T09:00:00Z, or now+2h")
    action.add_argument("--note", metavar="TEXT", default="", help="what is new in it, for the list")
    action.add_argument("--author", metavar="NAME", help="who publishes (by default: who AWS says you are)")
    action.add_argument("--replace", action="store_true", help="drop the one that is still to take effect")
    action.set_defaults(run=run)


def run(arguments: argparse.Namespace, session: Session) -> int:
    """A bad one is refused before AWS is asked for anything."""
    now = session.clock()
    at = _at(arguments.at, now)
    good_playbook(arguments.path, now=now)
    stack, publisher = session.stack(), publisher_of(session)
    held = publisher.table_of_live.live()
    _refuse_pending(held, now, replace=arguments.replace)
    author = author_of(arguments.author, session)
    before = publisher.live()
    draft = publisher.publish(arguments.path, now=now, at=at, author=author, note=arguments.note, held=held)
    show_draft(draft, session.screen)
    show_news(draft.playbook, before, session.screen)
    say_published(draft.playbook, held, now, stack.name, session)
    session.screen.next("tandem doctor", "tandem playbook list", "tandem emit FILE")
    return 0


def say_published(playbook: Playbook, held: Live, now: datetime, stack: str, session: Session) -> None:
    """The number, from when on it holds, and which one gave way."""
    dropped = pending(held, now)
    if dropped:
        session.screen.line(f"\nPlaybook {dropped}, which was still to take effect, gives way.", style="yellow")
    at = playbook.takes_effect_at
    when = f"; it takes effect {clock(at, UTC)} UTC" if at else ""
    words = f"\nPublished as playbook {playbook.number} of {stack} by {playbook.author}{when}."
    session.screen.line(words, style="green")


def pending(held: Live, now: datetime) -> int:
    """The number of the playbook that is still to take effect; 0 if none is."""
    return held.next_number if held.next_at is not None and now < held.next_at else 0


def _refuse_pending(held: Live, now: datetime, *, replace: bool) -> None:
    if replace or not (number := pending(held, now)) or held.next_at is None:
        return
    raise Mistake(
        f"playbook {number} is published already and takes effect {clock(held.next_at, UTC)} UTC",
        "to drop it and publish this one: --replace",
        f"to see what it brings: tandem playbook diff live {number}",
    )


def _at(text: str | None, now: datetime) -> datetime | None:
    if text is None:
        return None
    try:
        at = relative(text, now) or read_time(text, "--at")
    except BadEvent as bad:
        raise Mistake(f"--at {text} is no time", "write 2026-11-24T09:00:00Z, or now+2h") from bad
    if at <= now:
        raise Mistake(f"--at {text} has passed", "leave --at out to publish at once")
    return at
