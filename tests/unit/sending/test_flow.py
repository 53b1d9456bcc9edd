from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tandem.adapters.memory_sending import (
    MemoryBreakers,
    MemoryConsents,
    MemoryContents,
    MemoryCustomers,
    MemoryLedger,
    MemoryNews,
    MemoryPace,
    MemoryProvider,
    Row,
)
from tandem.customer import Channel, Customer, Delivery, Send
from tandem.errors import Unavailable
from tandem.events.identity import EVERYTHING
from tandem.events.times import to_text
from tandem.playbook import Stops
from tandem.sending import (
    Abilities,
    AlreadyDone,
    Answer,
    Halted,
    Look,
    NoAnswer,
    NotTaken,
    Outcome,
    Ports,
    Reason,
    Recorded,
    Refused,
    Rejected,
    Rules,
    SendMode,
    Sent,
    Shadowed,
    Status,
    Unknown,
    deliver,
)
from tandem.sending.flow import UNDER_WAY
from tests.unit.sending.builders import NOW, SENDER, a_content, a_customer, a_send, a_template, a_text, a_word

LIVE = Rules(SendMode.LIVE, SENDER)


class World:
    """The ports in memory, in the state in which the actor leaves `send`."""

    def __init__(self, send: Send, answer: Answer | None = None) -> None:
        self.consents = MemoryConsents()
        self.consents.set_consent(a_word(send))
        self.ledger = MemoryLedger(self.consents)
        self.customers = MemoryCustomers({send.customer_id: a_customer(send)})
        self.contents = MemoryContents({7: a_content()})
        self.provider = MemoryProvider(answers=lambda _: answer)
        self.news = MemoryNews()
        self.pace = MemoryPace()
        self.breakers = MemoryBreakers()

    def ports(self) -> Ports:
        providers = dict.fromkeys(Channel, self.provider)
        return Ports(self.ledger, self.customers, self.contents, providers, self.news, self.pace, self.breakers)

    def deliver(self, send: Send, rules: Rules = LIVE, after: timedelta = timedelta(0)) -> Outcome:
        return deliver(send, self.ports(), rules, lambda: NOW + after)

    def status(self, send: Send) -> Status | None:
        row = self.ledger.rows.get(send.id)
        return row.status if row else None

    def told(self) -> list[str]:
        """The types of the events told, repetitions included."""
        return [event["type"] for event in self.news.told]


class Closed(MemoryNews):
    """A door that takes nothing."""

    def tell(self, envelope: Mapping[str, Any]) -> None:
        raise Unavailable("sns", "Publish")


def test_a_send_is_handed_over_once_and_recorded() -> None:
    world = World(a_send())

    assert world.deliver(a_send()) == Sent("memory-1")
    assert [envelope.address for envelope in world.provider.accepted] == ["ana@example.com"]
    assert world.status(a_send()) is Status.SENT


def test_a_text_is_handed_over_with_its_segments() -> None:
    world = World(a_text())

    assert world.deliver(a_text()) == Sent("memory-1", segments=1)
    assert world.provider.accepted[0].body == "Hi Ana, thank you! https://shop.example.com/new"


def test_a_message_delivered_ten_times_leaves_once() -> None:
    world = World(a_send())

    outcomes = [world.deliver(a_send()) for _ in range(10)]

    assert outcomes[1:] == [AlreadyDone(Status.SENT)] * 9
    assert len(world.provider.accepted) == 1


def test_a_row_left_reserved_is_never_sent_again() -> None:
    world = World(a_send())
    world.ledger.reserve(a_send(), NOW)

    assert world.deliver(a_send(), after=UNDER_WAY) == AlreadyDone(Status.RESERVED)


def test_an_answer_that_was_lost_by_a_provider_that_knows_copies_is_asked_for_again() -> None:
    world = World(a_send(), NoAnswer("ReadTimeout"))
    world.provider.abilities = Abilities(idempotent=True)

    with pytest.raises(Unavailable):
        world.deliver(a_send())
    assert world.status(a_send()) is Status.AGAIN
    world.provider.answers = lambda _: None

    assert world.deliver(a_send()) == Sent("memory-1")


def test_who_was_erased_gets_nothing_and_leaves_no_row() -> None:
    world = World(a_send())
    erased(world)

    outcome = world.deliver(a_send())

    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.ERASED
    assert (world.provider.accepted, world.ledger.rows, world.told()) == ([], {}, [])


def test_what_the_provider_takes_no_more_today_comes_back_to_be_decided_anew() -> None:
    world = World(a_send())
    world.pace.refusals = [Refused(Reason.OVER_QUOTA, "the quota of the day is used up")]

    outcome = world.deliver(a_send())

    assert outcome == Refused(Reason.OVER_QUOTA, "the quota of the day is used up")
    assert world.provider.accepted == []
    assert world.told() == ["send_expired"]


def test_in_shadow_mode_no_place_is_taken() -> None:
    world = World(a_send())

    world.deliver(a_send(), Rules(SendMode.SHADOW, SENDER))

    assert world.pace.taken == []


def test_a_halted_account_opens_the_breaker_and_the_message_comes_back_to_be_decided_anew() -> None:
    world = World(a_send(), Halted("SendingPausedException"))

    outcome = world.deliver(a_send())

    assert outcome == Refused(Reason.HALTED, "SendingPausedException")
    assert world.breakers.opened == {Channel.EMAIL: "SendingPausedException"}
    assert world.told() == ["send_expired"]


def test_an_account_that_is_read_as_halted_opens_the_breaker_before_anybody_is_told() -> None:
    world = World(a_send())
    world.pace.refusals = [Refused(Reason.HALTED, "sending is paused")]

    assert world.deliver(a_send()) == Refused(Reason.HALTED, "sending is paused")
    assert world.breakers.opened == {Channel.EMAIL: "sending is paused"}

    unheard = World(a_send())
    unheard.pace.refusals = [Refused(Reason.HALTED, "sending is paused")]
    unheard.breakers.is_away = True
    with pytest.raises(Unavailable):
        unheard.deliver(a_send())
    assert (unheard.ledger.rows, unheard.told()) == ({}, [])


def test_a_breaker_that_cannot_be_opened_leaves_the_message_in_its_queue() -> None:
    world = World(a_send(), Halted("SendingPausedException"))
    world.breakers.is_away = True

    with pytest.raises(Unavailable):
        world.deliver(a_send())

    assert (world.ledger.rows, world.told()) == ({}, [])


def test_an_open_breaker_is_seen_just_before_a_message_leaves() -> None:
    world = World(a_send())
    world.customers.stops = Stops(breakers={"email": "too many bounces"})

    assert world.deliver(a_send()) == Refused(Reason.HALTED, "breaker email")
    assert world.told() == ["send_expired"]


def test_a_second_attempt_that_certainly_did_not_leave_keeps_the_row_of_the_first() -> None:
    send = a_send(delivery=Delivery.AT_LEAST_ONCE)
    world = World(send)
    world.ledger.rows[send.id] = Row(send, Status.AGAIN, NOW - timedelta(hours=1))
    world.provider.answers = lambda _: NotTaken("throttled")

    with pytest.raises(Unavailable):
        world.deliver(send)

    assert world.status(send) is Status.AGAIN


@pytest.mark.parametrize(("delivery", "told"), [("at_most_once", []), ("at_least_once", ["send_expired"])])
def test_a_second_attempt_that_comes_too_late_is_decided_anew_only_where_a_copy_does_no_harm(
    delivery: str, told: list[str]
) -> None:
    send = a_send(delivery=Delivery(delivery))
    world = World(send)
    world.ledger.rows[send.id] = Row(send, Status.AGAIN, NOW - timedelta(hours=1))

    outcome = world.deliver(send, after=timedelta(days=2))

    assert isinstance(outcome, Unknown)
    assert outcome.is_given_up
    assert world.deliver(send, after=timedelta(days=3)) == AlreadyDone(Status.UNKNOWN)
    assert world.status(send) is Status.UNKNOWN
    assert world.told()[:1] == told


def test_a_second_attempt_that_comes_too_late_is_decided_anew_although_that_could_not_be_told_at_first() -> None:
    send = a_send(delivery=Delivery.AT_LEAST_ONCE)
    world = World(send)
    world.ledger.rows[send.id] = Row(send, Status.AGAIN, NOW - timedelta(hours=1))
    with pytest.raises(Unavailable):
        deliver(send, replace(world.ports(), news=Closed()), LIVE, lambda: NOW + timedelta(days=2))

    world.deliver(send, after=timedelta(days=3))

    assert [(event["type"], event["properties"]["reason"]) for event in world.news.told] == [
        ("send_expired", "expired")
    ]


def test_a_second_attempt_that_is_withdrawn_is_not_told_as_refused_for_the_first_may_have_left() -> None:
    send = a_send(delivery=Delivery.AT_LEAST_ONCE)
    world = World(send)
    withdrawn(world)
    world.ledger.rows[send.id] = Row(send, Status.AGAIN, NOW - timedelta(hours=1))

    outcome = world.deliver(send)

    assert isinstance(outcome, Unknown)
    assert outcome.is_given_up
    assert world.status(send) is Status.UNKNOWN
    assert world.told() == []


def test_a_copy_that_meets_another_worker_at_work_comes_back_to_tell_what_became_of_it() -> None:
    world = World(a_send())
    world.ledger.reserve(a_send(), NOW)
    with pytest.raises(Unavailable):
        world.deliver(a_send(), after=UNDER_WAY - timedelta(seconds=1))
    world.ledger.finish(a_send(), Sent("theirs"), NOW)

    assert world.deliver(a_send(), after=timedelta(minutes=9)) == AlreadyDone(Status.SENT)
    assert (world.provider.accepted, world.told()) == ([], ["message_sent"])


def test_a_copy_too_late_to_be_sent_waits_for_the_worker_that_was_in_time() -> None:
    send = a_send(not_after=NOW + timedelta(seconds=10))
    world = World(send)
    world.ledger.reserve(send, NOW)

    with pytest.raises(Unavailable):
        world.deliver(send, after=timedelta(seconds=20))
    assert world.told() == []


def opted_out(world: World) -> None:
    world.consents.set_consent(a_word(a_send(), granted=False, said_at=NOW))


def never_asked(world: World) -> None:
    world.consents.items.clear()


def asked_for_other_news_only(world: World) -> None:
    world.consents.items.clear()
    world.consents.set_consent(a_word(a_send(purpose="news")))


def suppressed(world: World) -> None:
    world.consents.set_consent(a_word(a_send(purpose=EVERYTHING), granted=False))


def stopped(world: World) -> None:
    world.customers.stops = Stops(campaigns=frozenset({"post-purchase"}))


def withdrawn(world: World) -> None:
    world.customers.items["c-1"] = a_customer(a_send(), withdrawn="ordered")


def forgotten(world: World) -> None:
    world.customers.items["c-1"] = Customer(customer_id="c-1")


def erased(world: World) -> None:
    world.customers.items.clear()


def without_words(world: World) -> None:
    world.contents.items[7] = a_content(thanks=a_template(subject="{{ gone }}"))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (opted_out, Reason.OPTED_OUT),
        (never_asked, Reason.OPTED_OUT),
        (asked_for_other_news_only, Reason.OPTED_OUT),
        (suppressed, Reason.SUPPRESSED),
        (stopped, Reason.STOPPED),
        (withdrawn, Reason.WITHDRAWN),
        (forgotten, Reason.WITHDRAWN),
        (without_words, Reason.RENDER_FAILED),
    ],
)
def test_what_changed_since_the_decision_refuses_the_send(change: Callable[[World], None], reason: Reason) -> None:
    world = World(a_send())
    change(world)

    outcome = world.deliver(a_send())

    assert isinstance(outcome, Refused)
    assert outcome.reason is reason
    assert world.provider.accepted == []
    assert world.ledger.rows[a_send().id].result == outcome
    assert world.told() == ["message_refused"]


@pytest.mark.parametrize(
    ("stops", "detail"),
    [
        (Stops(everything=True), "everything"),
        (Stops(channels=frozenset({"email"})), "channel email"),
        (Stops(campaigns=frozenset({"post-purchase"})), "campaign post-purchase"),
        (Stops(paused=frozenset({"welcome"})), "journey welcome"),
        (Stops(ended=frozenset({"welcome"})), "journey welcome"),
    ],
)
def test_what_is_stopped_is_refused_and_named(stops: Stops, detail: str) -> None:
    world = World(a_send())
    world.customers = MemoryCustomers({"c-1": a_customer(a_send(), journey="welcome/o-1/a")}, stops)

    assert world.deliver(a_send()) == Refused(Reason.STOPPED, detail)


def test_a_stop_of_something_else_holds_nothing_back() -> None:
    world = World(a_send())
    world.customers.stops = Stops(
        channels=frozenset({"sms"}), campaigns=frozenset({"welcome"}), paused=frozenset({"post-purchase"})
    )

    assert isinstance(world.deliver(a_send()), Sent)


def test_a_yes_to_everything_is_no_yes_to_marketing() -> None:
    world = World(a_send())
    world.consents.items.clear()
    world.consents.set_consent(a_word(a_send(purpose=EVERYTHING)))

    assert world.deliver(a_send()) == Refused(Reason.OPTED_OUT)


def test_a_send_that_was_refused_stays_refused() -> None:
    world = World(a_send())
    opted_out(world)
    world.deliver(a_send())
    world.consents.set_consent(a_word(a_send(), said_at=NOW + timedelta(hours=1)))

    assert world.deliver(a_send()) == AlreadyDone(Status.REFUSED)


def test_a_send_is_expired_a_moment_after_its_window() -> None:
    world = World(a_send())
    window = a_send().not_after - NOW

    assert world.deliver(a_send(), after=window + timedelta(microseconds=1)) == Refused(Reason.EXPIRED)
    assert world.status(a_send()) is Status.REFUSED


def test_a_send_still_leaves_in_the_last_moment_of_its_window() -> None:
    assert isinstance(World(a_send()).deliver(a_send(), after=a_send().not_after - NOW), Sent)


def test_a_window_that_ends_during_the_reservation_is_seen() -> None:
    world, moments = World(a_send()), iter([NOW, NOW, a_send().not_after + timedelta(seconds=1)] + [NOW] * 5)

    outcome = deliver(a_send(), world.ports(), LIVE, lambda: next(moments))

    assert outcome == Refused(Reason.EXPIRED)
    assert world.provider.accepted == []
    assert world.told() == ["send_expired"]


def test_a_send_before_its_window_comes_back_and_leaves_no_row() -> None:
    send = a_send(not_before=NOW + timedelta(minutes=1))
    world = World(send)

    with pytest.raises(Unavailable):
        world.deliver(send)
    assert world.status(send) is None
    assert isinstance(world.deliver(send, after=timedelta(minutes=1)), Sent)


def test_in_shadow_mode_all_is_done_but_nothing_leaves() -> None:
    world = World(a_text())

    assert world.deliver(a_text(), Rules(SendMode.SHADOW, SENDER)) == Shadowed(segments=1)
    assert world.status(a_text()) is Status.SHADOW
    assert world.provider.accepted == []


def test_in_allowlist_mode_only_listed_addresses_are_sent_to() -> None:
    rules = Rules(SendMode.ALLOWLIST, SENDER, frozenset({"ANA@example.com"}))
    listed, other = a_send(), a_send(id="0f" * 16, address="bo@example.com")

    assert isinstance(World(listed).deliver(listed, rules), Sent)
    assert World(other).deliver(other, rules) == Refused(Reason.NOT_ALLOWED)


def test_an_address_nobody_can_write_to_is_refused_before_anything_is_reserved() -> None:
    send = a_send(address="anä@example.com")

    outcome = World(send).deliver(send)

    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.NOT_DELIVERABLE


def test_a_provider_that_says_no_is_recorded_with_its_reason() -> None:
    world = World(a_send(), Rejected(Reason.PROVIDER_REJECTED, "no"))

    assert world.deliver(a_send()) == Refused(Reason.PROVIDER_REJECTED, "no")
    assert world.deliver(a_send()) == AlreadyDone(Status.REFUSED)


def test_a_provider_that_does_not_answer_is_not_asked_again() -> None:
    world = World(a_send(), NoAnswer("ReadTimeout"))

    assert world.deliver(a_send()) == Unknown("ReadTimeout")
    assert world.deliver(a_send()) == AlreadyDone(Status.UNKNOWN)
    assert world.told() == []


def test_a_provider_that_was_not_reached_is_tried_again_later() -> None:
    world = World(a_send(), NotTaken("EndpointConnectionError"))

    with pytest.raises(Unavailable):
        world.deliver(a_send())
    world.provider.answers = lambda _: None

    assert world.deliver(a_send()) == Sent("memory-1")


def test_a_customer_that_cannot_be_read_is_no_reason_to_drop_the_send() -> None:
    class Down(MemoryCustomers):
        def look(self, customer_id: str) -> Look:
            raise Unavailable("dynamodb", "BatchGetItem")

    world = World(a_send())
    with pytest.raises(Unavailable):
        deliver(a_send(), replace(world.ports(), customers=Down()), LIVE, lambda: NOW)

    assert world.deliver(a_send()) == Sent("memory-1")


def test_content_that_cannot_be_read_brings_the_message_back_without_a_row() -> None:
    world = World(a_send())
    world.contents.items.clear()

    with pytest.raises(Unavailable):
        world.deliver(a_send())
    assert world.status(a_send()) is None
    assert world.told() == []


def test_a_result_that_could_not_be_written_is_unknown_and_keeps_the_providers_id() -> None:
    class Forgetful(MemoryLedger):
        def finish(self, *_: object) -> bool:
            raise Unavailable("dynamodb", "UpdateItem")

    world = World(a_send())
    world.ledger = Forgetful(world.consents)

    outcome = world.deliver(a_send())

    assert isinstance(outcome, Unknown)
    assert (outcome.provider_id, outcome.is_unwritten) == ("memory-1", True)
    assert world.deliver(a_send(), after=UNDER_WAY) == AlreadyDone(Status.RESERVED)
    assert world.told() == []


def test_what_was_written_although_nobody_heard_so_is_told_when_the_message_comes_back() -> None:
    class Silent(MemoryLedger):
        def finish(self, send: Send, result: Recorded, at: datetime) -> bool:
            MemoryLedger.finish(self, send, result, at)
            raise Unavailable("dynamodb", "UpdateItem")

    world = World(a_send())
    world.ledger = Silent(world.consents)
    first = world.deliver(a_send())

    assert isinstance(first, Unknown)
    assert world.deliver(a_send()) == AlreadyDone(Status.SENT)
    assert world.told() == ["message_sent"]


def test_what_became_of_a_send_is_told_once_its_row_says_so() -> None:
    class Listening(MemoryNews):
        def tell(self, envelope: Mapping[str, Any]) -> None:
            assert world.status(a_send()) is Status.SENT
            MemoryNews.tell(self, envelope)

    world = World(a_send())
    world.news = Listening()
    world.deliver(a_send())

    assert world.told() == ["message_sent"]


def test_news_that_could_not_be_told_are_told_when_the_message_comes_back_and_nothing_is_sent_again() -> None:
    world = World(a_send())
    with pytest.raises(Unavailable):
        deliver(a_send(), replace(world.ports(), news=Closed()), LIVE, lambda: NOW)

    assert world.deliver(a_send(), after=timedelta(hours=1)) == AlreadyDone(Status.SENT)
    assert [(event["type"], event["occurred_at"]) for event in world.news.told] == [("message_sent", to_text(NOW))]
    assert len(world.provider.accepted) == 1


@pytest.mark.parametrize(
    ("answer", "change", "rules"),
    [
        (None, None, LIVE),
        (None, None, Rules(SendMode.SHADOW, SENDER)),
        (Rejected(Reason.PROVIDER_REJECTED, "no"), None, LIVE),
        (None, opted_out, LIVE),
        (None, withdrawn, LIVE),
    ],
)
def test_a_message_that_comes_back_tells_the_same_again(
    answer: Answer | None, change: Callable[[World], None] | None, rules: Rules
) -> None:
    world = World(a_send(), answer)
    if change:
        change(world)
    world.deliver(a_send(), rules)
    world.deliver(a_send(), rules, after=timedelta(hours=1))

    first, again = world.news.told

    assert first == again


def test_a_send_that_comes_back_after_its_window_is_still_told_as_sent() -> None:
    world = World(a_send())
    world.deliver(a_send())

    world.deliver(a_send(), after=timedelta(days=3))

    assert world.told() == ["message_sent", "message_sent"]


def test_a_send_of_which_nobody_knows_is_nobodys_news() -> None:
    world = World(a_send(), NoAnswer("ReadTimeout"))

    world.deliver(a_send())
    world.deliver(a_send(), after=UNDER_WAY)

    assert world.told() == []


def test_a_send_the_provider_did_not_take_in_its_window_is_told_as_expired() -> None:
    world = World(a_send(), NotTaken("Throttling"))
    with pytest.raises(Unavailable):
        world.deliver(a_send())

    assert world.deliver(a_send(), after=timedelta(days=2)) == Refused(Reason.EXPIRED)
    assert world.told() == ["send_expired"]
