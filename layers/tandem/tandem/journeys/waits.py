"""Waits for abandoned carts. When one is due follows from the cart alone; a timer only sees to it that we look.

Activity moves the moment a wait is due, not the schedule: a timer that fires early arms itself again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from tandem.attributes import Cart
from tandem.customer import Timer
from tandem.playbook import Campaign, Journey, OnAbandonedCart, Playbook

MEETING: Final = "~"  # the timer of the candidates that wait; that of a journey has the journey's id after it
JOURNEY: Final = "+"  # before the id of a journey that waits for a cart


@dataclass(frozen=True, slots=True)
class Wait:
    """A campaign or a journey that waits for a cart to stay quiet until `due`. `key` names its timer."""

    key: str
    starts: Campaign | Journey
    cart: Cart
    due: datetime


def timer_key(starts: Campaign | Journey, cart_id: str) -> str:
    """The timer of a campaign or a journey for a cart. No id holds a slash; a cart id may."""
    return f"{JOURNEY if isinstance(starts, Journey) else ''}{starts.id}/{cart_id}"


def cart_of(key: str) -> str:
    """The cart id in such a timer's key."""
    return key.partition("/")[2]


def waiting_for_carts(playbook: Playbook) -> tuple[Campaign | Journey, ...]:
    """What an abandoned cart starts; campaigns first, by rank. Looked for once in a playbook."""
    found: tuple[Campaign | Journey, ...] | None = playbook.__dict__.get("_waiting_for_carts")
    if found is None:
        journeys = [each for each in playbook.journeys if isinstance(each.start, OnAbandonedCart)]
        campaigns = [each for each in playbook.campaigns if isinstance(each.trigger, OnAbandonedCart)]
        found = playbook.__dict__["_waiting_for_carts"] = (*campaigns, *journeys)
    return found


def waits(playbook: Playbook, carts: Mapping[str, Cart], timers: Mapping[str, Timer]) -> tuple[Wait, ...]:
    """Every wait that has not ended, by due time and cart; for one cart the highest rank first."""
    found = (wait for wait in _all(playbook, carts) if not _is_handled(wait, timers.get(wait.key)))
    return tuple(sorted(found, key=lambda wait: (wait.due, wait.cart.cart_id)))


def _all(playbook: Playbook, carts: Mapping[str, Cart]) -> Iterator[Wait]:
    if not carts:
        return
    for starts in waiting_for_carts(playbook):
        trigger = starts.trigger if isinstance(starts, Campaign) else starts.start
        if isinstance(trigger, OnAbandonedCart):
            for cart in carts.values():
                yield Wait(timer_key(starts, cart.cart_id), starts, cart, cart.last_activity + trigger.cart_abandoned)


def _is_handled(wait: Wait, timer: Timer | None) -> bool:
    return timer is not None and timer.handled is not None and timer.handled >= wait.cart.last_activity


def handled(timers: Mapping[str, Timer], wait: Wait) -> dict[str, Timer]:
    """The timers after a wait has ended: nothing more happens for this activity of this cart."""
    timer = timers.get(wait.key, Timer())
    return {**timers, wait.key: replace(timer, handled=wait.cart.last_activity)}


def arm(
    timers: Mapping[str, Timer], key: str, due: datetime, now: datetime
) -> tuple[Mapping[str, Timer], datetime | None]:
    """The timers, and the moment to arm for; None where something already wakes us in time.

    A moment that has passed does not count: its message is lost, or finds itself stale.
    """
    timer = timers.get(key, Timer())
    if timer.armed_for and now < timer.armed_for <= whole_second(due):
        return timers, None
    moment = whole_second(due)
    return {**timers, key: replace(timer, armed_for=moment)}, moment


def whole_second(moment: datetime) -> datetime:
    """The next whole second: queues and schedules know nothing finer."""
    return moment if moment.microsecond == 0 else moment.replace(microsecond=0) + timedelta(seconds=1)
