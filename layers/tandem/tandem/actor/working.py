"""One step under way: what it has decided so far, and how candidates meet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from tandem.actor.goals import watched
from tandem.attributes import Cart
from tandem.attributes.merge import PREFIX
from tandem.attributes.recurring import read_recurring
from tandem.customer import (
    DENIED,
    Channel,
    Customer,
    Effect,
    Origin,
    Record,
    Send,
    SendEntry,
    Waiting,
)
from tandem.customer.effects import Scalar
from tandem.customer.pictures import MOST_OF_ONE, bare, within
from tandem.decisions import (
    Arbitration,
    Cause,
    Chosen,
    Closed,
    Contender,
    Decision,
    Made,
    Moment,
    Outcome,
    Scene,
    Seen,
    decide,
    decision_document,
)
from tandem.decisions.gates import judge
from tandem.decisions.recommend import recommend
from tandem.events import Event, EventType, digest
from tandem.events.identity import EVERYTHING, consent_name
from tandem.events.times import to_text
from tandem.playbook import Campaign, Journey, OnAbandonedCart, Playbook, Stops
from tandem.playbook.clauses import parted
from tandem.playbook.journey import WaitForQuietCart, WaitStep
from tandem.playbook.standard import STANDARD_NAMES
from tandem.playbook.vocabulary import Start, start_of

PATIENCE: Final = timedelta(days=14)  # as long as a queue keeps a message: nobody waits for an effect longer
MOST_LINES: Final = 100  # a mail lists a few and says how many more there are; the total counts them all
DAY_OF: Final = "date.day"  # the day a date comes back on, among the values of an origin
COMING: Final = frozenset({"date", "timer"})  # why one of a moment to come is
MOST_COMING: Final = 50  # candidates of one campaign that wait for moments to come
MOST_KEPT_LINES: Final = 10  # of what waits
MOST_PICTURED: Final = 12  # lines of a message with addresses: as many as a mail lists


@dataclass(slots=True)
class Working:
    """Mutable for the length of one step; nothing outside sees it. `events` are the ids of the batch, in order, `fresh`
    those handled for the first time. `zone` is the customer's."""

    customer: Customer
    scene: Scene
    events: tuple[str, ...]
    fresh: tuple[Event, ...]
    now: datetime
    zone: ZoneInfo
    stops: Stops
    by: Arbitration
    seed: str
    decisions: list[Decision] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)

    @property
    def playbook(self) -> Playbook:
        """What is played."""
        return self.scene.playbook

    # ---------------------------------------------------------------------------------------------------- candidates

    def arriving(self, campaign: Campaign, origin: Origin, moment: Moment) -> Contender:
        """A candidate that arises now."""
        start = start_of(campaign.trigger)
        waiting = Waiting(_candidate_id(campaign.id, origin), campaign.id, origin, self.now, self.now)
        return Contender(waiting, campaign, moment.known(start), arriving=not origin.journey)

    def unknown(self, campaign: str, origin: Origin) -> Contender:
        """A campaign that a journey asks for and the playbook does not have."""
        waiting = Waiting(_candidate_id(campaign, origin), campaign, origin, self.now, self.now)
        return Contender(waiting, None, Moment(self.scene).known(Start.LATER))

    def coming(self, campaign: Campaign, origin: Origin, until: datetime, why: str) -> list[Contender]:
        """A candidate of a moment to come: it waits for that and nothing else. Where too many do already, it ends."""
        each = Waiting(_candidate_id(campaign.id, origin), campaign.id, origin, until, until, why)
        waiting = self.customer.waiting
        if sum(other.campaign == campaign.id for other in waiting) >= MOST_COMING:
            closed = Closed(Outcome.SUPERSEDED, {"by": "many"})
            return [replace(self.resumed(each), closed=closed)]
        if all(each.id != other.id for other in waiting):
            self.customer = replace(self.customer, waiting=(*waiting, each))
        return []

    def resumed(self, waiting: Waiting) -> Contender:
        """A candidate that has waited, looked at again. One of a moment to come arises now, however late that is."""
        if waiting.deferred in COMING:
            waiting = replace(waiting, since=max(waiting.since, self.now))
        closed = self.cart_closed(waiting.origin) or self._paused(waiting.origin) or self._on_another_day(waiting)
        campaign = self.playbook.by_id.get(waiting.campaign)
        cart = self.scene.attributes.carts.open.get(waiting.origin.cart_id)
        if cart and not closed:
            closed = self._active_again(waiting.origin, cart)
            waiting = replace(waiting, origin=with_cart(waiting.origin, cart))
        moment = Moment(self.scene, cart=cart, values=variables_of(waiting.origin))
        start = start_of(campaign.trigger) if campaign else Start.LATER
        return Contender(waiting, campaign, moment.known(start), closed=closed)

    def _active_again(self, origin: Origin, cart: Cart) -> Closed | None:
        """A cart that was touched while its reminder waited is not left behind: the wait begins anew.

        A campaign's own wait does so by itself; what a journey asks for is put off until the cart has been as quiet.
        """
        if origin.cart_touched_at is None or cart.last_activity <= origin.cart_touched_at:
            return None
        saw = {"cart_id": cart.cart_id, "active_at": cart.last_activity}
        journey = self.playbook.journey_by_id.get(origin.journey.partition("/")[0])
        if journey is None or not isinstance(journey.start, OnAbandonedCart):
            return None if origin.journey else Closed(Outcome.SUPERSEDED, saw)
        until = cart.last_activity + self._quiet_for(origin.journey, journey, journey.start.cart_abandoned)
        return Closed(Outcome.DEFERRED, {**saw, "until": until}) if until > self.now else None

    def _quiet_for(self, underway_id: str, journey: Journey, quiet: timedelta) -> timedelta:
        """How long a cart has to be quiet for the step that its journey is at: as the last wait before it says."""
        underway = next((each for each in self.customer.journeys if each.id == underway_id), None)
        followed = self.playbook.journey_versions.get((underway.journey, underway.version)) if underway else None
        for where, step in (followed or journey).every_step():
            if underway and where == underway.step:
                break
            if isinstance(step, WaitStep) and isinstance(step.wait, WaitForQuietCart):
                quiet = step.wait.cart_quiet
        return quiet

    def _on_another_day(self, waiting: Waiting) -> Closed | None:
        """A date that was corrected since it was told of."""
        day = waiting.origin.values.get(DAY_OF)
        known = waiting.origin.attribute in self.playbook.ruleset.by_attribute
        value = self.scene.attributes[waiting.origin.attribute] if day and known else None
        recurring = read_recurring(value) if isinstance(value, str) else None
        if recurring is None or recurring.comes_on(date.fromisoformat(str(day))):
            return None
        return Closed(Outcome.SUPERSEDED, {"by": "another date", "attribute": waiting.origin.attribute})

    def _paused(self, origin: Origin) -> Closed | None:
        """What the playbook itself has paused says nothing."""
        name = origin.journey.partition("/")[0]
        journey = self.playbook.journey_by_id.get(name)
        is_paused = journey is not None and journey.status != "active"
        return Closed(Outcome.STOPPED, {"stopped": f"journey {name}"}) if is_paused else None

    def cart_closed(self, origin: Origin) -> Closed | None:
        """A reminder needs its cart: an order or an emptied cart is the end of it."""
        if not origin.cart_id or origin.cart_touched_at is None:
            return None
        carts = self.scene.attributes.carts
        order = carts.closed_by.get(origin.cart_id)
        if order and order.occurred_at >= origin.cart_touched_at:
            saw = {
                "cart_id": origin.cart_id,
                "by": "order",
                "order_id": order.order_id,
                "ordered_at": order.occurred_at,
            }
            return Closed(Outcome.CART_CLOSED, saw)
        if origin.cart_id in carts.open:
            return None
        return Closed(Outcome.CART_CLOSED, {"cart_id": origin.cart_id, "by": "emptied"})

    # ------------------------------------------------------------------------------------------------------- meeting

    def meet(self, cause: Cause, arriving: Sequence[Contender]) -> None:
        """Those that arrive without patience are decided now, with all that wait; the others wait.

        A meeting takes place where one that arrives may be said at once, or the time of one that waits is over.
        """
        held = self.customer.waiting
        fresh = [each for each in arriving if all(each.waiting.id != other.id for other in held)]
        patient, at_once = self._by_patience(fresh)
        seen = self.seen()
        is_meeting = any(each.until <= self.now for each in held) or (
            bool(held or patient)
            and any(not isinstance(judge(each, seen, self.playbook, self.by.gates), Closed) for each in at_once)
        )
        joining = [each for each in held if not each.deferred or each.until <= self.now] if is_meeting else []
        contenders = [*at_once, *map(self.resumed, joining), *(patient if is_meeting else ())]
        if not contenders and not patient:
            return
        together, alone = _apart(contenders)
        self.customer = replace(self.customer, waiting=tuple(each for each in held if each not in joining))
        if together or patient:
            self._decide(together, cause, [] if is_meeting else patient)
        for each in alone:
            self._decide([each], replace(cause, identity=digest(cause.identity, each.waiting.id)), [])
        self._supersede(cause)

    def _decide(self, contenders: Sequence[Contender], cause: Cause, patient: Sequence[Contender]) -> None:
        made = decide(
            contenders,
            cause,
            self.seen(),
            self.playbook,
            events=self.events,
            snapshot=self.scene.header.as_of if self.scene.header else None,
            patient=patient,
            standing=self._standing(),
            by=self.by,
        )
        self.customer = replace(self.customer, waiting=(*self.customer.waiting, *map(slim, made.waiting)))
        self._carry(made)

    def _supersede(self, cause: Cause) -> None:
        """Of one campaign only what is newest waits: one message at most would come of all. It is decided no later.

        What is of another cart or another of a customer's journeys waits for itself: one of them may end meanwhile.
        """
        ended: list[tuple[Waiting, Waiting]] = []
        kept: dict[tuple[str, ...], Waiting] = {}
        for each in sorted(self.customer.waiting, key=lambda each: (each.origin.occurred_at, each.id)):
            key = (each.campaign, each.origin.cart_id, each.origin.journey, each.id if each.deferred in COMING else "")
            older = kept.get(key)
            kept[key] = replace(each, until=min(older.until, each.until)) if older else each
            if older:
                ended.append((older, each))
        if ended:
            self.customer = replace(self.customer, waiting=tuple(kept.values()))
            identity = digest("superseded", *(each.id for each, _ in ended), cause.identity)
            closed = [
                replace(self.resumed(each), closed=Closed(Outcome.SUPERSEDED, {"by": newer.origin.identity}))
                for each, newer in ended
            ]
            self.record(replace(cause, identity=identity), closed)

    def _by_patience(self, arriving: Sequence[Contender]) -> tuple[list[Contender], list[Contender]]:
        """Those that wait for others, and those to be decided at once: without patience, or closed for good already."""
        patient, at_once = [], []
        for each in arriving:
            campaign = each.campaign
            if campaign is None or not campaign.patience or each.closed:
                at_once.append(each)
            elif (found := self._closed_on_arrival(each, campaign)) is not None:
                at_once.append(replace(each, closed=found))
            else:
                until = self.now + campaign.patience
                patient.append(replace(each, waiting=replace(each.waiting, until=until), arriving=False))
        return patient, at_once

    def _closed_on_arrival(self, contender: Contender, campaign: Campaign) -> Closed | None:
        """What the event itself says against it: that cannot change any more."""
        settled = parted(campaign.audience)[0] if contender.arriving else "true"
        verdict = contender.known.evaluate(settled)
        if verdict.holds:
            return None
        if verdict.error:
            return Closed(Outcome.AUDIENCE_ERROR, {"when": settled, "error": verdict.error})
        return Closed(Outcome.AUDIENCE, {"when": settled})

    def record(self, cause: Cause, closed: Sequence[Contender]) -> None:
        """Keeps of candidates that are settled already what became of them."""
        if closed:
            self._carry(
                decide(
                    closed, cause, self.seen(), self.playbook, events=self.events, standing=self._standing(), by=self.by
                )
            )

    def _carry(self, made: Made) -> None:
        decision = made.decision
        self.decisions.append(decision)
        self.tell(decision.id, decision_document(decision))
        goals = watched(self.customer.goals, decision, self.playbook)
        if goals is not self.customer.goals:
            self.customer = replace(self.customer, goals=goals)
        if made.chosen:
            send = self.send_of(decision, made.chosen)
            self.customer = replace(self.customer, sends=(*self.customer.sends, _entry(send, made.chosen, self.now)))
            self.effects.append(send)

    def tell(self, record_id: str, document: Mapping[str, Any]) -> None:
        """Has a decision kept, or what became of one."""
        self.effects.append(Record(record_id, self.customer.customer_id, document, self.now + PATIENCE))

    def seen(self) -> Seen:
        """What gates look at, as it is by now in this step."""
        customer, playbook = self.customer, self.playbook
        return Seen(
            customer_id=customer.customer_id,
            now=self.now,
            zone=str(self.zone),
            locale=self.scene.locale,
            tier=str(self.scene.attributes.basket_tier),
            reached=tuple(channel for channel in Channel if customer.address(channel)),
            words=_words(customer),
            sends=tuple(each for each in customer.sends if _matters(each, playbook, self.now)),
            journeys=(
                *((each.journey, None) for each in customer.journeys if each.journey in playbook.excluding),
                *((each.journey, each.ended_at) for each in customer.ended if each.journey in playbook.excluding),
            ),
            stops=self.stops,
            seed=self.seed,
        )

    def _standing(self) -> dict[str, Any]:
        """The standard attributes: a record holds them whether a condition asks or not."""
        known = {
            f"customer.{name}": self.scene.attributes[name]
            for name in sorted(STANDARD_NAMES)
            if name in self.playbook.ruleset.by_attribute
        }
        known |= {name: self.scene.others[name] for name in ("customer.open_carts", "customer.locale")}
        return {name: value for name, value in known.items() if value is not None}

    def send_of(self, decision: Decision, chosen: Chosen) -> Send:
        """The message that a decision chose."""
        origin, campaign = chosen.waiting.origin, chosen.campaign
        customer = self.customer
        complements = recommend(origin.lines, self.playbook.products) if campaign.recommend == "complements" else ()
        return Send(
            id=decision.id,
            customer_id=decision.customer_id,
            campaign=campaign.id,
            template=decision.template,
            channel=chosen.channel,
            address=customer.address(chosen.channel),
            locale=self.scene.locale,
            playbook=decision.playbook,
            tier=str(self.scene.attributes.basket_tier),
            currency=origin.currency or self.playbook.shop.currency,
            not_before=chosen.not_before,
            not_after=chosen.not_after,
            first_name=customer.trait("first_name"),
            lines=(*origin.lines[:MOST_PICTURED], *bare(origin.lines[MOST_PICTURED:MOST_LINES])),
            recommended=complements,
            total_minor=origin.total_minor,
            order_id=origin.order_id,
            cart_id=origin.cart_id,
            purpose=campaign.purpose,
            delivery=campaign.delivery,
            transactional=campaign.transactional,
            variant=chosen.variant,
            since=chosen.waiting.since,
            origin=replace(origin, lines=()),
            happened_on=self._day_of(self._happened_at(origin)),
            today=self._day_of(chosen.not_before),
            attributes=self._spoken_of(decision.template),
        )

    def _happened_at(self, origin: Origin) -> datetime | None:
        """When the order was placed that a message speaks of, or the cart was touched last."""
        if origin.type == EventType.ORDER_COMPLETED:
            return origin.occurred_at
        if origin.order_id:
            ordered = (each.occurred_at for each in self.customer.orders if each.order_id == origin.order_id)
            return next(ordered, None)
        return origin.cart_touched_at

    def _day_of(self, moment: datetime | None) -> str:
        return moment.astimezone(self.zone).date().isoformat() if moment else ""

    def _spoken_of(self, template: str) -> dict[str, Scalar]:
        """The values of the attributes that a template speaks of, as far as they are known and complete."""
        found: dict[str, Scalar] = {}
        for name in self.playbook.words.get(template, ()):
            value, incomplete = Moment(self.scene).value_of(f"{PREFIX}{name}")
            if isinstance(value, datetime):
                value = self._day_of(value)
            if not incomplete and isinstance(value, Scalar):
                found[name] = value
        return found


def _words(customer: Customer) -> dict[str, str]:
    """The last word by channel and purpose. A dead address says no to everything."""
    said = {str(name): each.value for name, each in customer.consents.items()}
    return said | {consent_name(name, EVERYTHING): DENIED for name in customer.dead if customer.is_dead(Channel(name))}


def _apart(contenders: Sequence[Contender]) -> tuple[list[Contender], list[Contender]]:
    """Those that compete, and those that do not: of transactional messages each is decided, the first one with all."""
    free = [each for each in contenders if each.campaign and each.campaign.transactional and not each.closed]
    ranked = sorted(free, key=lambda each: (-(each.campaign.priority or 0) if each.campaign else 0, each.waiting.id))
    alone = ranked[1:]
    return [each for each in contenders if each not in alone], alone


def with_cart(origin: Origin, cart: Cart) -> Origin:
    """What the words say of a cart, as it is now."""
    return replace(origin, cart_touched_at=cart.last_activity, lines=cart.lines, total_minor=cart.value_minor)


def slim(waiting: Waiting) -> Waiting:
    """What is kept of a candidate that waits: a few lines are enough for words. A cart's pictures are kept with it."""
    origin = waiting.origin
    lines = within(origin.lines[:MOST_KEPT_LINES], 0 if origin.cart_id else MOST_OF_ONE)
    return replace(waiting, origin=replace(origin, lines=lines))


def variables_of(origin: Origin) -> dict[str, Any]:
    """The variables that an origin holds."""
    start = {"start.type": origin.type, "start.occurred_at": origin.occurred_at, "start.properties": {}}
    return {**start, **origin.values}


def meeting_cause(contenders: Sequence[Waiting], timer: str, now: datetime) -> Cause:
    """What candidates that no event brought together are decided for: the end of the wait of the first of them."""
    named = sorted(f"{each.id} {to_text(each.until)}" for each in contenders)
    first = min(contenders, key=lambda each: (each.origin.due or each.until, each.id), default=None)
    at = min(now, (first.origin.due or first.until)) if first else now
    cart_id = first.origin.cart_id if first else ""
    return Cause("timer_fired", digest("meeting", *named), at, timer=timer, cart_id=cart_id)


def _candidate_id(campaign: str, origin: Origin) -> str:
    return digest("candidate", campaign, origin.identity, origin.journey)


def _entry(send: Send, chosen: Chosen, now: datetime) -> SendEntry:
    """What the send history keeps of a Send: its slot of the caps, and the place to withdraw it."""
    origin = chosen.waiting.origin
    return SendEntry(
        id=send.id,
        campaign=send.campaign,
        channel=send.channel,
        decided_at=now,
        not_after=send.not_after,
        cart_id=origin.cart_id,
        cart_touched_at=origin.cart_touched_at,
        journey=origin.journey,
        category=chosen.campaign.category,
        is_free=chosen.campaign.transactional,
        purpose=send.purpose,
    )


def _matters(entry: SendEntry, playbook: Playbook, now: datetime) -> bool:
    """Whether a cap or an exclusion may look at it."""
    if entry.refused:
        return False
    counted = entry.counts_at(now) or entry.decided_at
    return max(counted, entry.decided_at) >= now - playbook.remembers_sends
