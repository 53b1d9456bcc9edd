"""A day of the demo in memory: the same plan, handed to the same step, its mails made by the same code."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

from infra.demo.at_home import AtHome
from infra.demo.bus import read_announced
from infra.demo.cast import Known
from infra.demo.cdnow import Order
from infra.demo.day import Day
from infra.demo.door import Envelope
from infra.demo.findings import Findings
from infra.demo.house import House
from infra.demo.making import Planned
from infra.demo.middle import Look, Middle, first_copies, latest
from infra.demo.run import Lived
from infra.explain import LedgerRow
from infra.local import LocalStack, Mail, Text
from infra.publish.playbook import Draft
from infra.replay import Arrival, Replayed, replay
from tandem.actor import Actor, Message
from tandem.adapters.event_bus import announcement
from tandem.adapters.memory import MemoryCustomers, MemoryDeadLetters, MemoryOutbox, MemoryPlaybooks
from tandem.content import Mail as Rendered
from tandem.content import render
from tandem.customer import Announce, Channel, Effect, Record, Send
from tandem.decisions import Decision, read_record
from tandem.events.times import to_text
from tandem.playbook import Live, Stops
from tandem.sending import Status
from tests.builders import by_door

MORNING, NOON = datetime(1997, 3, 18, 11, 45, tzinfo=UTC), datetime(1997, 3, 18, 12, tzinfo=UTC)
AFTERWARDS = timedelta(minutes=1)  # the waits of journeys that are longer go on, as they do when the demo ends
FROM = "shop@example.com"


def lived_in_memory(slow: AtHome, known: Known, day: Day, before: Sequence[Order]) -> Lived:
    """As `live` would have left it, with every message sent at once, and the second snapshot loaded at noon."""
    draft = slow.draft
    introduced = _published(day.identified, MORNING - timedelta(minutes=1))
    early, events = _published(day.early, MORNING), _published(day.events, NOON)
    late = _published(day.late, max(_received(each) for each in events) + AFTERWARDS)
    replayed = _while_stopped(_replayed([*introduced, *early, *events], draft, known), late, draft, known)
    published = [*introduced, *early, *events, *late]
    ended = max(_received(each) for each in published) + AFTERWARDS
    numbers = count(1)
    ids = {send.id: f"provider-{next(numbers)}" for send in replayed.sends}
    findings = Findings(
        customers={customer.customer_id: customer for customer in replayed.customers},
        decisions=replayed.decisions,
        ledger={send.id: _row(send, ids[send.id]) for send in replayed.sends},
        reserved_at={send.id: send.not_before for send in replayed.sends},
        mails=tuple(_mail(send, ids[send.id], draft) for send in replayed.sends if send.channel is Channel.EMAIL),
        texts=tuple(
            Text(ids[send.id], send.address, str(render(draft.content, send).text))
            for send in replayed.sends
            if send.channel is Channel.SMS
        ),
        dead_letters={"events": 0, "sends": 0},
        received={each["event_id"]: _received(each) for each in reversed(published)},
        announced=tuple(read_announced(announcement(each)) for each in replayed.announced),
    )
    house = House(LocalStack(0, 0, Path()), {}, draft)
    middle = _middle(slow, _replayed([*introduced, *early], draft, known), early)
    return Lived(house, known, day, published, MORNING, findings, middle, before, ended)


def _published(planned: Sequence[Planned], since: datetime) -> list[Envelope]:
    return [
        {**event.envelope(at), "received_at": to_text(at)}
        for event in planned
        for at in [since + timedelta(seconds=event.second)]
        for _ in range(event.copies)
    ]


def _replayed(published: Sequence[Envelope], draft: Draft, known: Known) -> Replayed:
    arrivals = [Arrival(json.dumps(each), _received(each)) for each in published]
    until = max(each.received_at for each in arrivals) + AFTERWARDS
    return replay(arrivals, draft.playbook, known.profiles, known.header, until=until)


def _while_stopped(until_then: Replayed, late: Sequence[Envelope], draft: Draft, known: Known) -> Replayed:
    """What is handled with all messages stopped, after all the rest."""
    customers = MemoryCustomers(
        dict(known.profiles), known.header, Live(draft.playbook.number, stops=Stops(everything=True))
    )
    for customer in until_then.customers:
        customers.save(replace(customer, version=0))
    outbox, playbooks = MemoryOutbox(), MemoryPlaybooks({draft.playbook.number: draft.playbook})
    for each in late:
        now = _received(each)
        actor = Actor(customers, playbooks, outbox, MemoryDeadLetters(), clock=partial(_always, now))
        assert not actor.handle([Message(each["event_id"], by_door(each, now), now)]).broken
    effects = outbox.effects
    return replace(
        until_then,
        decisions=(*until_then.decisions, *_decisions(effects)),
        sends=(*until_then.sends, *(one for one in effects if isinstance(one, Send))),
        announced=(*until_then.announced, *(one for one in effects if isinstance(one, Announce))),
        customers=tuple(customers.all()),
    )


def _decisions(effects: Iterable[Effect]) -> list[Decision]:
    records = [read_record(one.document) for one in effects if isinstance(one, Record)]
    return [one for one in records if isinstance(one, Decision)]


def _always(moment: datetime) -> datetime:
    return moment


def _received(each: Envelope) -> datetime:
    return datetime.fromisoformat(each["received_at"])


def _middle(slow: AtHome, morning: Replayed, early: Sequence[Envelope]) -> Middle:
    """A snapshot between the small hours and the day; nobody's record knows of it yet."""
    as_of = latest(NOON)
    slow.take_in(first_copies(early))
    customers = {each.customer_id: each for each in morning.customers}
    before, after = (Look(at, at, customers) for at in (NOON - timedelta(minutes=10), NOON - timedelta(minutes=5)))
    return Middle(as_of, "", before, after, slow.snapshot(as_of))


def with_findings(lived: Lived, **changes: object) -> Lived:
    """The same day, with something found otherwise."""
    return replace(lived, findings=replace(lived.findings, **changes))  # type: ignore[arg-type]


def _row(send: Send, provider_id: str) -> LedgerRow:
    at = send.not_before + timedelta(milliseconds=200)
    return LedgerRow(
        send.id, Status.SENT, at, send.campaign, send.channel, template=send.template, provider_id=provider_id
    )


def _mail(send: Send, provider_id: str, draft: Draft) -> Mail:
    rendered = render(draft.content, send)
    assert isinstance(rendered, Rendered)
    return Mail(provider_id, FROM, (send.address,), rendered.subject, rendered.text, rendered.html, send.not_before)
