"""A batch of messages: group by customer, load, step, save, effects. What fails is named, so that it comes back."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from tandem.actor.ports import Customers, DeadLetters, Loaded, Outbox, Playbooks
from tandem.actor.step import Step, step
from tandem.attributes import Profile, SnapshotHeader
from tandem.customer import LIMITS, Customer, Limits, Send, Timer
from tandem.decisions import Arbitration
from tandem.decisions.decide import PLAIN
from tandem.errors import BadEvent, Conflict, Unavailable, Unreadable
from tandem.events import Event, ProfileRefreshed, TimerFired, parse
from tandem.playbook import Playbook

MOST_TRIES: Final = 8


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the events queue; `sent_at` (aware) is when it was put there."""

    message_id: str
    body: str
    sent_at: datetime


@dataclass(slots=True)
class Handled:
    """`failed` are the message ids to deliver again; the rest counts what was done.

    `left_out` counts, by reason, what events held that a rule could not use. `erased` are events of customers who were
    erased: dropped. `broken` are customers whom no step could be made for, and why: a defect, to be looked at.
    """

    failed: set[str] = field(default_factory=set)
    events: int = 0
    decisions: int = 0
    sends: int = 0
    refused: int = 0
    conflicts: int = 0
    erased: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    broken: list[tuple[str, Exception]] = field(default_factory=list)


@dataclass(slots=True)
class _Turn:
    """One customer's part of a batch, and the step made of it."""

    customer_id: str
    messages: list[Message] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    step: Step | None = None

    def fail(self, handled: Handled) -> None:
        self.step = None
        handled.failed |= {message.message_id for message in self.messages}

    def drop(self, handled: Handled) -> None:
        """Nobody is to be known by these events any more: they are acknowledged, timers too."""
        self.step = None
        handled.erased += len(self.events)


@dataclass(frozen=True, slots=True)
class Actor:
    """The actor with its ports. `clock` tells the time (aware) at which a step is made, `seed` what its chance is drawn
    from; `by` is how it arbitrates."""

    customers: Customers
    playbooks: Playbooks
    outbox: Outbox
    dead_letters: DeadLetters
    clock: Callable[[], datetime]
    limits: Limits = LIMITS
    by: Arbitration = PLAIN
    seed: Callable[[], str] = str  # an empty text: no chance

    def handle(self, messages: Iterable[Message]) -> Handled:
        """Handles a batch. A fault that passes fails only the messages it touched; nothing is raised for it."""
        handled = Handled()
        turns = self._group(messages, handled)
        try:
            loaded = self.customers.load([turn.customer_id for turn in turns]) if turns else None
        except Unavailable:
            loaded = None
        for turn in turns:
            self._step(turn, loaded, handled)
        self._keep(turns, handled)
        for turn in turns:
            self._save(turn, handled)
        self._carry_out(turns, handled)
        return handled

    def _group(self, messages: Iterable[Message], handled: Handled) -> list[_Turn]:
        turns: dict[str, _Turn] = {}
        for message in messages:
            try:
                event = parse(message.body, message.sent_at)
            except BadEvent as bad:
                self._refuse(message, bad, handled)
                continue
            turn = turns.setdefault(event.customer_id, _Turn(event.customer_id))
            turn.messages.append(message)
            turn.events.append(event)
        return list(turns.values())

    def _refuse(self, message: Message, bad: BadEvent, handled: Handled) -> None:
        try:
            self.dead_letters.put(message.body, reason=bad.reason, field=bad.field)
            handled.refused += 1
        except Unavailable:
            handled.failed.add(message.message_id)

    def _step(self, turn: _Turn, loaded: Loaded | None, handled: Handled) -> None:
        """Makes the turn's step. What was read may be stale; where that would do harm it is read again."""
        if loaded is None:
            turn.fail(handled)
            return
        try:
            if turn.customer_id in loaded.erased:
                turn.drop(handled)
                return
            customer, profile = _read(loaded, turn.customer_id)
            now = self.clock()
            playbook = self.playbooks.get(max(loaded.live.at(now), customer.playbook))
            if _may_be_stale(customer, profile, turn.events) or _may_be_missing(
                customer, profile, loaded.header, playbook
            ):
                loaded = self.customers.load_again(turn.customer_id)
                if turn.customer_id in loaded.erased:
                    turn.drop(handled)
                    return
                customer, profile = _read(loaded, turn.customer_id)
                now = self.clock()
                playbook = self.playbooks.get(max(loaded.live.at(now), customer.playbook))
            turn.step = step(
                customer,
                profile,
                loaded.header,
                turn.events,
                playbook,
                now=now,
                stops=loaded.live.stops,
                by=self.by,
                seed=self.seed(),
                limits=self.limits,
            )
        except Unavailable:
            turn.fail(handled)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one customer, the others go on
            handled.broken.append((turn.customer_id, error))
            turn.fail(handled)

    def _keep(self, turns: list[_Turn], handled: Handled) -> None:
        """Carries out what was found owed and still stands, before the save that clears it."""
        undone = self.outbox.carry_out(
            [effect for turn in turns if turn.step for effect in turn.step.kept], now=self.clock()
        )
        for turn in turns:
            if turn.step and any(effect.id in undone for effect in turn.step.kept):
                turn.fail(handled)

    def _save(self, turn: _Turn, handled: Handled) -> None:
        """The commit. Who loses it to another worker loads again and makes the step anew."""
        for _ in range(MOST_TRIES):
            if turn.step is None or not turn.step.changed:
                return
            try:
                self.customers.save(turn.step.customer)
            except Conflict:
                handled.conflicts += 1
            except Unavailable:
                break
            else:
                return
            try:
                self._step(turn, self.customers.load_again(turn.customer_id), handled)
            except Unavailable:
                break
            self._keep([turn], handled)
        turn.fail(handled)

    def _carry_out(self, turns: list[_Turn], handled: Handled) -> None:
        made = [(turn, turn.step) for turn in turns if turn.step]
        undone = self.outbox.carry_out([effect for _, step in made for effect in step.effects], now=self.clock())
        for turn, done in made:
            handled.events += done.fresh
            handled.left_out.update(done.left_out)
            handled.decisions += len(done.decisions)
            handled.sends += sum(isinstance(effect, Send) for effect in done.effects)
            if any(effect.id in undone for effect in done.effects):
                turn.fail(handled)


def _read(loaded: Loaded, customer_id: str) -> tuple[Customer, Profile | None]:
    """A customer, new if there is no record, and its profile. Raises Unreadable: neither may pass for missing."""
    if customer_id in loaded.unreadable:
        raise Unreadable(customer_id)
    return loaded.customers.get(customer_id) or Customer(customer_id), loaded.profiles.get(customer_id)


def _may_be_stale(customer: Customer, profile: Profile | None, events: Iterable[Event]) -> bool:
    """A profile older than one the customer has used, or a timer that fired before the record that armed it is seen.

    Nothing else needs it: a stale record that is changed loses its save, and one that is not has seen every event.
    """
    if customer.profile_as_of and (profile is None or profile.as_of < customer.profile_as_of):
        return True
    told = [event.body.as_of for event in events if isinstance(event.body, ProfileRefreshed)]
    if told and (profile is None or profile.as_of < max(told)):
        return True
    fired = [event.body for event in events if isinstance(event.body, TimerFired)]
    return any(customer.timers.get(body.timer, Timer()).armed_for != body.armed_for for body in fired)


def _may_be_missing(
    customer: Customer, profile: Profile | None, header: SnapshotHeader | None, playbook: Playbook
) -> bool:
    """Whether a header is seen, and perhaps not yet the customer's profile of the same snapshot.

    It does harm where the header is believed: of rules that are newer than the first playbook, or of a crowd that has
    passed. Once for each snapshot is enough.
    """
    if profile or header is None or (customer.header_as_of and header.as_of <= customer.header_as_of):
        return False
    known = {rule.code for rule in playbook.ruleset.rules if rule.since is None}
    return not header.codes <= known or bool(customer.live.crowded_until)
