"""`tandem emit FILE`: events of a file to the topic."""

import argparse
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from infra.cli.files import EVENT_FILE, read_events
from infra.cli.mistake import Mistake
from infra.cli.session import Session
from infra.explain.words import count
from infra.replay.prepare import Defect, Ready, prepare
from tandem.adapters.aws import calling
from tandem.adapters.outbox import group_of

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

MOST_EVENTS: Final = 10  # SNS's limits for one call
MOST_BYTES: Final = 256 * 1024
MOST_SHOWN: Final = 20
Type = Ready | Defect


def add(commands: Any) -> None:
    """Describes the command."""
    parser = commands.add_parser(
        "emit",
        help="publish events from a file",
        description="Publish the events of a file to the stack's topic, the one door. All are checked first: if one "
        "is bad, nothing is sent. occurred_at may be left out, or be now, now-10m, now-2h.",
    )
    parser.add_argument("file", metavar="FILE", help=EVENT_FILE)
    parser.add_argument("--as-is", action="store_true", help="send the bad ones too, to see Tandem refuse them")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, session: Session) -> int:
    """0 when every event was taken, 1 when SNS refused some."""
    ready, defects = prepare(read_events(arguments.file, session), now=session.clock(), live=True)
    if defects and not arguments.as_is:
        raise refusal(arguments.file, defects, len(ready) + len(defects))
    topic = session.stack()["EventsTopicArn"]
    both: list[Type] = [*ready, *defects]
    events = sorted(both, key=lambda event: event.line)
    failed = publish(session, topic, events)
    for line, why in failed:
        session.screen.problem(f"line {line}: not published: {why}")
    session.screen.line(f"Published {count(len(events) - len(failed), 'event')} of {arguments.file}.")
    if defects:
        session.screen.line(f"{count(len(defects), 'event')} of them will be refused by Tandem: tandem dlq list")
    customers = list(dict.fromkeys(event.customer_id for event in ready))
    steps = [f"tandem why {customer}" for customer in customers[:3]]
    session.screen.next(*steps, *(["tandem dlq list"] if defects else []))
    return 1 if failed else 0


def refusal(name: str, defects: Sequence[Defect], total: int) -> Mistake:
    """Every defect (up to a screenful), and what to do."""
    shown = [str(defect) for defect in defects[:MOST_SHOWN]]
    if len(defects) > MOST_SHOWN:
        shown.append(f"and {len(defects) - MOST_SHOWN} more")
    problem = f"{len(defects)} of the {count(total, 'event')} in {name} cannot be handled; nothing was sent"
    return Mistake(problem, *shown, "correct them, or send them all the same: --as-is")


def publish(session: Session, topic: str, events: Sequence[Type]) -> list[tuple[int, str]]:
    """Publishes all of them; returns the line and the reason of each that was not taken."""
    client: SNSClient = session.client("sns")
    failed: list[tuple[int, str]] = []
    with session.screen.progress("publishing", len(events)) as advance:
        for batch in _batches(events):
            entries: Any = [_entry(index, event) for index, event in enumerate(batch)]
            with calling("sns", "PublishBatch"):
                answer = client.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)
            failed += [(batch[int(each["Id"])].line, _why(each)) for each in answer.get("Failed", [])]
            advance(len(batch))
    return failed


def _why(failure: Any) -> str:
    return f"{failure['Code']}: {failure.get('Message', '')}"


def _entry(index: int, event: Type) -> dict[str, str]:
    group = {"MessageGroupId": group_of(event.customer_id)} if isinstance(event, Ready) else {}
    return {"Id": str(index), "Message": event.text, **group}


def _batches(events: Sequence[Type]) -> Iterator[list[Type]]:
    batch: list[Type] = []
    size = 0
    for event in events:
        length = len(event.text.encode("utf-8", "replace"))
        if batch and (len(batch) == MOST_EVENTS or size + length > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(event)
        size += length
    if batch:
        yield batch
