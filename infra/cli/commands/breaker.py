"""`tandem breaker list|close`: channels that stopped themselves, since when and why; and letting one go on."""

import argparse
from contextlib import suppress
from datetime import UTC
from typing import Any, Final

from infra.cli.mistake import Mistake
from infra.cli.session import Session
from infra.explain.words import clock, span
from infra.publish.problems import hint
from tandem.adapters.breakers import LiveBreakers, read_opened
from tandem.adapters.playbook_table import LiveTable
from tandem.adapters.ses_account import SesAccount
from tandem.customer import Channel
from tandem.errors import Unavailable
from tandem.sending.reputation import SPARED_FOR

_WHAT_TO_LOOK_AT: Final = {
    Channel.EMAIL: (
        "aws sesv2 get-account    (SendingEnabled, EnforcementStatus, what is left of the quota)",
        "https://console.aws.amazon.com/ses/home#/reputation    (bounces and complaints, and SES's own words on them)",
    ),
    Channel.SMS: ("aws sns get-sms-attributes    (MonthlySpendLimit; and what is in CloudWatch's SMS delivery logs)",),
}


def add(commands: Any) -> None:
    """Describes the command."""
    parser = commands.add_parser("breaker", help="channels that stopped themselves", description=__doc__)
    parser.set_defaults(run=show)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")
    listing = actions.add_parser("list", help="which are open, since when, and why (this is also without an action)")
    listing.set_defaults(run=show)
    closing = actions.add_parser("close", help="let a channel go on, when the cause is gone")
    closing.add_argument("channel", metavar="CHANNEL", help=", ".join(Channel))
    closing.set_defaults(run=close)


def show(_: argparse.Namespace, session: Session) -> int:
    """0, also where some are open: to be told by a number, use `tandem doctor`."""
    held = _breakers(session).open_ones()
    if not held:
        session.screen.line("No breaker is open.", style="green")
        return 0
    opened = {channel: read_opened(text) for channel, text in held.items()}
    rows = [
        (channel, f"{clock(each.since, UTC)} UTC" if each.since else "?", each.why) for channel, each in opened.items()
    ]
    session.screen.table("Nothing leaves by these channels:", ("channel", "since", "reason"), rows)
    session.screen.next(*(f"tandem breaker close {channel}    (after the cause is gone)" for channel in held))
    return 0


def close(arguments: argparse.Namespace, session: Session) -> int:
    """Says what to look at. Closing one that is not open changes nothing."""
    channel, screen = _channel(arguments.channel), session.screen
    breakers = _breakers(session)
    if channel not in breakers.open_ones():
        screen.line(f"The breaker of {channel} is not open.", style="yellow")
        screen.next("tandem breaker list")
        return 0
    halted = _halted(channel, session)
    breakers.close(channel)
    screen.line(f"The breaker of {channel} is closed: messages leave within a minute.", style="bold")
    if halted:
        screen.line(f"It will open again: {halted}.", style="yellow")
    if channel is Channel.EMAIL:
        lasts = span(SPARED_FOR.total_seconds())
        screen.line(f"For {lasts} the rates of bounces and complaints do not open it again: look at them yourself.")
    screen.line("What came back meanwhile was decided anew, and is not sent by this.")
    screen.next(*_WHAT_TO_LOOK_AT.get(channel, ()), "tandem doctor")
    return 0


def _channel(name: str) -> Channel:
    if name not in Channel:
        raise Mistake(f"there is no channel {name}{hint(name, [*Channel])}", f"there are: {', '.join(Channel)}")
    return Channel(name)


def _halted(channel: Channel, session: Session) -> str:
    """Why the provider still takes nothing, as far as it says so."""
    if channel is Channel.EMAIL:
        with suppress(Unavailable):
            return SesAccount(session.client("sesv2")).read().halted
    return ""


def _breakers(session: Session) -> LiveBreakers:
    table = session.stack()["PlaybooksTableName"]
    return LiveBreakers(LiveTable(session.client("dynamodb"), table, session.clock))
