"""Waits for abandoned carts. When one is due follows from the cart alone; a timer only sees to it that we look.

Activity moves the moment a wait is due, not the schedule: a timer that fires early arms itself again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tandem.attributes import Cart
from tandem.customer import Timer
from tandem.playbook import Campaign, OnAbandonedCart, Playbook


@dataclass(frozen=True, slots=True)
class Wait:
    """A campaign that waits for a cart to stay quiet until `due`. `key` names its timer in the customer."""

    key: str
    campaign: Campaign
    cart: Cart
    due: datetime


def timer_key(campaign_id: str, cart_id: str) -> str:
    """The timer of a campaign for a cart. No campaign id holds a slash; a cart id may."""
    return f"{campaign_id}/{cart_id}"


def cart_of(key: str) -> str:
    """The cart id in a timer's key."""
    return key.partition("/")[2]


def waits(playbook: Playbook, carts: Mapping[str, Cart], timers: Mapping[str, Timer]) -> tuple[Wait, ...]:
    """Every wait that has not ended, by due time and cart; for one cart the highest priority first."""
    found = (wait for wait in _all(playbook, carts) if not _is_handled(wait, timers.get(wait.key)))
    return tuple(sorted(found, key=lambda wait: (wait.due, wait.cart.cart_id)))


def _all(playbook: Playbook, carts: Mapping[str, Cart]) -> Iterator[Wait]:
    for campaign in playbook.campaigns:
        if isinstance(campaign.trigger, OnAbandonedCart):
            for cart in carts.values():
                due = cart.last_activity + campaign.trigger.cart_abandoned
                yield Wait(timer_key(campaign.id, cart.cart_id), campaign, cart, due)


def _is_handled(wait: Wait, timer: Timer | None) -> bool:
    return timer is not None and timer.handled is not None and timer.handled >= wait.cart.last_activity


def handled(timers: Mapping[str, Timer], wait: Wait) -> dict[str, Timer]:
    """The timers after a wait has ended: nothing more happens for this activity of this cart."""
    timer = timers.get(wait.key, Timer())
    return {**timers, wait.key: replace(timer, handled=wait.cart.last_activity)}


def arm(timers: Mapping[str, Timer], wait: Wait, now: datetime) -> tuple[dict[str, Timer], datetime | None]:
    """The timers, and the moment to arm for; None where something already wakes us in time.

    A moment that has passed does not count: its message is lost, or finds itself stale.
    """
    timer = timers.get(wait.key, Timer())
    if timer.armed_for and now < timer.armed_for <= whole_second(wait.due):
        return dict(timers), None
    moment = whole_second(wait.due)
    return {**timers, wait.key: replace(timer, armed_for=moment)}, moment


def whole_second(moment: datetime) -> datetime:
    """The next whole second: queues and schedules know nothing finer."""
    return moment if moment.microsecond == 0 else moment.replace(microsecond=0) + timedelta(seconds=1)
