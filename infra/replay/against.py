"""The same events through two playbooks: every customer's messages of both, paired by what caused them."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from infra.explain.journeys import named
from infra.explain.words import listing, span
from infra.replay.engine import Replayed
from infra.replay.unsaid import Account, Cause, Reason, arose_from
from tandem.decisions import Candidate, Decision, Outcome
from tandem.playbook import Playbook

_TOGETHER: Final = timedelta(
    days=1
)  # a journey of weeks has one cause, and its last message does not replace its first


class Kind(StrEnum):
    """What B makes of a message of A, in the order a reader asks."""

    GONE = "no_longer"
    NEW = "newly"
    OTHER = "other_campaign"
    MOVED = "other_time"
    REWORDED = "other_words"  # by another channel, with another variant or template
    SAME = "the_same"

    @property
    def words(self) -> str:
        """The kind as a reader says it."""
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two playbooks, by the name it was asked for, and what the events came to with it."""

    name: str
    playbook: Playbook
    replayed: Replayed


@dataclass(frozen=True, slots=True)
class Message:
    """A message that was decided. `at` is when (UTC), `cause` what it arose from in the end."""

    decision: Decision
    candidate: Candidate
    cause: Cause

    @property
    def at(self) -> datetime:
        """When it was decided, and so left."""
        return self.decision.at

    @property
    def campaign(self) -> str:
        """What is said."""
        return self.candidate.campaign

    @property
    def words(self) -> tuple[str, str, str]:
        """Channel, template and variant."""
        decision = self.decision
        return (str(decision.channel or ""), decision.template, decision.variant)


@dataclass(frozen=True, slots=True)
class Pair:
    """A message of A and what B makes of it; `before` is None of one that only B sends, `after` of one that only A.

    `why` is what the other side says of it: of one that is new, what A says; of all others, what B says.
    """

    customer_id: str
    kind: Kind
    before: Message | None
    after: Message | None
    why: Reason | None = None

    @property
    def told_by(self) -> str:
        """Whose sentence `why` is: `A`, `B`, or empty where it tells of both."""
        return {Kind.NEW: "A", Kind.GONE: "B", Kind.OTHER: "B"}.get(self.kind, "")

    @property
    def first(self) -> Message:
        """The one in A, or else in B."""
        return next(each for each in (self.before, self.after) if each)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides, and the pairs by customer, in the order of their time."""

    before: Side
    after: Side
    customers: int
    pairs: tuple[Pair, ...]

    @property
    def different(self) -> tuple[Pair, ...]:
        """All pairs but those that are the same."""
        return tuple(pair for pair in self.pairs if pair.kind is not Kind.SAME)


def compare(before: Side, after: Side) -> Comparison:
    """Pairs what both sides sent: by campaign and cause, else by cause. Every message is in exactly one pair."""
    was, now = _by_customer(before.replayed), _by_customer(after.replayed)
    accounts = Account(before.replayed, before.playbook), Account(after.replayed, after.playbook)
    pairs = [
        Pair(customer_id, kind, old, new, _why(kind, old, new, *accounts))
        for customer_id in sorted({*was, *now})
        for kind, old, new in _paired(was[customer_id], now[customer_id])
    ]
    return Comparison(before, after, len(after.replayed.customers), tuple(pairs))


def _by_customer(replayed: Replayed) -> defaultdict[str, list[Message]]:
    found: defaultdict[str, list[Message]] = defaultdict(list)
    for decision in sorted(replayed.decisions, key=lambda each: (each.at, each.id)):
        for each in decision.candidates:
            if each.outcome is Outcome.CHOSEN:
                found[decision.customer_id].append(Message(decision, each, arose_from(each, decision)))
    return found


Found = tuple[Kind, Message | None, Message | None]


def _paired(before: Sequence[Message], after: Sequence[Message]) -> list[Found]:
    left = _Left(list(before), list(after))
    found: list[Found] = []
    found += [(_kind(old, new), old, new) for old, new in left.take(lambda each: (each.campaign, each.cause, each.at))]
    found += [(_kind(old, new), old, new) for old, new in left.take(lambda each: (each.campaign, each.cause))]
    found += [(Kind.OTHER, old, new) for old, new in left.take(lambda each: each.cause, within=_TOGETHER)]
    found += [(Kind.GONE, old, None) for old in left.before]
    found += [(Kind.NEW, None, new) for new in left.after]
    return sorted(found, key=lambda each: min(one.at for one in each[1:] if one))


@dataclass(slots=True)
class _Left:
    """The messages that have found none of the other side yet, each side in the order of time."""

    before: list[Message]
    after: list[Message]

    def take(
        self, key: Callable[[Message], Hashable], within: timedelta = timedelta.max
    ) -> list[tuple[Message, Message]]:
        """Takes out those with the same key that are so near in time, the first with the first."""
        waiting: defaultdict[Hashable, list[Message]] = defaultdict(list)
        for new in self.after:
            waiting[key(new)].append(new)
        taken: list[tuple[Message, Message]] = []
        for old in self.before:
            near = next((new for new in waiting[key(old)] if abs(new.at - old.at) <= within), None)
            if near:
                waiting[key(old)].remove(near)
                taken.append((old, near))
        gone = {id(each) for pair in taken for each in pair}
        self.before = [each for each in self.before if id(each) not in gone]
        self.after = [each for each in self.after if id(each) not in gone]
        return taken


def _kind(old: Message, new: Message) -> Kind:
    if old.at != new.at:
        return Kind.MOVED
    return Kind.SAME if old.words == new.words else Kind.REWORDED


def _why(kind: Kind, old: Message | None, new: Message | None, before: Account, after: Account) -> Reason | None:
    if kind in (Kind.GONE, Kind.OTHER) and old:
        return after.unsaid(old.candidate, old.decision)
    if kind is Kind.NEW and new:
        return before.unsaid(new.candidate, new.decision)
    if kind is Kind.MOVED and old and new:
        late, side = (new, after) if new.at > old.at else (old, before)
        return side.delayed(late.candidate, late.decision) or _moved(old, new)
    return _reworded(old, new) if kind is Kind.REWORDED and old and new else None


def _moved(old: Message, new: Message) -> Reason:
    way = "later" if new.at > old.at else "earlier"
    apart = span(abs(new.at - old.at).total_seconds())
    origin = new.candidate.origin
    if origin and origin.journey:
        return Reason(way, f"The journey {named(origin.journey)} comes to it {apart} {way}.")
    return Reason(way, f"It is decided {apart} {way}.")


def _reworded(old: Message, new: Message) -> Reason:
    names = ("channel", "template", "variant")
    told = [
        f"{name} {now or 'none'} instead of {was or 'none'}"
        for name, was, now in zip(names, old.words, new.words, strict=True)
        if was != now
    ]
    sentence = listing(told)
    return Reason("other_words", f"{sentence[0].upper()}{sentence[1:]}.")
