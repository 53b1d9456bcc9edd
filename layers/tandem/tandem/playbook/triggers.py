"""What starts a campaign or a journey."""

from datetime import time, timedelta
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Discriminator, Field, Tag

from tandem.events import EventType
from tandem.playbook.fields import Attribute, Condition, Duration, Model, TimeOfDay, between, one_of

ALWAYS: Final = "true"


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class OnEvent(Model):
    """Starts when an event of one of these types arrives for which the condition holds.

    Who the condition does not hold for is no candidate, and no decision speaks of it.
    """

    event: Annotated[tuple[EventType, ...], BeforeValidator(_several), Field(min_length=1, max_length=20)]
    when: Condition = ALWAYS


class OnAbandonedCart(Model):
    """Starts when a cart with something in it has seen no activity and no order for so long.

    Carts are known for 30 days, so a wait ends before that.
    """

    cart_abandoned: Annotated[Duration, between(timedelta(seconds=1), timedelta(days=28))]


class OnAttributeChanged(Model):
    """Starts when the value of an attribute with `publish: true` has changed, in the step that changed it."""

    attribute_changed: Attribute
    when: Condition = ALWAYS


class OnDate(Model):
    """Starts on the day that the date in an attribute comes back (a birthday), at a time of day of the customer's."""

    date: Attribute
    at: TimeOfDay = time(9)


class OnTimer(Model):
    """Starts so long after an event: everything is looked at when the time is over."""

    after: EventType
    wait: Annotated[Duration, between(timedelta(seconds=1), timedelta(days=365))]
    when: Condition = ALWAYS


_KINDS: Final = {
    "cart_abandoned": "a cart trigger",
    "attribute_changed": "an attribute trigger",
    "date": "a date trigger",
    "after": "a timer trigger",
}


def _kind(value: object) -> str:
    return _KINDS.get(one_of(value, *_KINDS), "an event trigger")


# The arm is chosen first, so that a defect is told of the arm that was meant.
Trigger = Annotated[
    Annotated[OnEvent, Tag("an event trigger")]
    | Annotated[OnAbandonedCart, Tag("a cart trigger")]
    | Annotated[OnAttributeChanged, Tag("an attribute trigger")]
    | Annotated[OnDate, Tag("a date trigger")]
    | Annotated[OnTimer, Tag("a timer trigger")],
    Discriminator(_kind),
]


def condition_of(trigger: Any) -> str:
    """The trigger's own condition."""
    return str(getattr(trigger, "when", ALWAYS))
