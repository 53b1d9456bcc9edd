"""`tandem playbook check|publish PATH`: a folder of YAML, read with every defect, and put live."""

import argparse
from pathlib import Path
from typing import Any, assert_never

from infra.cli.files import shown
from infra.cli.playbooks import good_playbook
from infra.cli.session import Session
from infra.explain.words import count, listing, span
from infra.publish.playbook import Draft
from infra.publish.publish import Publisher
from tandem.playbook import Campaign, OnAbandonedCart, OnAttributeChanged, OnEvent


def add(commands: Any) -> None:
    """Describes the command."""
    parser = commands.add_parser("playbook", help="check or publish a playbook", description=__doc__)
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    for name, run, text in (
        ("check", check, "read a playbook and name every defect as file:line: field: problem; needs no AWS"),
        ("publish", publish, "check a playbook and put it live as the next number"),
    ):
        action = actions.add_parser(name, help=text, description=text)
        action.add_argument("path", metavar="PATH", type=Path, help="the folder with playbook.yaml")
        action.set_defaults(run=run)


def check(arguments: argparse.Namespace, session: Session) -> int:
    """Needs no AWS."""
    draft = good_playbook(arguments.path, now=session.clock())
    _summary(draft, session)
    path = shown(arguments.path)
    session.screen.line("\nThe playbook is good.", style="green")
    session.screen.next(f"tandem replay FILE --playbook {path}", f"tandem playbook publish {path}")
    return 0


def publish(arguments: argparse.Namespace, session: Session) -> int:
    """A bad one is refused before AWS is asked for anything."""
    good_playbook(arguments.path, now=session.clock())
    stack = session.stack()
    publisher = Publisher(
        session.client("s3"), session.client("dynamodb"), stack["BucketName"], stack["PlaybooksTableName"]
    )
    draft = publisher.publish(arguments.path, now=session.clock())
    _summary(draft, session)
    session.screen.line(f"\nPublished as playbook {draft.playbook.number} of {stack.name}.", style="green")
    session.screen.next("tandem doctor", "tandem emit FILE")
    return 0


def _summary(draft: Draft, session: Session) -> None:
    playbook, screen = draft.playbook, session.screen
    cap = f"{count(playbook.cap.messages, 'message')} in {span(playbook.cap.within.total_seconds())}"
    screen.pairs(
        (
            ("shop", f"{playbook.shop.name}, {playbook.shop.currency}, {playbook.shop.default_time_zone}"),
            ("cap", cap),
            ("products", len(playbook.products)),
        )
    )
    rows = [
        (each.id, each.priority, _trigger(each), each.when, ", ".join(each.channels)) for each in playbook.campaigns
    ]
    screen.line()
    screen.table("Campaigns, highest priority first", ("campaign", "priority", "starts on", "when", "channels"), rows)
    screen.line()
    locales = sorted({locale for words in draft.content.templates.values() for locale in words})
    words = [
        (name, *("✓" if locale in held else "-" for locale in locales))
        for name, held in sorted(draft.content.templates.items())
    ]
    screen.table(f"Templates by language ({listing(locales)})", ("template", *locales), words)


def _trigger(campaign: Campaign) -> str:
    match campaign.trigger:
        case OnAbandonedCart(cart_abandoned=wait):
            return f"cart abandoned for {span(wait.total_seconds())}"
        case OnAttributeChanged(attribute_changed=attribute):
            return f"a change of {attribute}"
        case OnEvent(event=event):
            return str(event)
        case other:
            assert_never(other)
