"""Candidates that meet, made by hand: what a test does not say, no gate minds."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from tandem.customer import Channel, Origin, SendEntry, Waiting
from tandem.decisions import Arbitration, Candidate, Cause, Contender, Made, Outcome, Seen, decide
from tandem.decisions.decide import PLAIN
from tandem.playbook import Campaign, Playbook
from tandem.playbook.conditions import Known
from tandem.playbook.vocabulary import language, start_of
from tests.builders import DAY, NOON, playbook

ORIGIN = Origin("order_completed", "0123456789abcdef", NOON, "e1")
CAUSE = Cause("order_completed", "0123456789abcdef", NOON, NOON, "e1")


def campaign(name: str = "thanks", **changes: Any) -> Campaign:
    """A campaign that an order starts, by email or text message."""
    fields = {"id": name, "trigger": {"event": "order_completed"}, "content": name, "channels": ["email", "sms"]}
    return Campaign.model_validate(fields | changes)


def contender(
    of: Campaign,
    *,
    since: datetime = NOON,
    origin: Origin = ORIGIN,
    values: Mapping[str, Any] | None = None,
    arriving: bool = True,
) -> Contender:
    """A candidate since then; `values` are the variables that have one."""
    rules = playbook().ruleset
    known = Known(language(rules, start_of(of.trigger)), lambda name: ((values or {}).get(name), ""))
    return Contender(Waiting(of.id, of.id, origin, since, since), of, known, arriving=arriving)


def seen(**changes: Any) -> Seen:
    """Who can be reached by email and text message and said yes to both, at noon in UTC."""
    ada = Seen("ada", NOON, "UTC", reached=tuple(Channel), words={"email": "granted", "sms": "granted"})
    return replace(ada, **changes)


def free(**changes: Any) -> Playbook:
    """A playbook without caps."""
    return playbook(**{"caps": (), "campaigns": (), **changes})


def settled(*those: Contender, at: Seen | None = None, shop: Playbook | None = None, by: Arbitration = PLAIN) -> Made:
    """What is decided of these."""
    return decide(those, CAUSE, at or seen(), shop or free(), by=by)


def only(made: Made) -> Candidate:
    """The one candidate."""
    (candidate,) = made.decision.candidates
    return candidate


def outcomes(made: Made) -> dict[str, Outcome]:
    """What became of each."""
    return {each.campaign: each.outcome for each in made.decision.candidates}


def sent(name: str, at: datetime, **changes: Any) -> SendEntry:
    """A message of `thanks` that left then, by email."""
    entry = SendEntry(name, "thanks", Channel.EMAIL, at, at + DAY, sent_at=at)
    return replace(entry, **changes)
