"""A customer in a test: what is known of them, and what they do."""

from dataclasses import dataclass
from typing import Any, Final, Self

from tandem.attributes.rules import ORDERS
from tandem.errors import BadEvent
from tandem.events import EventType
from tandem.events.times import to_text
from tandem.testing.happened import Came
from tandem.testing.moments import read_moment
from tandem.testing.past import Amount, Past, known_before
from tandem.testing.stage import Stage
from tandem.testing.story import story

_PRICED: Final = frozenset(
    {
        *ORDERS,
        EventType.PRODUCT_ADDED,
        EventType.PRODUCT_REMOVED,
        EventType.CART_VIEWED,
        EventType.CHECKOUT_STARTED,
    }
)


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """Somebody nobody knows yet."""

    id: str
    stage: Stage

    def __repr__(self) -> str:
        return f"<{self.id}>"

    def is_known(
        self,
        *,
        orders: int = 0,
        revenue: Amount | None = None,
        days_between: float = 30,
        last_order: float = 30,
        **traits: Any,
    ) -> Self:
        """Known from before: who they are, and in the snapshot so many orders, that came to `revenue` together (50
        each, unless told otherwise), so many days apart, the last one `last_order` days ago.

        They can be reached by email and said yes to it; a phone number is a yes to text messages too, and a
        `push_endpoint` to pushes; a webhook needs its own word. Say otherwise with `email=""`, `phone=…`,
        `consents={…}`, `time_zone=…`, or any trait. Nothing starts by it. Raises ValueError for somebody who has done
        something already.
        """
        if any(isinstance(each, Came) and each.customer_id == self.id for each in self.stage.happened):
            raise ValueError(f"{self.id} has done something already: say before what is known of them")
        running, playbook = self.stage.running, self.stage.playbook
        past = Past(orders, orders * 50 if revenue is None else revenue, days_between, last_order)
        customer, profile = known_before(self.id, self._said(traits), past, playbook, now=running.now)
        running.customers.profiles[self.id] = profile
        self.stage.snapshot()
        running.customers.save(customer)
        running.sender.has_said_before(customer)
        self.stage.raise_dates(customer, (0, 1, 2))
        return self

    def signs_up(self, **traits: Any) -> Self:
        """Says who they are, now: by email, with a yes to it, in the zone that the test speaks in, unless told
        otherwise."""
        return self.does("customer_identified", **self._said(traits))

    def does(self, event: str, *, occurred_at: str = "", event_id: str = "", **properties: Any) -> Self:
        """Something happens, and is received now; `occurred_at` (`2026-03-29 01:30`, or `01:30` of today) is for what
        happened earlier. An amount is in the shop's currency, unless told otherwise. Raises ValueError for what is no
        event."""
        stage = self.stage
        if event in _PRICED:
            properties.setdefault("currency", stage.playbook.shop.currency)
        envelope = {
            "v": 1,
            "event_id": event_id or f"event-{len(stage.happened) + 1}",
            "type": event,
            "customer_id": self.id,
            "occurred_at": to_text(self._earlier(occurred_at) if occurred_at else stage.now),
            "properties": properties,
        }
        try:
            stage.running.receive(envelope)
        except BadEvent as bad:
            raise ValueError(f"{event} is no event that Tandem can handle: {bad}") from bad
        return self

    def why(self) -> None:
        """Prints everything that happened to them."""
        print(story(self.stage, self.id))

    def _earlier(self, text: str) -> Any:
        stage = self.stage
        today = stage.now.astimezone(stage.zone).date()
        return read_moment(text if "-" in text else f"{today} {text}", stage.zone)

    def _said(self, traits: dict[str, Any]) -> dict[str, Any]:
        told = {"email": f"{self.id}@example.com", "first_name": self.id.title(), "time_zone": str(self.stage.zone)}
        told |= traits
        addresses = {"email": "email", "sms": "phone", "push": "push_endpoint"}
        known = {channel: bool(told.get(name)) for channel, name in addresses.items()}
        consents = told.pop("consents", {channel: True for channel, reached in known.items() if reached})
        return {**{name: value for name, value in told.items() if value}, "consents": consents}
