"""`tandem rules test FILE`: rules over a file of events, value by value, without AWS."""

import argparse
from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from infra.cli.files import EVENT_FILE, STARTER, read_events, shown
from infra.cli.mistake import Mistake
from infra.cli.playbooks import good_playbook
from infra.cli.session import Session
from infra.explain.attributes import left_out, reason_in_words
from infra.explain.incomplete import incomplete
from infra.explain.rules import as_text, currency_of, in_words
from infra.explain.words import clock, count, place
from infra.replay.prepare import prepare, relative
from infra.replay.trial import Heard, Trial, Tried, try_rules
from tandem.attributes import Rule
from tandem.attributes.rules import RETURNS
from tandem.errors import BadEvent
from tandem.events import Event, parse_envelope
from tandem.events.reading import read_object
from tandem.events.times import read_time
from tandem.playbook import Playbook
from tandem.playbook.standard import STANDARD_NAMES

_NAMED: Final = 12


def add(commands: Any) -> None:
    """Describes the command."""
    parser = commands.add_parser("rules", help="try a playbook's aggregation rules", description=__doc__)
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    text = "the rules over a file of events: what each event added, and the value then; needs no AWS"
    action = actions.add_parser(
        "test",
        help=text,
        description=f"{text[0].upper()}{text[1:]}. The code is the one that runs live; there is no profile. An event "
        "is received at its received_at, else when it occurred.",
    )
    action.add_argument("file", metavar="FILE", help=EVENT_FILE)
    action.add_argument("--playbook", metavar="DIR", type=Path, default=STARTER, help="the playbook's folder")
    action.add_argument("--customer", metavar="ID", help="this customer alone")
    action.add_argument("--attribute", metavar="NAME", help="this attribute alone")
    action.add_argument("--at", metavar="TIME", help="tell values for then (by default: the last event's receipt)")
    action.add_argument("--zone", metavar="Z", help="calendar windows in this IANA zone, whatever customers said")
    action.set_defaults(run=run)


def run(arguments: argparse.Namespace, session: Session) -> int:
    """0 when the rules ran; 1 where events of the file were refused."""
    now = session.clock()
    at, zone = _at(arguments.at, now), _zone(arguments.zone)
    playbook = good_playbook(arguments.playbook, now=now).playbook
    names = _names(arguments.attribute, playbook)
    ready, defects = prepare(read_events(arguments.file, session), now=now, live=False)
    events = [parse_envelope(read_object(each.text), each.arrival.received_at) for each in ready]
    customers = _customers(arguments.customer, events)
    for index, customer_id in enumerate(customers):
        own = [event for event in events if event.customer_id == customer_id]
        if at is None or any(event.received_at <= at for event in own):
            trial = try_rules(own, playbook, names, at=at, zone=zone)
            if index:
                session.screen.line()
            _show(trial, playbook, session, alone=arguments.attribute is not None)
    for defect in defects[:_NAMED]:
        session.screen.line(str(defect), style="red")
    if len(defects) > _NAMED:
        session.screen.line(f"and {len(defects) - _NAMED} more", style="red")
    folder = shown(arguments.playbook)
    session.screen.next(f"tandem rules test {arguments.file} --attribute NAME", f"tandem playbook check {folder}")
    return 1 if defects else 0


def _at(text: str | None, now: datetime) -> datetime | None:
    if text is None:
        return None
    try:
        return relative(text, now) or read_time(text, "--at")
    except BadEvent as bad:
        raise Mistake(f"--at {text} is no time", "write 2026-11-22T12:00:00Z, or now") from bad


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Mistake(f"--zone {name} is no IANA time zone", "write one such as Europe/Madrid") from error


def _names(attribute: str | None, playbook: Playbook) -> list[str]:
    """The attribute asked for; else all of the playbook's own, or the standard ones where it has none."""
    known = playbook.ruleset.by_attribute
    if attribute is None:
        return [name for name in known if name not in STANDARD_NAMES] or list(known)
    if attribute not in known:
        near = get_close_matches(attribute, known, n=1)
        raise Mistake(f"there is no attribute {attribute}" + (f"; did you mean {near[0]}?" if near else ""))
    return [attribute]


def _customers(customer: str | None, events: Sequence[Event]) -> list[str]:
    found = list(dict.fromkeys(event.customer_id for event in events))
    if customer is None:
        return found
    if customer not in found:
        raise Mistake(f"the file has no event of {customer}", f"it has events of {count(len(found), 'customer')}")
    return [customer]


def _show(trial: Trial, playbook: Playbook, session: Session, *, alone: bool) -> None:
    screen = session.screen
    screen.line(trial.customer_id, style="bold")
    if alone:
        [name] = trial.values
        screen.line(in_words(playbook.ruleset.by_attribute[name]), style="dim")
    rows = [row for tried in trial.tried for row in _rows(tried, trial, playbook, alone=alone)]
    columns = ("received", "event", "attribute", "added", "value then")
    screen.table("Event by event", columns, rows, whole=("received", "attribute"))
    screen.line()
    told = [
        (name, _text(name, value.value, trial, playbook), incomplete(value.incomplete) if value.incomplete else "")
        for name, value in trial.values.items()
    ]
    screen.table(f"At {clock(trial.at, trial.zone)} {place(trial.zone)}", ("attribute", "value", ""), told)
    for name, value in trial.values.items():
        for reason, many in sorted(value.left_out.items()):
            screen.line(f"{name}: {left_out(reason, many)}", style="dim")


def _rows(tried: Tried, trial: Trial, playbook: Playbook, *, alone: bool) -> list[tuple[str, str, str, str, str]]:
    event = tried.event
    what = f"{event.type} {event.properties.get('order_id', '')}".strip()
    local = event.received_at.astimezone(trial.zone)
    start = (f"{local.day} {local:%b %H:%M}", what)
    if tried.again or tried.late:
        why = "the same again: counts once" if tried.again else "over 45 days late: the next snapshot counts it"
        return [(*start, "", why, "")] if tried.heard else []
    rows = []
    for heard in tried.heard:
        added = _added(heard, event, trial, playbook)
        if added or alone:
            then = _text(heard.attribute, heard.after.value, trial, playbook)
            rows.append((*start, heard.attribute, added or "nothing: its when does not hold", then))
            start = ("", "")
    return rows


def _added(heard: Heard, event: Event, trial: Trial, playbook: Playbook) -> str:
    """What an event did; empty where its condition does not hold."""
    rule = playbook.ruleset.by_attribute[heard.attribute]
    if heard.left_out:
        return f"left out: {reason_in_words(heard.left_out)}"
    if not isinstance(rule, Rule):
        return "computed anew"
    if heard.added is not None:
        return _text(heard.attribute, heard.added, trial, playbook)
    if event.type in RETURNS and event.type not in rule.on:
        return "takes back" if heard.before.value != heard.after.value else "the value stays"
    return ""


def _text(name: str, value: Any, trial: Trial, playbook: Playbook) -> str:
    currency = currency_of(name, playbook.ruleset, playbook.shop.currency)
    return as_text(value, currency=currency, zone=trial.zone, near=trial.at)
