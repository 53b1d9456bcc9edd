"""`tandem why CUSTOMER`: what is known of a customer, what was decided and why, what left."""

import argparse
from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any, Final

from infra.cli.mistake import Mistake
from infra.cli.people import tombstones_of
from infra.cli.screen import Screen
from infra.cli.session import Session
from infra.cli.stops import stopped_in_words
from infra.cli.view import View, view
from infra.explain import Entry, timeline
from infra.explain.incomplete import incomplete
from infra.explain.under_way import under_way, working_of
from infra.explain.words import clock, count, listing, money, place
from tandem.actor.step import zone_of
from tandem.attributes import Attributes, Cart
from tandem.customer import GRANTED, Channel, Customer
from tandem.events.identity import EVERYTHING, MARKETING
from tandem.events.times import to_text
from tandem.journeys import waits
from tandem.playbook import Journey

_COLOURS: Final = {"profile": "blue", "event": "", "decision": "bold", "send": "green"}
_BAD: Final = frozenset({"refused", "withdrawn", "expired", "given_up"})
_OPEN: Final = frozenset({"reserved", "unknown", "again"})


def add(commands: Any) -> None:
    """Describes the command."""
    parser = commands.add_parser(
        "why",
        help="a customer's timeline, every decision with its reasons",
        description="What the stack knows of a customer now, and all that happened, oldest first: history, events, "
        "every decision with its reasons, every message and what came of it.",
    )
    parser.add_argument("customer", metavar="CUSTOMER", help="the customer_id of the events")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, session: Session) -> int:
    """0 when the customer is known."""
    found = view(session, arguments.customer)
    if found.is_empty:
        _tell_of_erased(arguments.customer, session)
        raise Mistake(
            f"nothing is known of the customer {arguments.customer}",
            "ids are written as in the events, capitals included; a new event takes a few seconds",
            "what could not be handled: tandem dlq list",
        )
    show(arguments.customer, found, session.screen, now=session.clock())
    return 0


def _tell_of_erased(customer_id: str, session: Session) -> None:
    """Raises Mistake where somebody had this customer erased."""
    if erased_at := tombstones_of(session).erased_at(customer_id):
        raise Mistake(
            f"the customer {customer_id} was erased at {to_text(erased_at)}: nothing is known, and what still comes is "
            "dropped",
            f"what is held all the same: tandem export {customer_id} --archive",
            f"if the person wants to be a customer again: tandem erase {customer_id} --lift",
        )


def show(customer_id: str, found: View, screen: Screen, *, now: datetime) -> None:
    """Writes what was found; `now` is aware."""
    zone = _zone(found)
    screen.line(_name(customer_id, found.customer), style="bold")
    screen.pairs(_now(found, zone, now))
    screen.line()
    entries = timeline(
        found.customer,
        found.profile,
        found.decisions,
        found.rows,
        header=found.header,
        zone=zone,
        currency=found.currency,
        now=now,
        rules=found.playbook.ruleset if found.playbook else None,
        reached=found.reached,
    )
    _print(entries, screen, zone)
    _next(customer_id, found, screen)


def _next(customer_id: str, found: View, screen: Screen) -> None:
    last = max(found.decisions, key=lambda each: each.at, default=None)
    again = [f"tandem repeat {last.id}    (is it decided so again?)"] if last else []
    steps = () if found.playbook else ("tandem playbook publish infra/playbook    (none is live yet)",)
    attributes = f"tandem attributes {customer_id}    (where does each value come from?)"
    screen.next(*steps, *again, attributes, "tandem replay FILE    (what if?)", "tandem doctor")


def _zone(found: View) -> tzinfo:
    said = found.customer.trait("time_zone") if found.customer else ""
    return zone_of(said, found.playbook.shop.default_time_zone if found.playbook else "UTC")


def _name(customer_id: str, customer: Customer | None) -> str:
    name = customer.trait("first_name") if customer else ""
    return f"{customer_id} ({name})" if name else customer_id


def _now(found: View, zone: tzinfo, now: datetime) -> Iterator[tuple[str, object]]:
    """What holds at this moment."""
    customer = found.customer or Customer("")
    yield "now", f"{clock(now, zone)} {place(zone)}"
    yield "reached by", _reach(customer)
    if not found.stops.is_empty:
        yield "stopped", stopped_in_words(found.stops)
    if found.playbook is None:
        return
    working = working_of(customer, found.profile, found.header, found.playbook, stops=found.stops, now=now)
    attributes = working.scene.attributes
    yield from _values(attributes, found, zone, now)
    for cart in attributes.carts.open.values():
        yield "open cart", _cart(cart, found.currency, zone, now)
    for wait in waits(found.playbook, attributes.carts.open, customer.timers):
        due = clock(wait.due, zone, near=now)
        late = " (its timer is on its way)" if wait.due <= now else ""
        what = f"journey {wait.starts.id}" if isinstance(wait.starts, Journey) else wait.starts.id
        yield "waits", f"{what} for cart {wait.cart.cart_id} until {due}{late}"
    yield from under_way(working)


def _reach(customer: Customer) -> str:
    """Addresses, and what the customer has said of each channel, by purpose."""
    told = []
    for channel in Channel:
        address, words = customer.address(channel), _words(customer, channel)
        if channel is Channel.WEBHOOK and not words:
            continue  # its address is the customer's id: everybody has one
        if address:
            told.append(f"{channel} {address} ({words or 'no consent known, so no'})")
        elif words:
            told.append(f"{channel}, without an address ({words})")
    return listing(told) if told else "no address is known"


def _words(customer: Customer, channel: Channel) -> str:
    """`yes to marketing, no to news`."""
    said = []
    for name, word in customer.consents.items():
        by, _, purpose = str(name).partition("/")
        if by == channel:
            what = "everything" if purpose == EVERYTHING else purpose or MARKETING
            said.append(f"{'yes' if word.value == GRANTED else 'no'} to {what}")
    return ", ".join(said)


def _values(attributes: Attributes, found: View, zone: tzinfo, now: datetime) -> Iterator[tuple[str, object]]:
    currency = found.currency
    average, last_at = attributes["basket_value_minor"], attributes["last_order_at"]
    order = f" (average order {money(average, currency)})" if average is not None else ""
    none = "" if found.header else ", as no snapshot is loaded"
    yield "tier", f"{attributes.basket_tier}{order}{none}"
    last = f", the last one {clock(last_at, zone, near=now)}" if last_at else ""
    yield "orders", f"{_or_why(attributes, 'orders')}{last}"
    for name, attribute in (("revenue", "revenue_minor"), ("bought today", "purchase_total_today_minor")):
        yield name, _or_why(attributes, attribute, currency)


def _or_why(attributes: Attributes, attribute: str, currency: str | None = None) -> str:
    """A value, as money where a currency is given, or why it cannot be told yet."""
    value = attributes.value(attribute)
    if value.incomplete:
        return f"not known yet: {incomplete(value.incomplete)}"
    return str(value.value) if currency is None else money(value.value or 0, currency)


def _cart(cart: Cart, currency: str, zone: tzinfo, now: datetime) -> str:
    worth = f", {money(cart.value_minor, cart.currency or currency)}" if cart.value_minor is not None else ""
    active = clock(cart.last_activity, zone, near=now)
    return f"{cart.cart_id}: {count(cart.items, 'piece')}{worth}, last activity {active}"


def _print(entries: tuple[Entry, ...], screen: Screen, zone: tzinfo) -> None:
    day = ""
    for entry in entries:
        local = entry.at.astimezone(zone)
        if f"{local:%x}" != day:
            day = f"{local:%x}"
            screen.line(f"{local:%A} {local.day} {local:%B %Y} ({place(zone)})", style="dim")
        screen.line(entry.title, style=_colour(entry), indent=12, lead=f"  {local:%H:%M:%S}")
        shown = [f"Decision {entry.decision_id}"] if entry.kind == "decision" else []
        for detail in (*entry.details, *shown):
            screen.line(detail, style="dim", indent=12)


def _colour(entry: Entry) -> str:
    if entry.kind == "send" and entry.outcome in _BAD | _OPEN:
        return "red" if entry.outcome in _BAD else "yellow"
    return _COLOURS[entry.kind]
