"""One step under way: what it has decided so far, and how each part of it adds to that."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from tandem.attributes import Attributes, Profile, SnapshotHeader
from tandem.customer import (
    GRANTED,
    Announce,
    Change,
    Channel,
    Customer,
    Effect,
    Record,
    Said,
    SetConsent,
    SetTimer,
)
from tandem.decisions import Cause, Decision, Moment, decide, decision_document, entry_of, send_of
from tandem.events import CartChanged, CheckoutStarted, Event, EventType, digest
from tandem.events.times import to_text
from tandem.journeys import Wait, arm, cart_of, handled, waits
from tandem.playbook import Campaign, OnAbandonedCart, OnAttributeChanged, OnEvent, Playbook

PATIENCE: Final = timedelta(days=14)  # as long as a queue keeps a message: nobody waits for an effect longer


@dataclass(slots=True)
class Working:
    """Mutable for the length of one step; nothing outside sees it. `events` are the ids of the batch, in order."""

    customer: Customer
    profile: Profile | None
    header: SnapshotHeader | None
    playbook: Playbook
    attributes: Attributes
    events: tuple[str, ...]
    now: datetime
    decisions: list[Decision] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)

    def announce(self) -> None:
        """Tells of every published attribute that is not what was announced last, and looks for its campaigns.

        It comes last: where something else in this step has a message already, a change has none.
        """
        for rule in self.playbook.ruleset.published:
            value, incomplete = self.attributes.known(rule.attribute)
            before, after = self.customer.announced.get(rule.attribute), _json(value)
            if incomplete or before == after:
                continue
            self.customer = replace(self.customer, announced={**self.customer.announced, rule.attribute: after})
            self._tell_change(Change(rule.attribute, before, after))

    def _tell_change(self, change: Change) -> None:
        identity = digest("announce", self.customer.customer_id, change.attribute, to_text(self.now))
        self.effects.append(Announce(identity, self.customer.customer_id, change, self.now, self.now + PATIENCE))
        campaigns = [each for each in self.playbook.campaigns if _starts_by(each, change.attribute)]
        cause = Cause("attribute_changed", identity, self.now, attribute=change.attribute)
        self._decide(campaigns, self._moment(cause, change=change), taken=self._taken())

    def _taken(self) -> Campaign | None:
        chosen = {decision.campaign for decision in self.decisions}
        return next((each for each in self.playbook.campaigns if each.id in chosen), None)

    def end_waits(self, fired: frozenset[str]) -> None:
        """Ends every wait that is due, whatever woke us; a timer that fired for a closed cart leaves its reason."""
        open_carts = self.attributes.carts.open
        due = [wait for wait in waits(self.playbook, open_carts, self.customer.timers) if wait.due <= self.now]
        for _, group in groupby(due, key=lambda wait: (wait.due, wait.cart.cart_id)):
            together = list(group)  # campaigns whose waits for one cart end at once compete for one message
            for wait in together:
                self.customer = replace(self.customer, timers=handled(self.customer.timers, wait))
            self._decide([wait.campaign for wait in together], self._moment(_cause_of(together), wait=together[0]))
        for key in sorted(fired):
            if cart_of(key) not in open_carts:
                cause = Cause("timer_fired", digest(key, to_text(self.now)), self.now, timer=key, cart_id=cart_of(key))
                self._decide(
                    [each for each in _carts_campaigns(self.playbook) if key.startswith(f"{each.id}/")],
                    self._moment(cause),
                )

    def react(self, event: Event) -> None:
        """Looks for the campaign of a new event. A touch of a cart that an order has closed leaves its reason."""
        cause = Cause(str(event.type), event.identity, event.occurred_at, event.received_at, event.event_id)
        campaigns = [each for each in self.playbook.campaigns if _starts(each, event.type)]
        if isinstance(event.body, CartChanged | CheckoutStarted) and self._is_closed(event.body.cart_id, event):
            cause = replace(cause, cart_id=event.body.cart_id)
            campaigns += _carts_campaigns(self.playbook)
        self._decide(campaigns, self._moment(cause, event=event))

    def arm_waits(self) -> None:
        """Sees to it that something wakes us when the waits that have not ended are due."""
        for wait in waits(self.playbook, self.attributes.carts.open, self.customer.timers):
            timers, moment = arm(self.customer.timers, wait, self.now)
            self.customer = replace(self.customer, timers=timers)
            if moment:
                effect_id = digest("timer", self.customer.customer_id, wait.key, to_text(moment))
                self.effects.append(SetTimer(effect_id, self.customer.customer_id, wait.key, moment, moment + PATIENCE))

    def tell_consents(self, before: Customer) -> None:
        """Writes the consent item wherever the address or the person's word on it is new."""
        for channel, word in self.customer.consents.items():
            old, new = before.address(channel), self.customer.address(channel)
            if word != before.consents.get(channel):
                told = {new} if word.value == GRANTED else {old, new}  # a no may have been meant for either
                for address in sorted(told - {""}):
                    self._tell(channel, address, word, explicit=True)
            elif new and new != old:
                self._tell(channel, new, word, explicit=False)

    def _tell(self, channel: Channel, address: str, word: Said, *, explicit: bool) -> None:
        self.effects.append(
            SetConsent(
                id=digest("consent", channel, address, word.identity),
                channel=channel,
                address=address,
                granted=word.value == GRANTED,
                said_at=word.at,
                not_after=self.now + PATIENCE,
                explicit=explicit,
            )
        )

    def _decide(self, campaigns: list[Campaign], moment: Moment, *, taken: Campaign | None = None) -> None:
        if not campaigns:
            return
        decision = decide(campaigns, moment, events=self.events, taken=taken)
        self.decisions.append(decision)
        self.effects.append(Record(decision.id, decision.customer_id, decision_document(decision), self.now + PATIENCE))
        chosen = next((each for each in campaigns if each.id == decision.campaign), None)
        if chosen and decision.channel:
            send = send_of(decision, chosen, decision.channel, moment)
            self.customer = replace(self.customer, sends=(*self.customer.sends, entry_of(send, moment)))
            self.effects.append(send)

    def _moment(
        self, cause: Cause, *, event: Event | None = None, wait: Wait | None = None, change: Change | None = None
    ) -> Moment:
        return Moment(
            customer=self.customer,
            attributes=self.attributes,
            profile=self.profile,
            header=self.header,
            playbook=self.playbook,
            cause=cause,
            now=self.now,
            event=event,
            cart=wait.cart if wait else None,
            due=wait.due if wait else None,
            change=change,
        )

    def _is_closed(self, cart_id: str, event: Event) -> bool:
        closing = self.attributes.carts.closed_by.get(cart_id)
        return (
            closing is not None
            and event.occurred_at <= closing.occurred_at
            and cart_id not in self.attributes.carts.open
        )


def _starts(campaign: Campaign, event_type: EventType) -> bool:
    return isinstance(campaign.trigger, OnEvent) and campaign.trigger.event is event_type


def _starts_by(campaign: Campaign, attribute: str) -> bool:
    trigger = campaign.trigger
    return isinstance(trigger, OnAttributeChanged) and trigger.attribute_changed == attribute


def _json(value: Any) -> Any:
    """A value as other systems read it."""
    match value:
        case datetime():
            return to_text(value)
        case tuple():
            return list(value)
        case _:
            return value


def _carts_campaigns(playbook: Playbook) -> list[Campaign]:
    return [campaign for campaign in playbook.campaigns if isinstance(campaign.trigger, OnAbandonedCart)]


def _cause_of(together: Sequence[Wait]) -> Cause:
    wait = together[0]
    identity = digest(*(each.key for each in together), to_text(wait.cart.last_activity))
    return Cause("timer_fired", identity, wait.cart.last_activity, timer=wait.key, cart_id=wait.cart.cart_id)
