"""`tandem playbook stop|resume`: everything, a channel, a campaign or a journey, without publishing."""

import argparse
from collections.abc import Collection
from typing import Any, Final

from infra.cli.mistake import Mistake
from infra.cli.playbooks import publisher_of
from infra.cli.session import Session
from infra.cli.stops import stopped_in_words
from infra.publish.problems import hint
from infra.publish.publish import Publisher
from tandem.adapters.live_item import Stoppable
from tandem.customer import Channel
from tandem.playbook import Live, Playbook, Stops

WHAT: Final = ("everything", "channel", "campaign", "journey")
SOON: Final = "This acts within a minute, on queued messages too."


def add(actions: Any) -> None:
    """Describes both actions."""
    for name, run, text in (
        ("stop", stop, "stop everything, a channel, a campaign or a journey, within a minute"),
        ("resume", resume, "let go on what was stopped"),
    ):
        action = actions.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        action.add_argument("what", metavar="WHAT", choices=WHAT, help=", ".join(WHAT))
        action.add_argument("name", metavar="NAME", nargs="?", default="", help="the channel's, campaign's, journey's")
        if run is stop:
            words = "of a journey: who is in it leaves; else nobody moves or enters until it is resumed"
            action.add_argument("--end", action="store_true", help=words)
        action.set_defaults(run=run)


def stop(arguments: argparse.Namespace, session: Session) -> int:
    """Says what is stopped now."""
    publisher = publisher_of(session)
    _names(arguments.what, arguments.name)
    if arguments.end and arguments.what != "journey":
        raise Mistake("--end is for a journey", f"tandem playbook stop {arguments.what} {arguments.name}".rstrip())
    held = publisher.table_of_live.live()
    _exists(arguments.what, arguments.name, publisher, held)
    kind = _kind(arguments.what, end=arguments.end)
    if kind is Stoppable.PAUSED and arguments.name in held.stops.ended:
        raise Mistake(
            f"journey {arguments.name} is ended: who was in it leaves",
            f"to let people in again: tandem playbook resume journey {arguments.name}",
        )
    news = publisher.table_of_live.stop(kind, arguments.name)
    if kind is Stoppable.ENDED:
        publisher.table_of_live.resume(Stoppable.PAUSED, arguments.name)
    _say(publisher, news, f"{_thing(arguments)} was stopped already.", session)
    session.screen.next(f"tandem playbook resume {_thing(arguments)}", "tandem doctor")
    return 0


def resume(arguments: argparse.Namespace, session: Session) -> int:
    """Says what is stopped still. What the live playbook no longer has can be resumed all the same."""
    publisher = publisher_of(session)
    _names(arguments.what, arguments.name)
    _is_no_breaker(arguments, publisher.table_of_live.live().stops)
    kinds = [_kind(arguments.what, end=end) for end in (False, True)]
    news = [publisher.table_of_live.resume(kind, arguments.name) for kind in dict.fromkeys(kinds)]
    if not any(news):
        _exists(arguments.what, arguments.name, publisher, publisher.table_of_live.live())
    _say(publisher, any(news), f"{_thing(arguments)} was not stopped.", session)
    session.screen.next("tandem doctor")
    return 0


def _thing(arguments: argparse.Namespace) -> str:
    return f"{arguments.what} {arguments.name}".rstrip()


def _kind(what: str, *, end: bool) -> Stoppable:
    kinds = {"everything": Stoppable.EVERYTHING, "channel": Stoppable.CHANNEL, "campaign": Stoppable.CAMPAIGN}
    return kinds.get(what) or (Stoppable.ENDED if end else Stoppable.PAUSED)


def _names(what: str, name: str) -> None:
    if what == "everything" and name:
        raise Mistake(f"everything has no name, and {name} was given", f"tandem playbook stop campaign {name}")
    if what != "everything" and not name:
        raise Mistake(f"which {what}?", f"tandem playbook stop {what} NAME")


def _is_no_breaker(arguments: argparse.Namespace, stops: Stops) -> None:
    """Raises Mistake for a channel that nobody has stopped but itself."""
    channel = arguments.name
    if arguments.what == "channel" and channel in stops.breakers and channel not in stops.channels:
        raise Mistake(f"nobody stopped {channel}: its breaker is open", f"tandem breaker close {channel}")


def _exists(what: str, name: str, publisher: Publisher, held: Live) -> None:
    """Raises Mistake for a name that neither the live playbook has nor the one to come."""
    match what:
        case "everything":
            return
        case "channel":
            there: Collection[str] = [channel.value for channel in Channel]
        case _:
            numbers = [number for number in (publisher.latest(), held.next_number) if number]
            playbooks = [publisher.draft(number).playbook for number in dict.fromkeys(numbers)]
            there = {each for playbook in playbooks for each in _those(playbook, what)}
    if name not in there:
        said = ", ".join(sorted(there)) or "none"
        raise Mistake(f"there is no {what} {name}{hint(name, there)}", f"there are: {said}")


def _those(playbook: Playbook, what: str) -> Collection[str]:
    if what == "campaign":
        return playbook.by_id
    return {journey.id for journey in (*playbook.journeys, *playbook.former)}


def _say(publisher: Publisher, news: bool, else_: str, session: Session) -> None:
    stops: Stops = publisher.table_of_live.live().stops
    if not news:
        session.screen.line(else_, style="yellow")
    session.screen.line(f"Stopped now: {stopped_in_words(stops)}.", style="bold")
    if news:
        session.screen.line(SOON)
