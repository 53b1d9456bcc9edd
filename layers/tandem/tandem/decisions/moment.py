"""All that a decision may look at, and the values conditions see of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from tandem.attributes import Attributes, Cart, Profile, SnapshotHeader
from tandem.customer import Customer
from tandem.decisions.model import Cause
from tandem.events import Event
from tandem.playbook import Playbook
from tandem.playbook.conditions import Known


@dataclass(frozen=True)
class Moment:
    """One customer at one moment (`now`, aware), before one decision.

    `customer` holds what this very step has already decided. `event` is None at the end of a wait; `cart` is the cart
    of the wait (None if it is closed), `due` the moment the wait was to end.
    """

    customer: Customer
    attributes: Attributes
    profile: Profile | None
    header: SnapshotHeader | None
    playbook: Playbook
    cause: Cause
    now: datetime
    event: Event | None = None
    cart: Cart | None = None
    due: datetime | None = None

    @cached_property
    def known(self) -> Known:
        """What conditions can see of it: evaluated by every candidate, made once."""
        return Known(condition_values(self), cart=self.event is None)

    @property
    def locale(self) -> str:
        """The customer's language, or the shop's."""
        return self.customer.trait("locale") or self.playbook.shop.default_locale


def attribute_values(moment: Moment) -> dict[str, Any]:
    """The customer's merged attributes by their names in conditions; what has no value is absent."""
    attributes = moment.attributes
    values: dict[str, Any] = {
        "customer.basket_tier": str(attributes.basket_tier),
        "customer.orders": attributes.orders,
        "customer.revenue_minor": attributes.revenue_minor,
        "customer.basket_value_minor": attributes.basket_value_minor,
        "customer.purchase_total_today_minor": attributes.purchase_total_today_minor,
        "customer.last_order_at": attributes.last_order_at,
        "customer.open_carts": len(attributes.carts.open),
        "customer.locale": moment.locale,
    }
    return {name: value for name, value in values.items() if value is not None}


def condition_values(moment: Moment) -> Mapping[str, Any]:
    """Every variable of `tandem.playbook.vocabulary` that has a value at this moment."""
    values = attribute_values(moment)
    if profile := moment.profile:
        values |= {
            "profile.orders": profile.totals.orders,
            "profile.recency_days": profile.recency_days,
            "profile.frequency": profile.frequency,
            "profile.monetary_minor": profile.monetary_minor,
        }
    if event := moment.event:
        values |= {
            "event.type": str(event.type),
            "event.occurred_at": event.occurred_at,
            "event.properties": event.properties,
        }
    if cart := moment.cart:
        values |= {"cart.id": cart.cart_id, "cart.items": cart.items}
        if cart.value_minor is not None:
            values["cart.value_minor"] = cart.value_minor
    return values
