"""What starts a campaign or a journey, judged: the events it may listen to, its condition, its attribute."""

from collections.abc import Iterator
from typing import Final, assert_never

from infra.publish.known import Known, Problem
from infra.publish.problems import hint
from infra.publish.source import Location
from tandem.events import EventType
from tandem.events.parse import INTERNAL, OF_MESSAGES
from tandem.expressions import Kind
from tandem.playbook import OnAbandonedCart, OnAttributeChanged, OnDate, OnEvent, OnTimer
from tandem.playbook.triggers import Trigger
from tandem.playbook.vocabulary import arrival_of, language

_TIMER: Final = "timer_fired is internal: for a moment later write after and wait, or cart_abandoned, or date"
_DATES: Final = (Kind.STRING, Kind.TIMESTAMP)


def trigger_problems(trigger: Trigger, known: Known, at: Location) -> Iterator[Problem]:
    """Everything wrong with a trigger at this place of its file."""
    match trigger:
        case OnEvent():
            for index, event in enumerate(trigger.event):
                if problem := _TIMER if event is EventType.TIMER_FIRED else _of_messages(event):
                    yield (*at, "event", *([index] if len(trigger.event) > 1 else [])), problem
            yield from _condition(trigger, trigger.when, known, at)
        case OnAttributeChanged():
            if problem := _not_announced(trigger.attribute_changed, known):
                yield (*at, "attribute_changed"), problem
            yield from _condition(trigger, trigger.when, known, at)
        case OnDate():
            if problem := _no_date(trigger.date, known):
                yield (*at, "date"), problem
        case OnTimer():
            if problem := internal(trigger.after) if trigger.after in INTERNAL else _of_messages(trigger.after):
                yield (*at, "after"), problem
            yield from _condition(trigger, trigger.when, known, at)
        case OnAbandonedCart():
            pass
        case other:
            assert_never(other)


def _of_messages(event: EventType) -> str:
    """Why it starts nothing; empty for what is no news of a message."""
    why = "starts nothing: a message that another one starts would have no end; write a journey with a wait"
    return f"{event} {why}" if event in OF_MESSAGES else ""


def internal(event: EventType) -> str:
    """Why nothing waits for an internal event."""
    return f"{event} is internal: nothing can wait for it"


def _condition(trigger: Trigger, when: str, known: Known, at: Location) -> Iterator[Problem]:
    if problem := known.condition(language(known.rules, arrival_of(trigger)), when):
        yield (*at, "when"), problem


def _not_announced(name: str, known: Known) -> str:
    if name in known.broken:
        return ""
    attribute = known.rules.by_attribute.get(name)
    if attribute is None:
        return f"there is no attribute {name}{hint(name, known.rules.by_attribute)}"
    return "" if attribute.publish else f"{name} is not published: write publish: true in its attribute"


def _no_date(name: str, known: Known) -> str:
    if name in known.broken:
        return ""
    attribute = known.rules.by_attribute.get(name)
    if attribute is None:
        return f"there is no attribute {name}{hint(name, known.rules.by_attribute)}"
    kind = attribute.value_kind
    return "" if kind in _DATES else f"{name} is {kind}, and a date is a string (such as 1984-03-29) or a timestamp"
