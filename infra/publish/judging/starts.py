"""What the messages of each template speak of, by what starts the campaigns that say it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from tandem.events import EventType
from tandem.playbook import Campaign, Journey, OnAbandonedCart
from tandem.playbook.triggers import OnEvent, OnTimer

_OF_ORDERS: Final = frozenset({EventType.ORDER_COMPLETED, EventType.ORDER_REFUNDED})
Given = frozenset[str]
Starts = Mapping[str, tuple[Given, ...]]


def starts_of(campaigns: Iterable[Campaign], journeys: Iterable[Journey]) -> Starts:
    """By template: each combination of `order` and `cart` that one of its messages may speak of."""
    said_by: dict[str, list[Any]] = {}
    for journey in journeys:
        for _, step in journey.every_step():
            if name := getattr(step, "campaign", ""):
                said_by.setdefault(str(name), []).append(journey.start)
    found: dict[str, set[Given]] = {}
    for campaign in campaigns:
        triggers = [*said_by.get(campaign.id, ()), *([campaign.trigger] if campaign.trigger else [])]
        given = {each for trigger in triggers for each in _given(trigger)}
        for template in campaign.templates():
            found.setdefault(template, set()).update(given)
    return {name: tuple(sorted(given, key=sorted)) for name, given in found.items()}


def _given(trigger: Any) -> Iterator[Given]:
    match trigger:
        case OnAbandonedCart():
            yield frozenset({"cart"})
        case OnEvent(event=types):
            for each in types:
                yield _of_event(each)
        case OnTimer(after=event):
            yield _of_event(event)
        case _:
            yield frozenset()


def _of_event(event: EventType) -> Given:
    return frozenset({"order"}) if event in _OF_ORDERS else frozenset()
