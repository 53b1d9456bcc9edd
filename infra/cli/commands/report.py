"""`tandem report`: what came of each campaign, and of those it was held back from."""

import argparse
import json
import webbrowser
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from infra.cli.files import shown
from infra.cli.mistake import Mistake
from infra.cli.playbooks import live_playbook
from infra.cli.screen import Screen
from infra.cli.session import Session
from infra.explain.words import clock
from infra.report import words
from infra.report.aims import aims
from infra.report.model import Told
from infra.report.page import page
from infra.report.read import Tables
from tandem.playbook.fields import read_duration

OUT: Final = Path("out/report.html")
_FATES: Final = ("campaign", "decided", "sent", "shadow", "refused", "unknown", "open")
_RESPONSES: Final = ("campaign", "sent", "delivered", "bounced", "complained", "opened", "clicked", "reached goal")


def add(commands: Any) -> None:
    """Describes the command."""
    parser = commands.add_parser(
        "report",
        help="a campaign in numbers: decided, sent, delivered, clicked, reached goal, and the same for its holdout",
        description="Count what was decided, what became of it, what people did, and how many came to the campaign's "
        "goal; beside it those who were held out, and the difference with its 95 % interval. Reads all of the tables "
        "of decisions and of the ledger.",
    )
    parser.add_argument("--since", metavar="TIME", default="30d", help="what was decided in so long (default 30d)")
    parser.add_argument("--campaign", metavar="ID", help="this one alone")
    parser.add_argument("--json", action="store_true", help="one document of JSON, nothing else")
    parser.add_argument("--page", action="store_true", help=f"draw it as {OUT}, and open it")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, session: Session) -> int:
    """0, also where nothing was decided."""
    now = session.clock()
    stack = session.stack()
    tables = Tables(session.client("dynamodb"), stack["DecisionsTableName"], stack["LedgerTableName"])
    with session.screen.progress("reading decisions and the ledger", tables.size(), least=5000) as done:
        tally = tables.tally(now - _since(arguments.since), done)
    told = _only(tally.report(now, aims(live_playbook(session))), arguments.campaign)
    if arguments.page:
        _open(page(told), OUT)
    if arguments.json:
        session.screen.raw(json.dumps(words.document(told), ensure_ascii=False))
        return 0
    show(told, session.screen)
    if arguments.page:
        session.screen.line(f"\nThe page: {shown(OUT)}")
    session.screen.next("tandem report --page    (drawn)", "tandem why CUSTOMER    (one customer's decisions)")
    return 0


def _since(text: str) -> timedelta:
    try:
        found = read_duration(text)
    except ValueError as error:
        raise Mistake(f"--since {text} is no length of time", "write 30d, 12h or 90m") from error
    if not isinstance(found, timedelta) or found <= timedelta(0):
        raise Mistake(f"--since {text} is no length of time", "write 30d, 12h or 90m")
    return found


def _only(told: Told, campaign: str | None) -> Told:
    if campaign is None:
        return told
    found = tuple(each for each in told.campaigns if each.campaign == campaign)
    if not found:
        known = ", ".join(each.campaign for each in told.campaigns)
        raise Mistake(f"nothing was decided about a campaign {campaign} in that time", f"there were: {known or 'none'}")
    return Told(told.since, told.until, found)


def _open(content: bytes, out: Path) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(content)
    except OSError as error:
        raise Mistake(f"{out} cannot be written: {error.strerror}") from error
    webbrowser.open(out.absolute().as_uri())


def show(told: Told, screen: Screen) -> None:
    """Writes it as tables."""
    screen.line(f"Decided from {_moment(told.since)} to {_moment(told.until)} UTC", style="bold")
    if not told.campaigns:
        screen.line("Nothing was decided in this time.")
    tables = (
        ("What became of what was decided", _FATES, words.fates(told.campaigns), 6),
        ("What came back (people, not machines)", _RESPONSES, words.responses(told.campaigns), 7),
        ("What was not said or did not leave", ("campaign", "", "reason", "times"), words.reasons(told.campaigns), 1),
    )
    for title, columns, rows, numbers in tables:
        screen.line()
        screen.table(title, columns, rows, numbers=numbers, whole=("campaign",))
    _show_compared(told, screen)


def _show_compared(told: Told, screen: Screen) -> None:
    rows = list(words.comparisons(told.campaigns))
    screen.line()
    if not rows:
        screen.line("Nobody was held out, so nothing can be said of what would have come without it.", style="dim")
        return
    columns = ("campaign", "meant to get it", "held out", "difference (95 %)")
    screen.table("Customers who came to the goal", columns, rows, numbers=3, whole=("campaign",))
    for each in told.campaigns:
        if each.compared:
            screen.line(f"{each.campaign}: {words.verdict(each.compared)}", style="dim")


def _moment(moment: datetime) -> str:
    return clock(moment, UTC)
