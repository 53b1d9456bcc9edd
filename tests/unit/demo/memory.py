"""A day of the demo in memory: the same plan, handed to the same step, its mails made by the same code."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from infra.demo.cast import Known
from infra.demo.day import Day
from infra.demo.findings import Findings
from infra.demo.house import House
from infra.demo.run import Lived
from infra.explain import LedgerRow
from infra.local import LocalStack, Mail, Text
from infra.publish.playbook import Draft
from infra.replay import Arrival, replay
from tandem.content import Mail as Rendered
from tandem.content import render
from tandem.customer import Channel, Send
from tandem.events.times import to_text
from tandem.sending import Status

MORNING = datetime(1997, 3, 18, 12, tzinfo=UTC)
FROM = "shop@example.com"


def lived_in_memory(known: Known, day: Day, draft: Draft) -> Lived:
    """As `live` would have left it, with every message sent at once."""
    published = [
        {**event.envelope(at), "received_at": to_text(at)}
        for event, at in (
            *((event, MORNING - timedelta(minutes=1)) for event in day.identified),
            *((event, MORNING + timedelta(seconds=event.second)) for event in day.events for _ in range(event.copies)),
        )
    ]
    arrivals = [Arrival(json.dumps(each), datetime.fromisoformat(each["received_at"])) for each in published]
    replayed = replay(arrivals, draft.playbook, known.profiles, known.header)
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
    )
    return Lived(House(LocalStack(0, 0, Path()), {}, draft), known, day, published, MORNING, findings)


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
