"""What happens in a step, as candidates: events, ends of waits for carts, changes, dates, messages that come back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from itertools import groupby
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from tandem.actor.paths import enter, first_campaign, go_on, not_asked, untold
from tandem.actor.working import DAY_OF, PATIENCE, Working, slim
from tandem.attributes import Cart
from tandem.customer import Announce, Change, Origin, Send, Waiting
from tandem.customer.pictures import bare
from tandem.customer.waits_document import plain
from tandem.decisions import Cause, Closed, Contender, Moment, Outcome
from tandem.events import (
    CartChanged,
    CheckoutStarted,
    DateReached,
    Event,
    EventType,
    OrderCompleted,
    OrderRefunded,
    ProfileRefreshed,
    SendExpired,
    digest,
)
from tandem.events.parse import OF_MESSAGES
from tandem.events.times import to_text
from tandem.journeys import Wait, cart_of, handled, timer_key, waits
from tandem.journeys.entry import named_fields, start_values
from tandem.journeys.waits import waiting_for_carts
from tandem.local_time import begin_of_following, on_day
from tandem.playbook import Campaign, Journey, OnDate, OnTimer
from tandem.playbook.starters import Group, Starter, starters
from tandem.playbook.vocabulary import Start


def end_cart_waits(working: Working, fired: frozenset[str]) -> None:
    """Ends every wait for a cart that is due, whatever woke us. A timer fired for a closed one leaves its reason."""
    open_carts = working.scene.attributes.carts.open
    due = [each for each in waits(working.playbook, open_carts, working.customer.timers) if each.due <= working.now]
    for _, group in groupby(due, key=lambda wait: (wait.due, wait.cart.cart_id)):
        together = list(group)  # whatever waits for one cart and ends at once competes for one message
        for wait in together:
            working.customer = replace(working.customer, timers=handled(working.customer.timers, wait))
        contenders = [each for wait in together for each in _of_cart(working, wait)]
        working.meet(_cause_of(together), contenders)
    for key in sorted(fired):
        if cart_of(key) and cart_of(key) not in open_carts:
            _tell_closed(working, key)


def _of_cart(working: Working, wait: Wait) -> list[Contender]:
    cart = wait.cart
    origin = replace(
        _cart_origin(cart), identity=digest(wait.key, to_text(cart.last_activity)), due=wait.due, lines=cart.lines
    )
    moment = Moment(working.scene, cart=cart)
    if isinstance(wait.starts, Campaign):
        return [working.arriving(wait.starts, origin, moment)]
    if working.now - wait.due > wait.starts.max_age:
        return []
    begun = replace(origin, lines=bare(cart.lines))  # what it asks for takes the cart as it is by then
    return enter(working, wait.starts, begun, moment.known(Start.CART), key=cart.cart_id, since=working.now)


def _cart_origin(cart: Cart) -> Origin:
    return Origin(
        type="cart_abandoned",
        identity="",
        occurred_at=cart.last_activity,
        cart_id=cart.cart_id,
        cart_touched_at=cart.last_activity,
        currency=cart.currency,
        total_minor=cart.value_minor,
    )


def _cause_of(together: Sequence[Wait]) -> Cause:
    wait = together[0]
    identity = digest(*(each.key for each in together), to_text(wait.cart.last_activity))
    return Cause("timer_fired", identity, wait.cart.last_activity, timer=wait.key, cart_id=wait.cart.cart_id)


def _tell_closed(working: Working, key: str) -> None:
    cart_id, now = cart_of(key), working.now
    cause = Cause("timer_fired", digest(key, to_text(now)), now, timer=key, cart_id=cart_id)
    told = [campaign for starter, campaign in _reminders(working) if campaign and key == timer_key(starter, cart_id)]
    working.record(cause, [_closed(working, campaign, cause) for campaign in told])


def _reminders(working: Working) -> list[tuple[Starter, Campaign | None]]:
    """What waits for carts, with the campaign that it would say first."""
    return [(each, first_campaign(working, each)) for each in waiting_for_carts(working.playbook)]


def _closed(working: Working, campaign: Campaign, cause: Cause) -> Contender:
    order = working.scene.attributes.carts.closed_by.get(cause.cart_id)
    saw: dict[str, Any] = {"cart_id": cause.cart_id, "by": "order" if order else "emptied"}
    if order:
        saw |= {"order_id": order.order_id, "ordered_at": order.occurred_at}
    origin = Origin(cause.type, cause.identity, cause.occurred_at, cause.event_id, cart_id=cause.cart_id)
    contender = working.arriving(campaign, origin, Moment(working.scene))
    return replace(contender, closed=Closed(Outcome.CART_CLOSED, saw))


def react(working: Working, event: Event, more: Sequence[Contender] = ()) -> None:
    """Looks for what a new event starts. `more` are candidates that arise with it."""
    cause = Cause(str(event.type), event.identity, event.occurred_at, event.received_at, event.event_id)
    body = event.body
    contenders: list[Contender] = []
    if isinstance(body, CartChanged | CheckoutStarted) and _is_closed(working, body.cart_id, event):
        cause = replace(cause, cart_id=body.cart_id)
        told = {each.id: each for _, each in _reminders(working) if each}  # two journeys may say the same first
        contenders += [_closed(working, each, cause) for each in told.values()]
    match body:
        case SendExpired():
            contenders += _come_back(working, body)
        case DateReached():
            contenders += _date_reached(working, body, event)
        case ProfileRefreshed(as_of=as_of):
            if not _is_new(working, as_of):
                working.meet(cause, more)
                return
        case _:
            pass
    contenders += _started(working, event)
    working.meet(cause, [*contenders, *more])
    go_on(working)


def _started(working: Working, event: Event) -> list[Contender]:
    group = starters(working.playbook).by_event.get(event.type)
    if group is None:
        return []
    origin = origin_of(event)
    moment = Moment(working.scene, event=event)
    known = moment.known(Start.EVENT)
    found: list[Contender] = []
    for starter, verdict in group.matching(known):
        problem = _untold(verdict.error, verdict.incomplete, starter)
        match starter:
            case Campaign(trigger=OnTimer(wait=wait)) if not problem:
                due = event.occurred_at + wait
                values = _past(event, starter)
                found += working.coming(starter, slim_origin(replace(origin, due=due, values=values)), due, "timer")
            case Campaign():
                contender = working.arriving(starter, origin, moment)
                found.append(replace(contender, closed=problem) if problem else contender)
            case Journey() if problem:
                found += not_asked(working, starter, origin, problem)
            case Journey() if working.now - event.occurred_at <= starter.max_age:
                begun = slim_origin(replace(origin, values=start_values(event, starter, working.playbook)))
                found += enter(working, starter, begun, known, since=_begins(starter, event, working.now))
            case _:
                pass
    return found


def _untold(error: str, incomplete: str, starter: Starter) -> Closed | None:
    """Why it cannot be told whether the trigger's condition holds: kept of a campaign as its reason."""
    trigger = starter.trigger if isinstance(starter, Campaign) else starter.start
    return untold(getattr(trigger, "when", ""), error, incomplete)


def _begins(journey: Journey, event: Event, now: datetime) -> datetime:
    """When the first step begins: at once, or at the end of the timer that starts the journey."""
    start = journey.start
    return max(now, event.occurred_at + start.wait) if isinstance(start, OnTimer) else now


def _past(event: Event, campaign: Campaign) -> dict[str, Any]:
    """The `start.…` variables of a campaign that looks at an event later."""
    return named_fields(event, (campaign.audience, campaign.value))


def origin_of(event: Event) -> Origin:
    """What an event is to the message that speaks of it."""
    origin = Origin(str(event.type), event.identity, event.occurred_at, event.event_id)
    match event.body:
        case OrderCompleted() as body:
            return replace(
                origin,
                order_id=body.order_id,
                currency=body.currency,
                total_minor=body.total_minor,
                lines=body.lines,
            )
        case OrderRefunded() as body:
            return replace(
                origin, order_id=body.order_id, currency=body.currency, total_minor=body.total_minor, lines=body.lines
            )
        case _:
            return origin


def slim_origin(origin: Origin) -> Origin:
    """As much of it as is kept."""
    return slim(Waiting("", "", origin, origin.occurred_at, origin.occurred_at)).origin


def _is_closed(working: Working, cart_id: str, event: Event) -> bool:
    carts = working.scene.attributes.carts
    closing = carts.closed_by.get(cart_id)
    return closing is not None and event.occurred_at <= closing.occurred_at and cart_id not in carts.open


def _is_new(working: Working, as_of: datetime) -> bool:
    """Whether a profile is newer than any that has started something. It is remembered where something listens."""
    if EventType.PROFILE_REFRESHED not in starters(working.playbook).by_event:
        return False
    told = working.customer.told_as_of
    if told is not None and as_of <= told:
        return False
    working.customer = replace(working.customer, told_as_of=as_of)
    return True


def _date_reached(working: Working, body: DateReached, event: Event) -> list[Contender]:
    group = starters(working.playbook).by_date.get(body.attribute)
    found: list[Contender] = []
    for starter in group.starters if group else ():
        trigger = starter.trigger if isinstance(starter, Campaign) else starter.start
        if not isinstance(trigger, OnDate):
            continue
        due = on_day(body.day, working.zone, trigger.at)
        values = {DAY_OF: body.day.isoformat()}
        origin = replace(origin_of(event), due=due, attribute=body.attribute, values=values)
        if isinstance(starter, Campaign):
            found += working.coming(starter, origin, due, DATE)
        elif working.now - due <= starter.max_age:
            known = Moment(working.scene).known(Start.DATE)
            kept = start_values(event, starter, working.playbook)
            found += enter(working, starter, replace(origin, values=kept), known, since=max(due, working.now))
    return found


def set_dates(working: Working) -> None:
    """A date begins in the zone that the customer is in by now."""
    customer = working.customer
    moved = tuple(_in_zone(working, each) if each.deferred == DATE else each for each in customer.waiting)
    if moved != customer.waiting:
        working.customer = replace(customer, waiting=moved)


def _in_zone(working: Working, waiting: Waiting) -> Waiting:
    campaign, day = working.playbook.by_id.get(waiting.campaign), waiting.origin.values.get(DAY_OF)
    if campaign is None or not isinstance(campaign.trigger, OnDate) or not day:
        return waiting
    due = on_day(date.fromisoformat(str(day)), working.zone, campaign.trigger.at)
    return replace(waiting, since=due, until=due, origin=replace(waiting.origin, due=due))


def _come_back(working: Working, body: SendExpired) -> list[Contender]:
    """The candidate of a message that did not leave in its window: decided anew, unless it was withdrawn.

    Where the provider takes no more today, tomorrow: quiet hours move it on from there into what is allowed.
    """
    entry = working.customer.send(body.send_id)
    if entry is None or entry.withdrawn or entry.sent_at:
        return []
    send = _read(body.send)
    if send is None or send.origin is None or send.since is None:
        return []
    waiting = Waiting(digest("again", body.send_id), send.campaign, send.origin, send.since, working.now)
    again = working.resumed(replace(waiting, origin=replace(send.origin, lines=send.lines)))
    if entry.journey and all(each.id != entry.journey for each in working.customer.journeys):
        ended = [each.why for each in working.customer.ended if each.id == entry.journey]
        saw = {"journey": entry.journey.partition("/")[0], "why": ended[-1] if ended else "over"}
        return [replace(again, closed=Closed(Outcome.EXITED, saw))]
    if body.reason == OVER_QUOTA and not again.closed:
        tomorrow = begin_of_following(working.now, working.zone, "day")
        put_off = {"over_quota": send.channel.value, "until": tomorrow}
        return [replace(again, closed=Closed(Outcome.DEFERRED, put_off))]
    return [again]


DATE: Final = "date"  # why a candidate of a day to come is deferred
OVER_QUOTA: Final = "over_quota"  # why a message came back: the ledger's word


@cache
def _sends() -> TypeAdapter[Send]:
    """Made when the first message comes back: most workers never see one."""
    return TypeAdapter(Send)


def _read(document: Mapping[str, Any]) -> Send | None:
    """The Send that a message was; None for what another release sent in another form."""
    try:
        return _sends().validate_python(plain(document))
    except ValidationError:
        return None


# ---------------------------------------------------------------------------------------------------------- changes


def changes(working: Working) -> list[Contender]:
    """Tells of every published attribute that is not what was announced last; the candidates that this starts."""
    return [each for change, starts in _changed(working) for each in _of_change(working, change, starts=starts)]


def _changed(working: Working) -> Iterator[tuple[Change, bool]]:
    """Each change, and whether it may start something.

    What was never looked at before is told, and starts nothing: nobody knows that it has changed. Only of somebody of
    whom nothing at all was known is it. Nor does what only became of messages start one.
    """
    is_new = not working.scene.customer.version and working.scene.profile is None
    of_messages = bool(working.fresh) and all(event.type in OF_MESSAGES for event in working.fresh)
    for rule in working.playbook.ruleset.published:
        value, incomplete = working.scene.attributes.known(rule.attribute)
        known = working.customer.announced
        before, after = known.get(rule.attribute), _json(value)
        if incomplete or (rule.attribute in known and before == after):
            continue
        working.customer = replace(working.customer, announced={**known, rule.attribute: after})
        if before != after:
            yield Change(rule.attribute, before, after), (is_new or rule.attribute in known) and not of_messages


def _of_change(working: Working, change: Change, *, starts: bool) -> list[Contender]:
    customer_id, now = working.customer.customer_id, working.now
    identity = digest("announce", customer_id, change.attribute, to_text(now), str(working.customer.version))
    working.effects.append(Announce(identity, customer_id, change, now, now + PATIENCE))
    group: Group | None = starters(working.playbook).by_change.get(change.attribute)
    if group is None or not starts:
        return []
    values = {"change.before": change.before, "change.after": change.after}
    origin = Origin("attribute_changed", identity, now, attribute=change.attribute, values=values)
    moment = Moment(working.scene, change=change)
    known = moment.known(Start.CHANGE)
    found: list[Contender] = []
    for starter, verdict in group.matching(known):
        problem = _untold(verdict.error, verdict.incomplete, starter)
        if isinstance(starter, Campaign):
            contender = working.arriving(starter, origin, moment)
            found.append(replace(contender, closed=problem) if problem else contender)
        elif not problem:
            found += enter(working, starter, origin, known, since=now)
    return found


def change_cause(contenders: Sequence[Contender]) -> Cause:
    """What changes are decided for that no event brought about."""
    origin = contenders[0].waiting.origin
    return Cause(origin.type, origin.identity, origin.occurred_at, attribute=origin.attribute)


def _json(value: Any) -> Any:
    """A value as other systems read it."""
    match value:
        case datetime():
            return to_text(value)
        case tuple():
            return list(value)
        case _:
            return value
