"""`tandem repeat DECISION`: decides again from a decision's record alone, and shows both."""

import argparse
import json
from datetime import UTC
from typing import Any, Final

from infra.cli.mistake import Mistake
from infra.cli.playbooks import any_playbook
from infra.cli.session import Session
from infra.explain.causes import cause_in_words
from infra.explain.goals import goals
from infra.explain.repeated import Line, side_by_side
from infra.explain.words import clock, place
from tandem.actor.step import zone_of
from tandem.adapters.decision_table import DecisionTable
from tandem.decisions import Decision, Reached, decision_document, repeat
from tandem.playbook import Playbook

DIFFERS: Final = 1


def add(commands: Any) -> None:
    """Describes the command."""
    parser = commands.add_parser(
        "repeat",
        help="decide again from a decision's record alone, and compare",
        description="Decide again from the record of a decision, with the playbook of its number, and show both side "
        "by side. It has to come out the same; the exit code is 1 where it does not. With --playbook: what would "
        "another playbook have made of it?",
    )
    parser.add_argument("decision", metavar="DECISION", help="its id, as `tandem why` shows it")
    what = "another playbook: a folder, a number, or live"
    parser.add_argument("--playbook", metavar="PLAYBOOK", help=what)
    parser.add_argument("--json", action="store_true", help="both decisions as JSON, nothing else")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, session: Session) -> int:
    """0 when both are the same, 1 when not."""
    table = DecisionTable(session.client("dynamodb"), session.stack()["DecisionsTableName"])
    recorded = _recorded(arguments.decision, table)
    name = arguments.playbook or str(recorded.playbook)
    playbook = any_playbook(name, session).playbook.model_copy(update={"number": recorded.playbook})
    repeated = repeat(recorded, playbook)
    lines = side_by_side(recorded, repeated, currency=playbook.shop.currency)
    is_same = not any(line.differs for line in lines)
    if arguments.json:
        both = {"recorded": decision_document(recorded), "repeated": decision_document(repeated)}
        session.screen.raw(json.dumps({"same": is_same, **both}, ensure_ascii=False))
    else:
        reached = table.reached(recorded.customer_id)
        _show(recorded, lines, session, with_=_with(playbook, arguments.playbook), reached=reached)
    return 0 if is_same else DIFFERS


def _recorded(decision_id: str, table: DecisionTable) -> Decision:
    found = table.find(decision_id)
    if found is None:
        raise Mistake(
            f"there is no decision {decision_id}",
            "tandem why CUSTOMER shows the ids; a new record takes a few seconds to be found by its id",
            "decisions that the first release recorded cannot be found so, nor repeated",
        )
    if found.seen is None:
        raise Mistake(
            f"decision {decision_id} was recorded by the first release, which kept too little to repeat it",
            f"tandem why {found.customer_id}    (what it saw, in words)",
        )
    return found


def _with(playbook: Playbook, other: str | None) -> str:
    return f"playbook {other}" if other else f"playbook {playbook.number}, as it was then"


def _show(
    recorded: Decision, lines: tuple[Line, ...], session: Session, *, with_: str, reached: tuple[Reached, ...]
) -> None:
    screen, zone = session.screen, zone_of(recorded.seen.zone if recorded.seen else "", "UTC")
    screen.line(f"Decision {recorded.id} of {recorded.customer_id}", style="bold")
    made = f"{clock(recorded.at, zone)} {place(zone)} ({clock(recorded.at, UTC)} UTC)"
    rows = [("made", made), ("on", cause_in_words(recorded)), ("repeated with", with_)]
    screen.pairs(rows)
    screen.line()
    shown = [(line.what, line.recorded, line.repeated, "differs" if line.differs else "") for line in lines]
    screen.table("Recorded and repeated", ("", "recorded", "repeated", ""), shown)
    screen.line()
    for line in lines:
        _why(line, session)
    for sentence in goals(recorded, reached, zone):
        screen.line(sentence)
    differing = [line.what for line in lines if line.differs]
    verdict = f"Not the same: {', '.join(dict.fromkeys(differing))}." if differing else "The same."
    screen.line(f"\n{verdict}", style="bold red" if differing else "bold green")
    screen.next(f"tandem why {recorded.customer_id}", f"tandem repeat {recorded.id} --playbook PATH    (what if?)")


def _why(line: Line, session: Session) -> None:
    one, other = line.whys
    if one == other:
        if one:
            session.screen.line(one)
        return
    session.screen.line(f"recorded: {one or '-'}", style="yellow")
    session.screen.line(f"repeated: {other or '-'}", style="yellow")
