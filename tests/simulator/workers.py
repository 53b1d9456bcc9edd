"""The functions, each with its queue, its ports over the world's tables, and its dead letters."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools import Metrics

from functions.archive.app import run as run_archive
from functions.feedback.app import Ear
from functions.feedback.app import run as run_feedback
from functions.record.app import run as run_record
from functions.send.app import Desk
from functions.send.app import run as run_send
from functions.settle.run import Desk as SettleDesk
from functions.settle.run import run as run_settle
from functions.trigger.app import run as run_trigger
from functions.unsubscribe.app import run as run_unsubscribe
from tandem.actor import Actor
from tandem.adapters.dead_letters import DeadLetterQueue
from tandem.adapters.letters import ArchivedLetters, DeadLetters, ReturnedLetters
from tandem.adapters.memory_archive import MemoryArchive
from tandem.adapters.memory_pace import MemoryBuckets
from tandem.adapters.memory_unsubscribing import MemoryCustomerItems, MemoryRecipients
from tandem.adapters.news_topic import NewsTopic
from tandem.adapters.outbox import Outbox
from tandem.adapters.returns import QueueReturns
from tandem.adapters.sends_queue import SendsQueue
from tandem.customer import Channel
from tandem.customer.consent import address_hash
from tandem.dead_letters import redrive
from tandem.hearing import Ports as HearingPorts
from tandem.sending import Ports, Rules, SendMode
from tandem.sending.outcome import Status
from tandem.sending.pace import SharedPace
from tandem.sending.settle import Settling
from tandem.unsubscribing.flow import Desk as PageDesk
from tandem.unsubscribing.ports import Ports as PagePorts
from tandem.unsubscribing.token import Ticket, token_of
from tests.simulator.provider import GoodStanding, Provider, SmsAccount, Taken
from tests.simulator.queues import Queue, Run, Sns, Sqs
from tests.simulator.tables import Addresses, Faulty, Rows, Unsettled
from tests.simulator.weather import MINUTE
from tests.simulator.words import SENDER
from tests.unit.unsubscribing.requests import BASE, KEY, ONE_CLICK, event_of

if TYPE_CHECKING:
    from tests.simulator.world import World

SECOND: Final = timedelta(seconds=1)
SOON: Final = timedelta(minutes=15)
PATIENCE: Final = timedelta(minutes=30)  # as in template.yaml
# As in template.yaml: visibility and function timeouts in seconds, maxReceiveCount; and a batch size.
QUEUES: Final[Mapping[str, tuple[int, int, int, int]]] = {
    "events": (360, 60, 5, 10),
    "archive": (660, 60, 2, 50),
    "sends": (540, 90, 50, 5),
    "records": (180, 30, 5, 10),
    "feedback": (360, 60, 5, 10),
}
METRICS: Final = Metrics(namespace="Tandem", service="simulator")  # all functions' share what they hold
OPEN: Final = frozenset({Status.RESERVED, Status.UNKNOWN, Status.AGAIN})


class Workers:
    """All of them."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.dead = {name: Queue(world, f"dead {name}") for name in QUEUES}
        runs: dict[str, Run] = {
            "events": lambda event: run_trigger(event, self.actor),
            "archive": lambda event: run_archive(event, self.shelf),
            "sends": lambda event: run_send(event, self.desk),
            "records": lambda event: run_record(event, world.decisions),
            "feedback": lambda event: run_feedback(event, self.ear),
        }
        self.queues = {
            name: Queue(world, name, runs[name], SECOND * hidden, SECOND * timeout, most, batch, self.dead[name])
            for name, (hidden, timeout, most, batch) in QUEUES.items()
        }
        # As much of the clients as is used.
        self.sqs: Any = Sqs(world, {**self.queues, **{each.name: each for each in self.dead.values()}})
        self.news = News(world, NewsTopic(Sns(world), "door"))  # type: ignore[arg-type]
        self.archive = MemoryArchive()
        self.shelf: Faulty = Faulty(world, "archive", self.archive)
        self.ledger = Faulty(world, "ledger", world.ledger, once=("reserve",))
        self.consents = Faulty(world, "consents", world.consents)
        self.rows = Rows(world)
        self.actor: Actor = self._actor()
        self.desk: Desk = self._desk()
        self.ear: Ear = self._ear()
        self.settling: SettleDesk = self._settling()
        self.page = self._page()

    def _actor(self) -> Actor:
        world = self.world
        return Actor(
            customers=world.customers,
            playbooks=world.playbooks,
            outbox=Outbox(
                self.sqs,
                self.consents,
                Faulty(world, "schedules", world.schedules),
                world.bus,
                events_queue="events",
                records_queue="records",
                sends_queue="sends",
                schedule_after=SOON,
            ),
            dead_letters=DeadLetterQueue(self.sqs, "dead events"),
            clock=lambda: world.now,
        )

    def _desk(self) -> Desk:
        world = self.world
        ports = Ports(
            ledger=self.ledger,
            customers=world.customers,
            contents=world.contents,
            providers={channel: Provider(world, channel) for channel in Channel},
            news=self.news,
            pace=SharedPace(
                Faulty(world, "buckets", MemoryBuckets()),
                {Channel.EMAIL: world.mails, Channel.SMS: SmsAccount()},
                lambda: world.now,
                world.pause,
            ),
            breakers=Faulty(world, "breakers", world.breakers),
        )
        returns = QueueReturns(self.sqs, "sends")
        return Desk(ports, Rules(SendMode.LIVE, SENDER), lambda: world.now, returns, world.fate.random)

    def _ear(self) -> Ear:
        world = self.world
        ports = HearingPorts(
            addresses=Faulty(world, "consents", Addresses(world)),
            rows=Faulty(world, "ledger", self.rows),
            news=self.news,
        )
        return Ear(ports, DeadLetterQueue(self.sqs, "dead feedback"))

    def _settling(self) -> SettleDesk:
        world = self.world
        rows = Faulty(world, "index", Unsettled(world))
        return SettleDesk(
            settling=Settling(rows, SendsQueue(self.sqs, "sends"), PATIENCE, world.design.knows_copies),
            letters={
                name: ReturnedLetters(DeadLetters(self.sqs, f"dead {name}"), name, counted=True)
                for name in QUEUES
                if name != "archive"
            },
            unarchived=ArchivedLetters(DeadLetters(self.sqs, "dead archive"), self.shelf),
            standings={Channel.EMAIL: GoodStanding()},
            breakers=Faulty(world, "breakers", world.breakers),
        )

    def _page(self) -> PageDesk:
        world = self.world
        ports = PagePorts(
            consents=self.consents,
            sends=Faulty(world, "ledger", MemoryRecipients(world.ledger)),
            customers=Faulty(world, "customers", MemoryCustomerItems(world.customers)),
            news=self.news,
        )
        return PageDesk(ports, KEY, SENDER)

    def click(self, taken: Taken) -> None:
        """Somebody unsubscribes by the header of a mail. What is not answered the mail program tries again."""
        world, send = self.world, self.world.judge.decided[taken.id].send
        hashed = address_hash(taken.channel, taken.address)
        token = token_of(Ticket(taken.channel, send.purpose, send.id, hashed), KEY)
        event = event_of(f"{BASE}{token}", ONE_CLICK)
        run = partial(run_unsubscribe, opened=self.page, clock=lambda: world.now)
        answer = world.at_work(f"unsubscribe: {send.id}", SECOND * 30, run, event)
        if answer is None or answer["statusCode"] != HTTPStatus.OK:
            world.later(world.now + MINUTE * 20, self.click, taken)
        else:
            world.judge.unsubscribed(send)

    def settle(self, _: Any) -> Any:
        """A run of `settle`."""
        world = self.world
        done = run_settle(self.settling, lambda: world.now, lambda: 300.0)
        world.say(done)
        return done

    def has_to_settle(self) -> bool:
        """Whether something is open, or lies among the dead letters and may go back."""
        design = self.world.design
        is_open = any(row.status in OPEN and row.given_up_at is None for row in self.world.ledger.rows.values())
        return (design.settles and is_open) or (design.redrives and bool(self.letters()))

    def letters(self) -> list[str]:
        """Bodies of dead letters without a reason."""
        dead = [message for queue in self.dead.values() for message in queue.messages.values()]
        return [message.body for message in dead if "reason" not in message.attributes]

    def redrive(self) -> None:
        """A person sends everything back that has no reason, as `tandem dlq redrive` does."""
        for name in QUEUES:
            if name != "archive":
                letters = ReturnedLetters(DeadLetters(self.sqs, f"dead {name}"), name)
                redrive(letters, lambda letter: not letter.reason)
        redrive(self.settling.unarchived)

    def forget_metrics(self) -> None:
        """Nobody reads them here."""
        METRICS.clear_metrics()


class News:
    """The door, as `send` and `feedback` use it."""

    def __init__(self, world: "World", topic: NewsTopic) -> None:
        self.world = world
        self.topic = topic

    def tell(self, envelope: Mapping[str, Any]) -> None:
        """What became of a message."""
        told = self.world.design.news(envelope)
        if told is not None:
            self.world.judge.tells(told)
            self.topic.tell(told)
