"""The judge: notes what was committed, reserved, taken and told, and says in the end whether all of it is right.

**The reference.** A run of the same arrivals in which nothing fails is not the same run: what is late meets other caps
and other hours. So there are two promises. In every world each Send that a commit owes ends in exactly one of these:
the provider took it, once, and the ledger says sent, or unknown where nobody could tell; the ledger says refused, for a
reason that the customer was told of, and the provider has not taken it; it is unknown, given up and shown as that, and
something had gone wrong for a worker that had it in hand; or it was withdrawn before there was a row. Nothing was taken
that no commit owed.

And in plain worlds, in which nothing depends on the time (no cap, no quiet hours, no opt-out, nothing expires within
two weeks), what was taken and what is unknown make up together the messages (customer, campaign, event) that the same
arrivals lead to when nothing fails; what is `at_least_once` by a provider that settles or is idempotent was taken,
unless as many attempts as there may be were cut off.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any

from tandem.customer import Announce, Channel, Customer, Delivery, Record, Send, SetConsent
from tandem.customer.consent import Word, consent_key
from tandem.events.identity import EVERYTHING
from tandem.events.times import read_time, to_text
from tandem.playbook import Stops
from tandem.sending.outcome import Status
from tandem.sending.settle import ABILITIES
from tandem.sending.settling import MOST_ATTEMPTS
from tests.orchestra.departures import Departure, check_caps
from tests.orchestra.history import Decided
from tests.simulator.provider import Taken
from tests.simulator.story import Wrong

if TYPE_CHECKING:
    from tests.simulator.world import World

Key = tuple[str, str, str]  # the customer, the campaign, what it arose from


@dataclass(frozen=True, slots=True)
class Report:
    """What a provider told of a message: of which, what, and when that had happened."""

    of: Taken
    kind: str
    at: datetime


def noted[**P](look: Callable[P, None]) -> Callable[P, None]:
    """What is wrong is noted: it happens inside a function, which would take it for a fault of its own."""

    @wraps(look)
    def noting(*given: P.args, **named: P.kwargs) -> None:
        try:
            look(*given, **named)
        except AssertionError as wrong:
            judge: Any = given[0]
            judge.wrongs.append(str(wrong))

    return noting


class Judge:
    """What it has seen."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.wrongs: list[str] = []
        self.decided: dict[str, Decided] = {}
        self.records: dict[str, Record] = {}
        self.announced: set[str] = set()
        self.words: dict[str, list[SetConsent | Word]] = {}
        self.reports: list[Report] = []
        self.left: dict[str, list[Taken]] = {}
        self.departures: dict[str, list[Departure]] = {}
        self.withdrawn: set[str] = set()
        self.hopeless: set[str] = set()  # withdrawn before they were reserved
        self.stops: dict[str, Stops] = {}  # what was stopped when they were
        self.at_least_once: set[str] = set()  # as it was said when they were reserved
        self.doubtful: set[str] = set()  # something went wrong for a worker that had reserved them

    # ------------------------------------------------------------------------------------------------ while it happens

    @noted
    def committed(self, customer: Customer) -> None:
        """A record was saved, with what it owes."""
        for effect in customer.owed:
            if isinstance(effect, Send) and effect.id not in self.decided:
                self._decide(effect, customer)
            elif isinstance(effect, Record):
                self.records[effect.id] = effect
            elif isinstance(effect, Announce):
                self.announced.add(effect.id)
        self.withdrawn |= {each.id for each in customer.sends if each.withdrawn}

    def _decide(self, send: Send, customer: Customer) -> None:
        world = self.world
        world.say(f"decided: {send.id} {send.campaign} by {send.channel} for {send.customer_id}, {send.delivery}")
        self.decided[send.id] = Decided(
            send=send,
            order=len(self.decided),
            at=world.now,
            commit=customer.version,
            playbook=world.playbooks.published[send.playbook],
            zone=world.zone(customer.trait("time_zone")),
            since=send.since or world.now,
            journey=send.origin.journey if send.origin else "",
        )

    @noted
    def said(self, key: str, word: SetConsent | Word) -> None:
        """A word is stored."""
        self.world.say(f"said {'yes' if word.granted else 'no'}: {word.purpose} {key[:8]}")
        self.words.setdefault(key, []).append(word)

    @noted
    def reported(self, taken: Taken, kind: str, happened: datetime) -> None:
        """A provider tells something of a message."""
        self.world.say(f"reported: {kind} of {taken.id}")
        self.reports.append(Report(taken, kind, read_time(to_text(happened), kind)))

    @noted
    def reserved(self, send: Send) -> None:
        """A row was made: the person has said yes to this, and not no to everything, by all that was stored before."""
        self.world.say(f"reserved: {send.id}")
        self.world.in_hand.sends.add(send.id)
        if send.delivery is Delivery.AT_LEAST_ONCE:
            self.at_least_once.add(send.id)
        self.stops[send.id] = self.world.customers.live.stops
        if send.id in self.withdrawn:
            self.hopeless.add(send.id)
        if self.word(send, send.purpose) is not True or self.word(send, EVERYTHING) is False:
            raise Wrong(f"{send.id} was reserved against the stored word on {send.purpose}")

    def word(self, send: Send, purpose: str) -> bool | None:
        """The last one stored of this address: the latest said of it, else the first that was filled in."""
        return self.word_of(consent_key(send.channel, send.address, purpose))

    def word_of(self, key: str) -> bool | None:
        """The same, by the item's key."""
        held = self.words.get(key, [])
        said = [each for each in held if isinstance(each, Word) or each.explicit]
        if said:
            return max(said, key=lambda each: (each.said_at, not each.granted)).granted
        return held[0].granted if held else None

    @noted
    def unsubscribed(self, send: Send) -> None:
        """Somebody was answered that it is so."""
        if self.word(send, send.purpose) is not False:
            raise Wrong(f"answered that {send.id} was unsubscribed, and nothing is stored")

    @noted
    def handed_over(self, send_id: str) -> None:
        """A provider is about to get it."""
        row = self.world.ledger.rows.get(send_id)
        if row is None or row.status is not Status.RESERVED:
            raise Wrong(f"{send_id} is handed over, and its row is {row.status if row else 'missing'}")

    @noted
    def accepted(self, taken: Taken) -> None:
        """A provider took it."""
        self.world.say(f"taken: {taken.id} by {taken.channel}")
        decided = self.decided.get(taken.id)
        if decided is None:
            raise Wrong(f"{taken.id} left and was never decided")
        self._only_one(decided.send)
        self._may_leave(decided)
        before = self.left.setdefault(taken.id, [])
        if before and taken.id not in self.at_least_once & self.doubtful:
            raise Wrong(f"{taken.id} left twice")
        if not before:
            departures = self.departures.setdefault(decided.send.customer_id, [])
            departure = Departure(decided, taken.at)
            check_caps(departure, departures)
            departures.append(departure)
        before.append(taken)

    def _may_leave(self, decided: Decided) -> None:
        """By what was so before its row was made, and is so now."""
        send, stops = decided.send, self.stops[decided.send.id]
        if send.id in self.hopeless:
            raise Wrong(f"{send.id} left though it was withdrawn")
        stopped = stops.hold_back(send.campaign, send.channel, decided.journey.partition("/")[0])
        if stopped and stops is self.world.customers.live.stops:
            raise Wrong(f"{send.id} left though there was a stop: {stopped}")

    @noted
    def tells(self, event: Mapping[str, Any]) -> None:
        """News of a message: who complained, or whose address is dead, is suppressed before anybody hears of it."""
        told = event["properties"]
        if event["type"] == "message_complained" or (event["type"] == "message_bounced" and told.get("lasting")):
            row = self.world.ledger.rows[told["send_id"]]
            if row.send.channel is Channel.EMAIL and self.word(row.send, EVERYTHING) is None:
                raise Wrong(f"{event['type']} of {row.send.id} was told before its address was suppressed")

    def _only_one(self, send: Send) -> None:
        """What did not leave is decided anew, under another id; of all these one leaves."""
        if send.origin is None or send.origin.journey:
            return  # a journey says a thing as often as it likes
        others = [name for name in self.left if name != send.id and key_of(self.decided[name].send) == key_of(send)]
        if others:
            raise Wrong(f"{send.id} left, and before it for the same reason {others}")

    def taken(self, send_id: str) -> Taken | None:
        """The first time it was taken."""
        return next(iter(self.left.get(send_id, [])), None)

    # ------------------------------------------------------------------------------------------------- when all is over

    def keys(self, ids: Iterable[str]) -> set[Key]:
        """What messages were for."""
        return {key_of(self.decided[each].send) for each in ids}

    def unknown(self) -> set[str]:
        """Sends of which the ledger says that nobody knows."""
        return {name for name, row in self.world.ledger.rows.items() if row.status is Status.UNKNOWN}

    def check_sends(self) -> None:
        """Each decided send ended in exactly one way."""
        for name, decided in self.decided.items():
            self._check_send(name, decided.send)

    def _check_send(self, name: str, send: Send) -> None:
        row, has_left = self.world.ledger.rows.get(name), name in self.left
        status = row.status if row else None
        match status:
            case Status.UNKNOWN if name not in self.doubtful:
                raise Wrong(f"{name} is unknown for no reason")
            case Status.SENT:
                if not has_left:
                    raise Wrong(f"{name} is said to be sent and was never taken")
            case Status.REFUSED:
                if has_left:
                    raise Wrong(f"{name} left and is said to be refused: {row}")
            case None:
                if has_left:
                    raise Wrong(f"{name} left without a row")
                if name not in self.withdrawn:
                    raise Wrong(f"{name} was decided and silently dropped")
            case _ if row and row.given_up_at is None:
                raise Wrong(f"{name} stays {status}")

    def check_plain(self, expected: "Judge") -> None:
        """In a plain world: the same messages as where nothing fails."""
        right = expected.keys(expected.left)
        found = self.keys(self.left) | self.keys(self.unknown())
        if right - found:
            raise Wrong(f"never sent: {sorted(right - found)}")
        if self.keys(self.left) - right:
            raise Wrong(f"sent for nothing: {sorted(self.keys(self.left) - right)}")
        rows = self.world.ledger.rows.items()
        sure = {name for name, row in rows if is_sure(row.send) and row.attempts < MOST_ATTEMPTS}
        if lost := self.keys(sure & self.unknown()) & right - self.keys(self.left):
            raise Wrong(f"at least once, and never sent: {sorted(lost)}")


def key_of(send: Send) -> Key:
    """What a message is for."""
    return send.customer_id, send.campaign, send.origin.identity if send.origin else ""


def is_sure(send: Send) -> bool:
    """Whether it is sent in the end, whatever happens: as it is said in the row, since the former release says less."""
    ability = ABILITIES[send.channel]
    return send.delivery is Delivery.AT_LEAST_ONCE and (ability.settles or ability.idempotent)
