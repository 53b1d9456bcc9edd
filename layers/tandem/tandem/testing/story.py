"""Everything that happened to a customer, line by line, in their own time: what a failed test has to say."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from infra.explain.sentences import sentences
from tandem.testing.happened import Came, Decided, Happened, HeldBack, Message
from tandem.testing.moments import shown
from tandem.testing.stage import Stage

_WIDTH = 22


def story(stage: Stage, customer_id: str) -> str:
    """What came, what was decided and why, what left, and what is still to come."""
    zone = stage.zone_of(customer_id)
    lines = [f"What happened to {customer_id} (times in {zone}):"]
    for each in stage.happened:
        if each.customer_id == customer_id:
            when, told = shown(each.at, zone), list(_told(each, zone))
            lines += [f"  {'' if place else when:{_WIDTH}}{line}" for place, line in enumerate(told)]
    lines += [f"  {shown(stage.now, zone):{_WIDTH}}now", *(f"  {line}" for line in _to_come(stage, customer_id, zone))]
    return "\n".join(lines)


def _told(each: Happened, zone: ZoneInfo) -> Iterator[str]:
    match each:
        case Came(type=kind, properties=properties):
            named = ", ".join(f"{name} {value}" for name, value in properties.items() if name != "send")
            yield f"{kind} ({named})" if named else kind
        case Decided(decision=decision):
            yield from sentences(decision, zone=zone)
        case Message(send=send):
            yield f"left: {send.campaign} by {send.channel} ({send.template})"
        case HeldBack(send=send, refused=refused):
            why = f": {refused.detail}" if refused.detail else ""
            yield f"did not leave: {send.campaign} by {send.channel} ({refused.reason}{why})"


def _to_come(stage: Stage, customer_id: str, zone: ZoneInfo) -> Iterator[str]:
    customer = stage.customer(customer_id)
    for each in customer.journeys:
        yield f"{'':{_WIDTH}}in journey {each.journey}, at step {each.step} since {shown(each.since, zone)}"
    for ended in customer.ended:
        yield f"{'':{_WIDTH}}left journey {ended.journey} at {shown(ended.ended_at, zone)} ({ended.why})"
    for waiting in customer.waiting:
        why = waiting.deferred or "patience"
        yield f"{shown(waiting.until, zone):{_WIDTH}}to come: {waiting.campaign} is decided ({why})"
    armed = [(timer.armed_for, key) for key, timer in customer.timers.items() if timer.armed_for]
    for at, key in sorted(armed):
        if at > stage.now:
            yield f"{shown(at, zone):{_WIDTH}}to come: a wait may be over ({key})"
