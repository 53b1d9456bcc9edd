"""`tandem erase CUSTOMER`: takes a person out of the stack, for good."""

import argparse
from typing import Any, Final

from infra.cli.mistake import Mistake
from infra.cli.people import archive_of, tables_of, tombstones_of
from infra.cli.session import Session
from infra.explain.words import count
from infra.privacy.archive import Rewritten
from infra.privacy.erase import Erased, Eraser

LEFT: Final = (
    "every no to messages, by the hash of the address: it protects the person",
    "what was sent, without the person: campaign, channel, what came of it",
    "a tombstone, the hash of the id: late events are dropped, profiles are no longer made",
    "snapshots on S3 for 90 days at most; the next one holds nothing of the person",
    "backups of the tables for 35 days, log lines as long as logs are kept",
    "history/ in the bucket, announcements on the event bus, dead letters (14 days at most): see docs/privacy.md",
)
ARCHIVED: Final = (
    "events in the archive and in imports, which nothing reads any more: tandem erase ... --archive takes them out"
)


def add(commands: Any) -> None:
    """Describes the command."""
    parser = commands.add_parser(
        "erase",
        help="take a person out of the stack",
        description="Deletes all that is held of a customer, stops their timers and messages, and leaves a tombstone, "
        "so that late events do not bring them back. Cut off, or some minutes later: run it again.",
    )
    parser.add_argument("customer", metavar="CUSTOMER", help="the customer_id of the events")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--archive", action="store_true", help="also out of every event in the bucket: reads all of it")
    lifting = "let them be a customer again: takes out what is left in the bucket, then the tombstone"
    parser.add_argument("--lift", action="store_true", help=lifting)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, session: Session) -> int:
    """0 when nothing is left that can be taken away."""
    if not arguments.yes:
        _ask(arguments.customer, session)
    if arguments.lift:
        return _lift(arguments.customer, session)
    eraser = Eraser(tables_of(session), tombstones_of(session), session.clock)
    _say(arguments.customer, eraser.erase(arguments.customer), session)
    if arguments.archive:
        _say_archive(_take_out(arguments.customer, session), session)
    session.screen.line()
    session.screen.line("What stays:")
    for left in (*(() if arguments.archive else (ARCHIVED,)), *LEFT):
        session.screen.line(left, indent=4, lead="  -")
    session.screen.next(
        f"tandem erase {arguments.customer} --yes    (again in ten minutes: what was under way just now)"
    )
    return 0


def _ask(customer_id: str, session: Session) -> None:
    """Raises Mistake unless the id is typed."""
    session.screen.line(f"This cannot be undone. To go on, type the customer's id ({customer_id}):", style="bold")
    if session.stdin.readline().rstrip("\r\n") != customer_id:
        raise Mistake("that is not the id; nothing was done", "without the question: --yes")


def _say(customer_id: str, erased: Erased, session: Session) -> None:
    done = (
        count(erased.records, "record"),
        count(erased.timers, "timer"),
        count(erased.profiles, "profile"),
        count(erased.decisions, "decision"),
        count(erased.consents, "consent"),
    )
    screen = session.screen
    screen.line(f"{customer_id} is erased.", style="bold")
    screen.line(f"Deleted: {', '.join(done)}. Made anonymous: {count(erased.messages, 'message')}.")
    if erased == Erased():
        screen.line("There was nothing of this customer; the tombstone stands.")


def _take_out(customer_id: str, session: Session) -> Rewritten:
    archive = archive_of(session, customer_id)
    with session.screen.progress("objects", len(archive.keys())) as advance:
        return archive.take_out(advance)


def _say_archive(done: Rewritten, session: Session) -> None:
    looked = f"{count(done.looked, 'object')} looked through"
    session.screen.line(
        f"Taken out of the bucket: {count(done.lines, 'event')} in {count(done.objects, 'object')} ({looked})."
    )
    if done.objects:
        session.screen.line("Their former versions go after 30 days.", indent=2)


def _lift(customer_id: str, session: Session) -> int:
    """First the old events: with the tombstone gone, a snapshot that starts over would count them."""
    tombstones = tombstones_of(session)
    if tombstones.erased_at(customer_id) is None:
        raise Mistake(f"there is no tombstone of {customer_id}", f"tandem why {customer_id}")
    _say_archive(_take_out(customer_id, session), session)
    tombstones.lift(customer_id)
    session.screen.line(f"{customer_id} may be a customer again, and begins anew.", style="bold")
    session.screen.line("No consent came back: the person has to say yes again.")
    return 0
