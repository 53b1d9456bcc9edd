"""What may be said of messages that have left, without asking the product: caps, local hours, words, exits, stops.

Definitions. A message is counted with those that were decided before it, whichever leaves first, by the caps of the
playbook, and for calendar days, weeks and months in the zone, that it was decided with. Of these no more than the limit
may have left in any window (rolling), or in the same local day, week or month as it (calendar). A cap that a later
playbook brings, or a move to another zone, is so not held against what had been decided. Quiet hours are those of that
playbook and zone too. Whatever was saved before the moment a message leaves has to be known to it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tandem.events import OrderCompleted
from tandem.playbook import Cap, Stops
from tests.orchestra.history import Decided, History, Wrong, holds
from tests.orchestra.instances import Instance


@dataclass(frozen=True, slots=True)
class Departure:
    """A message that left."""

    decided: Decided
    at: datetime


def check_caps(new: Departure, before: Iterable[Departure]) -> None:
    """No cap is exceeded now that it has left: its own, or that of one that was decided after it and left before."""
    counted = [each for each in (*before, new) if not each.decided.campaign.transactional]
    if new not in counted:
        return
    for last in counted:
        if last.decided.order >= new.decided.order:
            known = [each for each in counted if each.decided.order <= last.decided.order]
            for cap in last.decided.playbook.caps:
                _check_cap(cap, last, new, known)


def _check_cap(cap: Cap, last: Departure, new: Departure, known: Iterable[Departure]) -> None:
    if not _concerns(cap, last) or not _is_same_window(cap, last.at, new.at, last.decided.zone):
        return
    zone = last.decided.zone
    inside = [each for each in known if _concerns(cap, each) and _is_same_window(cap, each.at, new.at, zone)]
    if new in inside and len(inside) > cap.messages:
        raise Wrong(
            f"cap {cap} exceeded by {new.decided.send.id}: {[(each.decided.send.id, each.at) for each in inside]}"
        )


def _concerns(cap: Cap, each: Departure) -> bool:
    return _is_of(cap, each.decided.send.campaign, each.decided.campaign.category, each.decided.send.channel)


def _is_of(cap: Cap, campaign: str, category: str, channel: str) -> bool:
    return (
        campaign in (cap.campaigns or (campaign,))
        and category in (cap.categories or (category,))
        and channel in (cap.channels or (channel,))
    )


def _is_same_window(cap: Cap, earlier: datetime, later: datetime, zone: ZoneInfo) -> bool:
    if cap.within:
        return later - cap.within < earlier
    return _calendar(earlier.astimezone(zone).date(), cap.per) == _calendar(later.astimezone(zone).date(), cap.per)


def _calendar(day: date, per: str | None) -> tuple[int, ...]:
    year, week, _ = day.isocalendar()
    return {"week": (year, week), "month": (day.year, day.month)}.get(per or "", (day.toordinal(),))


def check_hours(new: Departure) -> None:
    """The wall clock does not show an hour in which nothing leaves."""
    decided = new.decided
    if decided.campaign.transactional:
        return
    shown = new.at.astimezone(decided.zone).time()
    for quiet in decided.playbook.quiet_hours:
        if decided.send.channel not in (quiet.channels or (decided.send.channel,)):
            continue
        inside = quiet.begin <= shown < quiet.end
        if quiet.begin > quiet.end:
            inside = not quiet.end <= shown < quiet.begin
        if inside:
            raise Wrong(f"{decided.send.id} left at {shown} in {decided.zone}, within {quiet}")


def check_window(new: Departure) -> None:
    """It left in the time in which its reason was valid."""
    decided = new.decided
    if new.at > decided.since + decided.campaign.validity:
        raise Wrong(f"{decided.send.id} left too late: its reason arose {decided.since}")


def check_words(new: Departure, history: History) -> None:
    """The person had said yes and not no, by all that was saved before."""
    send = new.decided.send
    if not history.allows(send.channel, send.purpose):
        raise Wrong(f"{send.id} left against the person's word on {send.channel} for {send.purpose}")


def check_stops(new: Departure, stops: Stops) -> None:
    """Nothing that is stopped leaves."""
    send, journey = new.decided.send, new.decided.journey.partition("/")[0]
    if (
        stops.everything
        or send.channel in {*stops.channels, *stops.breakers}
        or send.campaign in stops.campaigns
        or journey in {*stops.paused, *stops.ended}
    ):
        raise Wrong(f"{send.id} left though it was stopped: {stops}")


def check_order(new: Departure, history: History) -> None:
    """A reminder does not leave once its cart was ordered."""
    origin = new.decided.send.origin
    if origin is None or not origin.cart_id or origin.cart_touched_at is None:
        return
    for told in history.told.values():
        body = told.event.body
        is_its = isinstance(body, OrderCompleted) and body.cart_id == origin.cart_id
        if is_its and origin.cart_touched_at <= told.event.occurred_at:
            raise Wrong(f"{new.decided.send.id} left for a cart that was ordered {told.event.occurred_at}")


def check_exits(new: Departure, history: History, instance: Instance | None) -> None:
    """No exit event of its journey was saved since the customer entered."""
    origin = new.decided.send.origin
    if instance is None or origin is None:
        return
    start = history.told.get(instance.started_by)
    for told in history.told.values():
        event = told.event
        if told.commit < instance.entered or event.identity == instance.started_by:
            continue
        if event.occurred_at < origin.occurred_at:
            continue
        for each in instance.journey.exit_on:
            if event.type is each.event and holds(each.when, event, start.event.properties if start else None):
                raise Wrong(f"{new.decided.send.id} left after {event.event_id}, the exit of {instance.id}")
