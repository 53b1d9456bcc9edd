"""One customer's day, as `tandem why` tells it. Her orders are real; her name, carts and times of day are made up."""

from datetime import timedelta
from io import StringIO
from random import Random
from typing import Final

from rich.text import Text

from infra.cli.commands.why import show
from infra.cli.screen import Screen
from infra.cli.view import View
from infra.demo.baskets import line, order_lines
from infra.demo.cdnow import CURRENCY
from infra.docs.run import Ran, arrival, run
from infra.docs.world import World
from infra.explain import LedgerRow
from infra.replay import Arrival
from tandem.adapters.memory_sending import Row
from tandem.sending import Sent

_AGAIN: Final = timedelta(seconds=7)  # until the same event is delivered a second time
_LOOKED_AT: Final = "21:15"


def lived(world: World) -> Ran:
    """The day of the customer whose tier is raised by her order: three messages, and a fourth that is held back."""
    return run(_events(world), world, until=world.at(_LOOKED_AT))


def why(world: World) -> str:
    """What is typed, and what comes back."""
    who, out = world.cast.raised, StringIO()
    show(who, _view(world, lived(world)), Screen(out), now=world.at(_LOOKED_AT))
    printed = Text.from_ansi(out.getvalue()).plain  # colours are there where the environment asks for them
    lines = [f"$ tandem why {who}", "", *(each.rstrip() for each in printed.splitlines())]
    return "\n".join(lines) + "\n"


def _events(world: World) -> list[Arrival]:
    """A cart left, then ordered with more; another left, and a third. Two events come twice."""
    who, products = world.cast.raised, world.draft.playbook.products
    order = world.order_of(who)
    ordered = order_lines(order, products, Random(order.row))
    cart = {"cart_id": "c-1", "currency": CURRENCY, "products": ordered[:1]}
    bought = {
        "order_id": order.order_id,
        "cart_id": "c-1",
        "total": f"{order.amount:.2f}",
        "currency": CURRENCY,
        "products": ordered,
    }
    first, second = (
        {"cart_id": f"c-{number}", "currency": CURRENCY, **line(each)} for number, each in enumerate(products[:2], 2)
    )
    bought_once = arrival("order_completed", "e-3", who, world.at("14:05:20"), bought)
    added_once = arrival("product_added", "e-4", who, world.at("17:48:10"), first)
    return [
        arrival("customer_identified", "e-1", who, world.at("08:58:30"), world.cast.people()[who].traits()),
        arrival("cart_viewed", "e-2", who, world.at("09:00:15"), cart),
        bought_once,
        Arrival(bought_once.text, bought_once.received_at + _AGAIN),
        added_once,
        Arrival(added_once.text, added_once.received_at + _AGAIN),
        arrival("product_added", "e-5", who, world.at("20:31:40"), second),
    ]


def _view(world: World, ran: Ran) -> View:
    who = world.cast.raised
    return View(
        customer=next(each for each in ran.replayed.customers if each.customer_id == who),
        profile=world.known.profiles[who],
        header=world.known.header,
        decisions=ran.replayed.decisions,
        rows={each: _row(row) for each, row in ran.ledger.rows.items()},
        playbook=world.draft.playbook,
    )


def _row(row: Row) -> LedgerRow:
    send, provider_id = row.send, row.result.provider_id if isinstance(row.result, Sent) else ""
    return LedgerRow(
        send.id, row.status, row.at, send.campaign, send.channel, template=send.template, provider_id=provider_id
    )
