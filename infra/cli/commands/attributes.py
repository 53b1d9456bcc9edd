"""`tandem attributes CUSTOMER`: every attribute, its value, and where the value comes from."""

import argparse
import json
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from infra.cli.mistake import Mistake
from infra.cli.session import Session
from infra.cli.view import read_customer
from infra.explain.attributes import Shown, attribute_documents, shown_attributes
from infra.explain.words import clock, place
from tandem.actor import Loaded, attributes_of
from tandem.actor.step import zone_of
from tandem.attributes import Attributes
from tandem.customer import Customer
from tandem.events.times import to_text
from tandem.playbook import Playbook


def add(commands: Any) -> None:
    """Describes the command."""
    parser = commands.add_parser(
        "attributes",
        help="a customer's attributes, each with where its value comes from",
        description="Every attribute of a customer now: its value, what the profile and what the events since say "
        "alone, the rule and its version, whether it is complete, and what was left out and why.",
    )
    parser.add_argument("customer", metavar="CUSTOMER", help="the customer_id of the events")
    parser.add_argument("--json", action="store_true", help="one JSON object, nothing else")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, session: Session) -> int:
    """0 when the customer is known, also where attributes are incomplete."""
    customer_id, now = arguments.customer, session.clock()
    loaded, playbook = read_customer(session, customer_id)
    customer, profile = loaded.customers.get(customer_id), loaded.profiles.get(customer_id)
    if customer is None and profile is None:
        raise Mistake(
            f"nothing is known of the customer {customer_id}",
            "ids are written as in the events, capitals included; a new event takes a few seconds",
        )
    if playbook is None:
        raise Mistake("no playbook is live, so there are no attributes", "tandem playbook publish infra/playbook")
    known = customer or Customer(customer_id)
    attributes = attributes_of(known, profile, loaded.header, playbook, now=now)
    zone = zone_of(known.trait("time_zone"), playbook.shop.default_time_zone)
    if arguments.json:
        session.screen.raw(json.dumps(_document(customer_id, loaded, playbook, attributes, now), ensure_ascii=False))
        return 0
    _head(customer_id, loaded, playbook.number, zone, session)
    _tables(shown_attributes(attributes, currency=playbook.shop.currency, zone=zone, now=now), session)
    session.screen.next(f"tandem why {customer_id}", "tandem rules test FILE    (the same over a file of events)")
    return 0


def _document(
    customer_id: str, loaded: Loaded, playbook: Playbook, attributes: Attributes, now: datetime
) -> dict[str, Any]:
    profile = loaded.profiles.get(customer_id)
    return {
        "customer_id": customer_id,
        "at": to_text(now),
        "playbook": playbook.number,
        "currency": playbook.shop.currency,
        "profile_as_of": to_text(profile.as_of) if profile else None,
        "snapshot_as_of": to_text(loaded.header.as_of) if loaded.header else None,
        "attributes": attribute_documents(attributes),
    }


def _head(customer_id: str, loaded: Loaded, playbook: int, zone: tzinfo, session: Session) -> None:
    screen, now = session.screen, session.clock()
    profile, header = loaded.profiles.get(customer_id), loaded.header
    screen.line(customer_id, style="bold")
    screen.pairs(
        (
            ("now", f"{clock(now, zone)} {place(zone)}"),
            ("profile", f"as of {clock(profile.as_of, zone, near=now)}" if profile else "none: all comes from events"),
            ("snapshot", f"as of {clock(header.as_of, zone, near=now)}" if header else "none is loaded"),
            ("playbook", playbook),
        )
    )
    screen.line()


def _tables(shown: Sequence[Shown], session: Session) -> None:
    screen = session.screen
    rows = [
        (each.attribute, each.value, each.profile, each.events, _version(each.version), each.rule) for each in shown
    ]
    columns = ("attribute", "value", "profile", "events", "v", "rule")
    screen.table("Attributes", columns, rows, whole=("attribute", "v"))
    lacking = [(each.attribute, each.state) for each in shown if each.state != "complete"]
    if lacking:
        screen.line()
        screen.table("Incomplete: conditions on them do not match", ("attribute", "why"), lacking)
    left_out = [(each.attribute, told) for each in shown for told in each.left_out]
    if left_out:
        screen.line()
        screen.table("Left out", ("attribute", "what and why"), left_out)


def _version(version: int | None) -> str:
    return "" if version is None else str(version)
