"""The values that conditions see of one customer at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from tandem.attributes import Attributes, Cart, Profile, SnapshotHeader
from tandem.attributes.merge import PREFIX
from tandem.customer import Change, Customer
from tandem.events import Event
from tandem.expressions import Language
from tandem.playbook import Playbook
from tandem.playbook.conditions import Known
from tandem.playbook.vocabulary import Start, language


@dataclass(frozen=True)
class Scene:
    """What is the same for all that is looked at in a step."""

    customer: Customer
    attributes: Attributes
    profile: Profile | None
    header: SnapshotHeader | None
    playbook: Playbook

    @property
    def locale(self) -> str:
        """The customer's language, or the shop's."""
        return self.customer.trait("locale") or self.playbook.shop.default_locale

    @cached_property
    def others(self) -> Mapping[str, Any]:
        """The variables of the customer that no rule makes."""
        values: dict[str, Any] = {
            "customer.open_carts": len(self.attributes.carts.open),
            "customer.locale": self.locale,
        }
        return values | (profile_values(self.profile, self.header) if self.profile else {})


@dataclass(frozen=True)
class Moment:
    """One thing that happens in a scene: an event, the end of a wait for a cart, a change, what a journey asks.

    `values` are the variables of what happened before, by name: `start.…`, `journey.…`, `change.…`.
    """

    scene: Scene
    event: Event | None = None
    cart: Cart | None = None
    change: Change | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    def known(self, start: Start) -> Known:
        """What the conditions of a campaign with this start can see of it."""
        return self.known_in(language(self.scene.playbook.ruleset, start))

    def known_in(self, spoken: Language) -> Known:
        """What conditions in a language can see of it."""
        return Known(spoken, self.value_of)

    def value_of(self, name: str) -> tuple[Any, str]:
        """The value of a variable, None where it has none, and why it is incomplete."""
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) in self.scene.playbook.ruleset.by_attribute:
            return self.scene.attributes.known(name.removeprefix(PREFIX))
        if name in self._own:
            return self._own[name], ""
        return self.scene.others.get(name), ""

    @cached_property
    def _own(self) -> Mapping[str, Any]:
        values: dict[str, Any] = dict(self.values)
        if event := self.event:
            values |= {
                "event.type": str(event.type),
                "event.occurred_at": event.occurred_at,
                "event.properties": event.properties,
            }
        if cart := self.cart:
            values |= {"cart.id": cart.cart_id, "cart.items": cart.items, "cart.value_minor": cart.value_minor}
        if change := self.change:
            values |= {"change.before": change.before, "change.after": change.after}
        return values


def profile_values(profile: Profile, header: SnapshotHeader | None) -> dict[str, Any]:
    """What conditions see as `profile.…`: what the snapshot alone knows."""
    figures = profile.figures
    last_order_at = figures.get("last_order_at")
    as_of = max(profile.as_of, header.as_of) if header else profile.as_of  # not rewritten where nothing changed
    recency = (as_of - datetime.fromisoformat(str(last_order_at))).days if last_order_at else None
    return {
        "profile.orders": figures.get("frequency"),
        "profile.recency_days": recency,
        "profile.frequency": figures.get("frequency"),
        "profile.monetary_minor": figures.get("monetary_minor"),
    }
