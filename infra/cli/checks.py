"""What a deployed stack needs: one question each, and the command that answers a no."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, timedelta
from enum import StrEnum
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from infra.cli.dead_letters import QUEUES, depth
from infra.cli.session import Session
from infra.cli.stack import Stack
from infra.cli.stops import resume_commands, stopped_in_words
from infra.explain.words import clock, count, span
from tandem.adapters.aws import code_of
from tandem.adapters.customer_table import CustomerTable
from tandem.adapters.playbook_table import PlaybookTable
from tandem.adapters.unsettled_table import UnsettledTable
from tandem.errors import TandemError
from tandem.playbook import Live
from tandem.sending.settle import LONG

STALE: Final = timedelta(days=3)


class State(StrEnum):
    """`lacks` is required; `warns` works, but not as one would wish; `unknown` could not be looked at."""

    GOOD = "good"
    LACKS = "lacks"
    WARNS = "warns"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Check:
    """`fix` is the command that helps, empty where nothing is wrong."""

    name: str
    state: State
    said: str
    fix: str = ""


Question = Callable[[Session, Stack], Check]


def asked(name: str, question: Question, session: Session, stack: Stack) -> Check:
    """The answer, or why there is none: a denied or missing API is no reason to stop."""
    try:
        return question(session, stack)
    except ClientError as error:
        return Check(name, State.UNKNOWN, f"could not be checked ({code_of(error)})")
    except (BotoCoreError, TandemError) as error:
        cause = error.__cause__
        why = code_of(cause) if isinstance(cause, ClientError) else type(cause or error).__name__
        return Check(name, State.UNKNOWN, f"could not be checked ({why})")


def playbook(session: Session, stack: Stack) -> Check:
    """Without a playbook no event can be handled: they wait in the queue."""
    live, now = _live(session, stack), session.clock()
    if live.next_at is not None and now < live.next_at:
        holds = f"number {live.number} is live" if live.number else "none is live yet; events wait"
        said = f"{holds}; number {live.next_number} takes effect {clock(live.next_at, UTC)} UTC"
        return Check("playbook", State.GOOD if live.number else State.WARNS, said)
    if number := live.at(now):
        return Check("playbook", State.GOOD, f"number {number} is live")
    return Check("playbook", State.LACKS, "none is published; events wait", "tandem playbook publish infra/playbook")


def stops(session: Session, stack: Stack) -> Check:
    """What somebody stopped stays so until it is resumed: nobody should forget it. A breaker opened by itself."""
    stopped = _live(session, stack).stops
    if stopped.is_empty:
        return Check("stops", State.GOOD, "nothing is stopped")
    state = State.LACKS if stopped.breakers else State.WARNS
    return Check("stops", state, f"stopped: {stopped_in_words(stopped)}", "\n  ".join(resume_commands(stopped)))


def _live(session: Session, stack: Stack) -> Live:
    return PlaybookTable(session.client("dynamodb"), stack["PlaybooksTableName"], session.clock).live()


def snapshot(session: Session, stack: Stack) -> Check:
    """Without a snapshot every tier is unknown, and treated as medium."""
    tables = (stack["CustomersTableName"], stack["ProfilesTableName"], stack["PlaybooksTableName"])
    of_nobody = CustomerTable(session.client("dynamodb"), *tables, tombstones="", pause=lambda _: None).load(())
    header = of_nobody.header
    now = session.clock()
    build = (
        f"aws s3 cp orders.csv s3://{stack['BucketName']}/history/orders.csv && "
        f"aws lambda invoke --function-name {stack['BuildProfilesFunctionName']} --cli-read-timeout 900 "
        f"--cli-binary-format raw-in-base64-out "
        """--payload '{"history": "history/orders.csv"}' /dev/stdout"""
    )
    if header is None:
        return Check("snapshot", State.LACKS, "none is loaded; every tier is unknown, treated as medium", build)
    age = now - header.as_of
    said = f"{count(header.profiles, 'profile')} as of {clock(header.as_of, UTC)} UTC"
    if age > STALE:
        return Check("snapshot", State.WARNS, f"{said}, {span(age.total_seconds())} old", build)
    return Check("snapshot", State.GOOD, said)


def send_mode(_: Session, stack: Stack) -> Check:
    """Shadow is the default of a new stack."""
    mode = stack["SendMode"]
    if mode == "live":
        return Check("send mode", State.GOOD, "live: messages leave")
    said = {
        "shadow": "shadow: all is decided and rendered, nothing leaves",
        "allowlist": "allowlist: messages leave to its addresses only",
    }.get(mode, mode)
    return Check("send mode", State.WARNS, said, deploy(stack, SendMode="live"))


def dead_letters(session: Session, stack: Stack) -> Check:
    """What lies there waits for somebody."""
    held = {name: depth(session.client("sqs"), stack[queue.output]) for name, queue in QUEUES.items()}
    found = [f"{name} {many}" for name, many in held.items() if many]
    if found:
        return Check("dead letters", State.LACKS, f"messages lie in {', '.join(found)}", "tandem dlq list")
    return Check("dead letters", State.GOOD, "all queues are empty")


def unsettled(session: Session, stack: Stack) -> Check:
    """What is in doubt is settled by itself; what stays so for long is not."""
    table, now = UnsettledTable(session.client("dynamodb"), stack["LedgerTableName"]), session.clock()
    held = [row for row in table.open() if now - row.reserved_at > LONG]
    if not held:
        return Check("unsettled", State.GOOD, "of every message it is known whether it left, or it was given up")
    oldest = min(held, key=lambda row: row.reserved_at)
    since = span((now - oldest.reserved_at).total_seconds())
    said = f"{count(len(held), 'message')} of which nobody knows yet whether they left; the oldest is {since} old"
    return Check("unsettled", State.WARNS, said, f"tandem why {oldest.customer_id}")


def alarms(_: Session, stack: Stack) -> Check:
    """An alarm that nobody reads is none."""
    if stack.parameters.get("Platform") == "local":
        return Check("alarms", State.GOOD, "the local stack has none")
    if email := stack.parameters.get("AlarmEmail"):
        return Check("alarms", State.GOOD, f"go to {email} (once its owner has confirmed the subscription)")
    return Check("alarms", State.WARNS, "nobody gets them", deploy(stack, AlarmEmail="you@example.com"))


def deploy(stack: Stack, **changes: str) -> str:
    """The command that changes parameters; those it does not name stay as they are."""
    if stack.parameters.get("Platform") == "local" and "SendMode" in changes:
        return f"python -m infra.local up --send-mode {changes['SendMode']}"
    overrides = " ".join(f"{name}={value}" for name, value in changes.items())
    return f"sam deploy --stack-name {stack.name} --parameter-overrides {overrides}    (keep it in samconfig.toml)"


QUESTIONS: Final[tuple[tuple[str, Question], ...]] = (
    ("playbook", playbook),
    ("stops", stops),
    ("snapshot", snapshot),
    ("send mode", send_mode),
    ("dead letters", dead_letters),
    ("unsettled", unsettled),
    ("alarms", alarms),
)
