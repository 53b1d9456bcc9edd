"""What the pages show. Whoever made a run fills a `Report`; `write` turns it into files.

All texts are data from outside: any of them may hold HTML, quotes or line breaks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from infra.explain import Entry

TIERS = ("low", "medium", "high", "unknown")


@dataclass(frozen=True, slots=True)
class ShownMail:
    """One email as it left. `eml` is the whole message."""

    decision_id: str
    campaign: str
    template: str
    tier: str
    locale: str
    subject: str
    to: str
    html: str
    text: str
    eml: bytes
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Look:
    """What a template's mails look like: the HTML of one of them, as its reader has it by day and by night."""

    template: str
    subject: str
    day: str
    night: str


@dataclass(frozen=True, slots=True)
class ShownText:
    """One text message as it left."""

    decision_id: str
    campaign: str
    to: str
    body: str
    segments: int
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class ShownAttribute:
    """One attribute in words. `profile` and `live` are what each side alone would say, empty where that says nothing.

    `kept`, `added` and `taken` are shares (0 to 1) of a bar: what the profile's part still is, what events added, what
    they took back; all zero where the parts do not add up to the value. `why` is empty, or why the value is not
    complete. `left_out` and `events` say what got nothing and what made the live part. A derived attribute has a
    `formula` and the values that it `reads`, and no parts.
    """

    name: str
    title: str
    value: str
    description: str = ""
    profile: str = ""
    live: str = ""
    kept: float = 0.0
    added: float = 0.0
    taken: float = 0.0
    rule: str = ""
    version: str = ""
    why: str = ""
    left_out: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    formula: str = ""
    reads: tuple[tuple[str, str], ...] = ()
    is_announced: bool = False


@dataclass(frozen=True, slots=True)
class ShownAttributes:
    """All of a customer's at one moment; `when` says it in the customer's zone, as all moments of theirs are said.

    The notes are sentences on where the two parts come from.
    """

    at: datetime
    when: str
    profile_note: str
    live_note: str
    counted: tuple[ShownAttribute, ...] = ()
    derived: tuple[ShownAttribute, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerReport:
    """One customer's page. `facts` are shown in their order; `notes` say what a reader should know (made up, story)."""

    customer_id: str
    name: str
    facts: Mapping[str, str]  # tier, orders, revenue, locale, consents...; "tier" is also used for filters and colours
    entries: tuple[Entry, ...]
    mails: tuple[ShownMail, ...] = ()
    texts: tuple[ShownText, ...] = ()
    notes: tuple[str, ...] = ()
    attributes: ShownAttributes | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """One thing the run shows. `mails` stand side by side; without any, the timeline's part in `entries` is shown
    (by default the end of the first customer's), or attributes in `parts`, each with a heading. `figures` are a few
    large (value, label) pairs.
    """

    slug: str
    title: str
    lead: str
    customers: tuple[str, ...]  # ids; each has a page
    mails: tuple[ShownMail, ...] = ()
    points: tuple[str, ...] = ()
    figures: tuple[tuple[str, str], ...] = ()
    entries: tuple[Entry, ...] = ()
    parts: tuple[tuple[str, ShownAttribute], ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """So many decisions for a campaign in one interval, `second` seconds after the first event."""

    second: float
    campaign: str
    count: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The run in numbers. A decision for nothing counts under the campaign "nothing"."""

    events: int
    decisions: int
    failures: int
    sent_by_channel: Mapping[str, int]
    held_back: Mapping[str, int]  # by reason
    decisions_by_campaign_and_tier: Mapping[str, Mapping[str, int]]
    p50_seconds: float | None = None  # from event to send; None when nothing was sent
    p95_seconds: float | None = None
    funnel: tuple[tuple[str, int], ...] = ()  # (label, count), widest first
    tiers: Mapping[str, int] = field(default_factory=dict)  # customers by tier
    over_time: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one run has to show. `came_of_it` is where the page of its campaigns is, if there is one; `looks` are
    shown in their order, in windows as wide as a desk's and a phone's."""

    title: str
    made_at: datetime
    summary: Summary
    stories: tuple[Story, ...]
    customers: tuple[CustomerReport, ...]
    came_of_it: str = ""
    looks: tuple[Look, ...] = ()
