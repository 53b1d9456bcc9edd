"""Sends that no longer stand: marked in the send history, where `send` looks last before the provider."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from tandem.attributes import Carts
from tandem.customer import DENIED, Customer, Effect, Send, SendEntry, SetTimer
from tandem.events.identity import EVERYTHING

ASKED_FOR: Final = timedelta(days=14)  # as long as a queue keeps a message


def withdraw(customer: Customer, carts: Carts, now: datetime) -> Customer:
    """The customer with every pending send withdrawn whose cart was ordered or emptied, or whose channel was refused.

    It makes no difference whether the send is still owed or already on its way.
    """
    sends = tuple(_judged(entry, customer, carts, now) for entry in customer.sends)
    return customer if sends == customer.sends else replace(customer, sends=sends)


def _judged(entry: SendEntry, customer: Customer, carts: Carts, now: datetime) -> SendEntry:
    if entry.withdrawn or entry.is_settled or entry.not_after < now:
        return entry
    if DENIED in (customer.word(entry.channel, entry.purpose), customer.word(entry.channel, EVERYTHING)):
        return replace(entry, withdrawn="opted_out")
    order = carts.closed_by.get(entry.cart_id)
    if order and entry.cart_touched_at and order.occurred_at >= entry.cart_touched_at:
        return replace(entry, withdrawn="ordered")  # also where something new lies in the cart since
    if entry.cart_id and entry.cart_id not in carts.open:
        return replace(entry, withdrawn="cart_emptied")
    return entry


def keep_owed(owed: tuple[Effect, ...], customer: Customer, now: datetime) -> tuple[Effect, ...]:
    """Which effects found owed are still to be carried out: not those past their time, and no withdrawn send.

    A timer whose moment has passed is dropped: the step that finds it handles what is due. A send is kept beyond its
    time: whether it has left only `send` can tell, and where it has not, says so, and it is decided anew.
    """
    return tuple(effect for effect in owed if _stands(effect, customer, now))


def _stands(effect: Effect, customer: Customer, now: datetime) -> bool:
    if isinstance(effect, Send):
        entry = customer.send(effect.id)
        return entry is not None and not entry.withdrawn and not entry.is_settled and now < effect.not_after + ASKED_FOR
    if effect.not_after < now:
        return False
    if isinstance(effect, SetTimer):
        timer = customer.timers.get(effect.timer)
        return effect.moment > now and timer is not None and timer.armed_for == effect.moment
    return True
