"""`tandem replay FILE`: who would get what and why, without AWS."""

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from infra.cli import against
from infra.cli.against_shown import Material, show_refused
from infra.cli.files import EVENT_FILE, STARTER, read_events, shown
from infra.cli.mistake import Mistake
from infra.cli.playbooks import SAFE_CODES, good_playbook, live_playbook
from infra.cli.session import Session
from infra.explain import sentences
from infra.explain.words import clock, count, listing, place
from infra.replay.engine import Replayed, replay
from infra.replay.prepare import Defect, prepare, relative
from infra.replay.snapshot import Snapshot, read_snapshot
from infra.replay.summary import Summary, summary, tier_of
from tandem.actor.step import zone_of
from tandem.attributes import Tier
from tandem.decisions import Decision, Outcome, decision_document
from tandem.errors import BadEvent
from tandem.events.times import read_time
from tandem.playbook import Playbook

_NAMED: Final = 12
_HINTS: Final = {
    Outcome.UNREACHABLE: "Nobody can be reached whose customer_identified event is not in the file.",
    Outcome.NO_CONSENT: "Consents come from customer_identified events in the file; unknown is no.",
    Outcome.INCOMPLETE: "What a rule counted before the file's events is in a snapshot: --profiles, and --live.",
}


def add(commands: Any) -> None:
    """Describes the command."""
    parser = commands.add_parser(
        "replay",
        help="who would get what, and why: the same step in memory, no AWS",
        description="Hand the events of a file to the real actor, in memory, on a clock that jumps; waits end too. "
        "Change the playbook, replay, and see who drops out. An event is received at its received_at, else when it "
        "occurred.",
    )
    parser.add_argument("file", metavar="FILE", help=EVENT_FILE)
    parser.add_argument("--playbook", metavar="DIR", type=Path, default=STARTER, help="the playbook's folder")
    parser.add_argument("--profiles", metavar="PATH", type=Path, help="a snapshot's folder, with its snapshot.json")
    parser.add_argument(
        "--live", action="store_true", help="rules are those of the live playbook where nothing changed: profiles fit"
    )
    parser.add_argument("--until", metavar="TIME", help="stop the clock there (by default when all waits have ended)")
    parser.add_argument("--customers", metavar="N", default="10", help="how many to list, or all (default 10)")
    parser.add_argument("--json", action="store_true", help="one line of JSON a decision (or difference), nothing else")
    against.add(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, session: Session) -> int:
    """0 when it ran, also where events were refused."""
    now = session.clock()
    most = _most(arguments.customers)
    until = _until(arguments.until, now)
    ready, defects = prepare(read_events(arguments.file, session), now=now, live=False)
    known = (
        read_snapshot(arguments.profiles, {event.customer_id for event in ready}) if arguments.profiles else Snapshot()
    )
    arrivals = [event.arrival for event in ready]
    if arguments.against or arguments.out:
        return against.run(arguments, session, Material(arrivals, defects, known, now, until, most))
    playbook = _playbook(arguments, session, now)
    result = replay(arrivals, playbook, known.profiles, known.header, until=until)
    if arguments.json:
        for decision in result.decisions:
            words = sentences(decision, zone=_zone(playbook), currency=playbook.shop.currency)
            document = {**decision_document(decision), "sentences": words}
            session.screen.raw(json.dumps(document, ensure_ascii=False))
        return 0
    _counts(session, result, known, defects)
    _tables(session, summary(result.decisions))
    _customers(session, result.decisions, playbook, most)
    folder = shown(arguments.playbook)
    again = f"tandem replay {arguments.file} --playbook {folder}"
    session.screen.next(f"change {folder}/playbook.yaml (the cap, say), then: {again}", f"{again} --customers all")
    return 0


def _playbook(arguments: argparse.Namespace, session: Session, now: datetime) -> Playbook:
    """Unless it is told from which playbook they come, no rule of its own is taken for one that profiles carry."""
    before = live_playbook(session) if arguments.live else None
    first_code = SAFE_CODES if arguments.profiles and before is None else 0
    return good_playbook(arguments.playbook, now=now, before=before, first_code=first_code).playbook


def _most(text: str) -> int | None:
    if text == "all":
        return None
    if not text.isdecimal():
        raise Mistake(f"--customers {text} is neither a number nor all")
    return int(text)


def _until(text: str | None, now: datetime) -> datetime | None:
    if text is None:
        return None
    try:
        return relative(text, now) or read_time(text, "--until")
    except BadEvent as bad:
        raise Mistake(f"--until {text} is no time", "write 2026-11-22T12:00:00Z, or now+2h") from bad


def _zone(playbook: Playbook) -> Any:
    return zone_of("", playbook.shop.default_time_zone)


def _counts(session: Session, result: Replayed, known: Snapshot, defects: Sequence[Defect]) -> None:
    screen = session.screen
    as_of = f", as of {clock(known.header.as_of, UTC)} UTC" if known.header else ""
    rows: list[tuple[str, object]] = [
        ("events", f"{result.events} of {count(len(result.customers), 'customer')}"),
        ("repeated", result.again),
        ("refused", len(defects) + result.refused),
        ("after --until", result.left_out),
        ("still waiting", result.waiting),
        (
            "profiles",
            f"{len(known.profiles)} found{as_of}" if known.header else "none (--profiles): no tiers",
        ),
        ("messages", len(result.sends)),
        ("announcements", len(result.announced)),
    ]
    screen.pairs(row for row in rows if row[1] != 0 or row[0] in ("messages", "refused"))
    show_refused(screen, defects)


def _tables(session: Session, told: Summary) -> None:
    screen = session.screen
    tiers = [tier for tier in Tier if any(tier == each for _, each in told.chosen)]
    rows = [
        (campaign, *(told.chosen.get((campaign, tier), 0) for tier in tiers), _total(told, campaign))
        for campaign in sorted({campaign for campaign, _ in told.chosen}, key=lambda each: -_total(told, each))
    ]
    screen.line()
    screen.table("Who would get what", ("campaign", *tiers, "all"), rows, numbers=len(tiers) + 1)
    held = [(outcome, campaign, many) for (outcome, campaign), many in told.held_back.items()]
    held.sort(key=lambda row: (list(Outcome).index(row[0]), row[1]))
    screen.line()
    screen.table("Held back", ("reason", "campaign", "times"), held, numbers=1)
    screen.line()
    names = [(outcome, len(customers), _names(customers)) for outcome, customers in told.nothing.items()]
    screen.table("Who got nothing for an event, by the reason that came nearest", ("reason", "customers", ""), names)
    for outcome in told.nothing:
        if outcome in _HINTS:
            screen.line(_HINTS[outcome], style="dim")


def _total(told: Summary, campaign: str) -> int:
    return sum(many for (each, _), many in told.chosen.items() if each == campaign)


def _names(customers: Sequence[str]) -> str:
    more = [f"{len(customers) - _NAMED} more"] if len(customers) > _NAMED else []
    return listing([*customers[:_NAMED], *more])


def _customers(session: Session, decisions: Sequence[Decision], playbook: Playbook, most: int | None) -> None:
    """Each customer's decisions, in the order of the first one, in the customer's time."""
    first: dict[str, int] = {}
    for decision in decisions:
        first.setdefault(decision.customer_id, len(first))
    ordered = sorted(decisions, key=lambda decision: (first[decision.customer_id], decision.at))
    for index, (customer_id, made) in enumerate(groupby(ordered, key=lambda decision: decision.customer_id)):
        if most is not None and index >= most:
            session.screen.line(f"\nand {count(len(first) - most, 'customer')} more", style="dim")
            return
        session.screen.line(f"\n{customer_id}", style="bold")
        for decision in made:
            zone = zone_of(decision.seen.zone if decision.seen else "", playbook.shop.default_time_zone)
            words = sentences(decision, zone=zone, currency=playbook.shop.currency)
            at = f"{clock(decision.at, zone)} {place(zone)}"
            session.screen.line(f"{at}  tier {tier_of(decision)}", style="dim", indent=2)
            for sentence in words:
                session.screen.line(sentence, indent=4)
