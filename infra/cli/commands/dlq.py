"""`tandem dlq list|redrive`: what could not be handled, and another try for it."""

import argparse
from typing import Any, Final

from infra.cli import dead_letters
from infra.cli.dead_letters import QUEUES, Queue, archive, depth, look
from infra.cli.session import Session
from infra.explain.words import count, span
from tandem.adapters.archive_files import ArchiveFiles
from tandem.dead_letters import PAUSES, Letter

_SHOWN: Final = 200


def add(commands: Any) -> None:
    """Describes the command."""
    parser = commands.add_parser("dlq", help="messages that could not be handled", description=__doc__)
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="show them, and leave them where they are")
    listing.add_argument("--most", metavar="N", type=int, default=50, help="of each queue (default 50)")
    listing.set_defaults(run=show)
    sending = actions.add_parser("redrive", help="send them back to the queue they came from, or archive them")
    sending.set_defaults(run=send_back)
    for action in (listing, sending):
        action.add_argument("--queue", choices=[*QUEUES, "all"], default="all", help="which one (default all)")


def show(arguments: argparse.Namespace, session: Session) -> int:
    """0, also where there are some: to be told by a number, use `tandem doctor`."""
    stack, client = session.stack(), session.client("sqs")
    total = 0
    for name, queue in _chosen(arguments.queue):
        url = stack[queue.output]
        letters = look(client, url, arguments.most)
        total += len(letters)
        if letters:
            session.screen.line(f"{name}: {count(len(letters), 'message')}", style="bold")
        for letter in letters:
            _print(letter, session)
    if not total:
        session.screen.line("Nothing lies in the dead-letter queues.", style="green")
        return 0
    session.screen.next("tandem dlq redrive    (after the cause is gone)")
    return 0


def send_back(arguments: argparse.Namespace, session: Session) -> int:
    """0 when all that could be sent back was."""
    stack, client, screen = session.stack(), session.client("sqs"), session.screen
    total = 0
    for name, queue in _chosen(arguments.queue):
        if queue.archived:
            total += _archive(stack[queue.output], stack["BucketName"], session)
        if not queue.origin:
            continue
        url = stack[queue.output]
        with screen.progress(f"redriving {name}", depth(client, url)) as advance:
            done = dead_letters.send_back(client, queue, url, stack[queue.origin], advance)
        total += done.moved
        if done.moved:
            screen.line(f"{name}: {count(done.moved, 'message')} sent back to {queue.origin.removesuffix('Url')}")
        if done.refused:
            again = f"{done.refused} of them had been refused, and will be again unless what refused them is newer now"
            screen.line(again, indent=2)
        if done.left:
            left = f"{count(done.left, 'message')} came back meanwhile, or are copies, and were left there"
            screen.line(left, indent=2)
    if not total:
        screen.line("There was nothing to send back.", style="green")
    if arguments.queue in ("snapshots", "all") and depth(client, stack[QUEUES["snapshots"].output]):
        screen.line("snapshots: notices of failed loads, with nowhere to go back to; see the logs of load_profiles")
    screen.next("tandem dlq list", "tandem doctor")
    return 0


def _archive(url: str, bucket: str, session: Session) -> int:
    client, screen = session.client("sqs"), session.screen
    with screen.progress("archiving", depth(client, url)) as advance:
        done = archive(client, url, ArchiveFiles(session.client("s3"), bucket), advance)
    if done.moved:
        screen.line(f"archive: {count(done.moved, 'message')} archived")
    if done.refused:
        screen.line(f"{done.refused} of them cannot be parsed; they are in s3://{bucket}/refused", indent=2)
    if done.left:
        screen.line(f"{count(done.left, 'message')} could not be put on S3, and were left there", indent=2)
    return done.moved


def _chosen(name: str) -> list[tuple[str, Queue]]:
    return [(each, queue) for each, queue in QUEUES.items() if name in (each, "all")]


def _print(letter: Letter, session: Session) -> None:
    age = span((session.clock() - letter.sent_at).total_seconds())
    why = letter.reason or f"tried too often; what it owes is not done{_tried(letter)}"
    session.screen.line(f"{age} old  {why}", style="yellow", indent=2)
    content = " ".join(letter.content.split())
    session.screen.line(content if len(content) <= _SHOWN else f"{content[:_SHOWN]}…", style="dim", indent=4)


def _tried(letter: Letter) -> str:
    """What becomes of it by itself."""
    if letter.redriven < len(PAUSES):
        return f" (sent back {letter.redriven} of {len(PAUSES)} times so far)" if letter.redriven else ""
    return f" (sent back {letter.redriven} times; it waits for you now)"
