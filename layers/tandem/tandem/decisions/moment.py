"""All that a decision may look at, and the values conditions see of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from tandem.attributes import Attributes, Cart, Profile, SnapshotHeader
from tandem.attributes.merge import PREFIX
from tandem.customer import Change, Customer
from tandem.decisions.model import Cause
from tandem.events import Event
from tandem.expressions import names_in
from tandem.playbook import Campaign, Playbook
from tandem.playbook.conditions import Known
from tandem.playbook.standard import STANDARD_NAMES
from tandem.playbook.vocabulary import Start


@dataclass(frozen=True)
class Moment:
    """One customer at one moment (`now`, aware), before one decision.

    `customer` holds what this very step has already decided. `event` is None at the end of a wait and for a `change`
    of an attribute; `cart` is the cart of the wait (None if it is closed), `due` the moment the wait was to end.
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
    change: Change | None = None

    @cached_property
    def known(self) -> Known:
        """What conditions can see of it: evaluated by every candidate, computed once."""
        start = Start.EVENT if self.event else Start.CHANGE if self.change else Start.CART
        return Known(self.playbook.ruleset, start, self.value_of)

    @property
    def locale(self) -> str:
        """The customer's language, or the shop's."""
        return self.customer.trait("locale") or self.playbook.shop.default_locale

    def value_of(self, name: str) -> tuple[Any, str]:
        """The value of a variable, None where it has none, and why it is incomplete."""
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) in self.playbook.ruleset.by_attribute:
            return self.attributes.known(name.removeprefix(PREFIX))
        return self._others.get(name), ""

    @cached_property
    def _others(self) -> Mapping[str, Any]:
        """The variables that no rule makes."""
        values: dict[str, Any] = {
            "customer.open_carts": len(self.attributes.carts.open),
            "customer.locale": self.locale,
        }
        if self.profile:
            values |= profile_values(self.profile, self.header)
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


def attribute_values(moment: Moment, campaigns: Iterable[Campaign]) -> dict[str, Any]:
    """What a record keeps of the attributes: the standard ones, and those that the candidates' conditions read."""
    names = {f"{PREFIX}{name}" for name in STANDARD_NAMES if name in moment.playbook.ruleset.by_attribute}
    names |= {"customer.open_carts", "customer.locale"}
    for campaign in campaigns:
        names |= {name for name in names_in(campaign.when) if name.startswith(PREFIX)}
    values = {name: moment.value_of(name) for name in sorted(names)}
    return {name: value for name, (value, incomplete) in values.items() if value is not None and not incomplete}
