"""`tandem playbook check|publish PATH`: a folder of YAML, read with every defect, and put live."""

import argparse
from pathlib import Path
from typing import Any, assert_never

from infra.cli.files import shown
from infra.cli.playbooks import good_playbook, live_playbook
from infra.cli.session import Session
from infra.explain.rules import in_words
from infra.explain.words import count, listing, span
from infra.publish.playbook import Draft
from infra.publish.publish import Publisher
from infra.publish.versions import new_versions
from tandem.attributes import Derived, Rule
from tandem.playbook import Campaign, OnAbandonedCart, OnAttributeChanged, OnEvent, Playbook
from tandem.playbook.standard import STANDARD_NAMES


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
        if run is check:
            action.add_argument(
                "--live", action="store_true", help="say which rules are new against the playbook that is live"
            )
        action.set_defaults(run=run)


def check(arguments: argparse.Namespace, session: Session) -> int:
    """Needs no AWS, unless it is compared with what is live."""
    before = live_playbook(session) if arguments.live else None
    draft = good_playbook(arguments.path, now=session.clock(), before=before)
    _summary(draft, session)
    _new(draft, before, session)
    path = shown(arguments.path)
    session.screen.line("\nThe playbook is good.", style="green")
    against = () if arguments.live else (f"tandem playbook check {path} --live    (what is new against what is live?)",)
    session.screen.next(f"tandem replay FILE --playbook {path}", *against, f"tandem playbook publish {path}")
    return 0


def publish(arguments: argparse.Namespace, session: Session) -> int:
    """A bad one is refused before AWS is asked for anything."""
    good_playbook(arguments.path, now=session.clock())
    stack = session.stack()
    publisher = Publisher(
        session.client("s3"), session.client("dynamodb"), stack["BucketName"], stack["PlaybooksTableName"]
    )
    before = publisher.live()
    draft = publisher.publish(arguments.path, now=session.clock())
    _summary(draft, session)
    _new(draft, before, session)
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
    _attributes(draft, session)
    locales = sorted({locale for words in draft.content.templates.values() for locale in words})
    words = [
        (name, *("✓" if locale in held else "-" for locale in locales))
        for name, held in sorted(draft.content.templates.items())
    ]
    screen.table(f"Templates by language ({listing(locales)})", ("template", *locales), words)


def _attributes(draft: Draft, session: Session) -> None:
    playbook, screen = draft.playbook, session.screen
    every = playbook.ruleset.by_attribute
    own = [(name, in_words(each), "✓" if each.publish else "") for name, each in every.items() if _is_own(each)]
    screen.table(
        f"Attributes, beside {len(every) - len(own)} standard ones",
        ("attribute", "rule", "announced"),
        own,
        whole=("attribute",),
    )
    if own:
        screen.line()


def _is_own(each: Rule | Derived) -> bool:
    """Whether the playbook says something of it."""
    return each.attribute not in STANDARD_NAMES or each.publish


def _new(draft: Draft, before: Playbook | None, session: Session) -> None:
    """Which rules begin anew, and what that means."""
    rules = new_versions(draft.playbook, before)
    if before is None or not rules:
        return
    held = before.ruleset.by_attribute
    rows = [
        (rule.attribute, "changed" if rule.attribute in held else "new", in_words(held.get(rule.attribute, rule)))
        for rule in rules
    ]
    screen = session.screen
    screen.line()
    screen.table(f"New against playbook {before.number}", ("attribute", "", "before"), rows)
    screen.line(
        "Until a snapshot carries them they are incomplete, unless their window began after they were published: "
        "conditions on them do not match. The next nightly snapshot counts them over all of the archive.",
        style="dim",
    )


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
