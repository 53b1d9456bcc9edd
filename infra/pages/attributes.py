"""Where each value comes from: a customer's attributes at one moment, both parts and the rule, in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from infra.explain.attributes import left_out
from infra.explain.incomplete import incomplete
from infra.explain.rules import currency_of
from infra.explain.words import clock, count, place, span
from infra.pages import rules
from infra.pages.model import ShownAttribute, ShownAttributes
from tandem.actor import attributes_of
from tandem.actor.step import zone_of
from tandem.attributes import Attributes, Derived, Entry, Function, Profile, Rule, SnapshotHeader, Value
from tandem.attributes.refunds import remaining
from tandem.content.money import money_text
from tandem.customer import Customer, absorb
from tandem.events import EventType
from tandem.expressions import Kind, names_in
from tandem.playbook import Playbook

MOST_EVENTS: Final = 4
NONE: Final = "none yet"
TAKEN_BACK: Final = "less the refund"  # it says nothing alone, and changes the value
_ADDING: Final = (Function.SUM, Function.COUNT)
_IN_DAYS: Final = (Function.DAYS_SINCE, Function.MEDIAN_GAP)
_EXTREMES: Final = (Function.MIN, Function.MAX, Function.FIRST, Function.LAST, Function.DAYS_SINCE)
_ONE: Final[Mapping[str, str]] = {
    EventType.ORDER_COMPLETED: "an order",
    EventType.ORDER_REFUNDED: "a refund",
    EventType.ORDER_CANCELLED: "a cancelled order",
    EventType.PRODUCT_VIEWED: "a product view",
}


@dataclass(frozen=True, slots=True)
class About:
    """What is known of one customer at `now` (aware). `told` are events in words by identity, `names` of products."""

    customer: Customer
    profile: Profile | None
    header: SnapshotHeader | None
    playbook: Playbook
    now: datetime
    told: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The customer's."""
        return zone_of(self.customer.trait("time_zone"), self.playbook.shop.default_time_zone)


def shown_attributes(known: About) -> ShownAttributes:
    """Every attribute of the playbook, first the rules' with those that events changed on top, then the derived."""
    found = attributes_of(known.customer, known.profile, known.header, known.playbook, now=known.now)
    uncovered = _uncovered(known)
    ruleset = known.playbook.ruleset
    counted = [_counted(known, rule, found.value(rule.attribute), uncovered) for rule in ruleset.rules]
    return ShownAttributes(
        at=known.now,
        when=f"{clock(known.now, known.zone)}, {place(known.zone)} time",
        profile_note=_profile_note(known),
        live_note=_live_note(len(uncovered)),
        counted=tuple(sorted(counted, key=lambda each: not (each.events or each.left_out))),
        derived=tuple(_derived(known, rule, found) for rule in ruleset.derived),
    )


def shown_attribute(known: About, attribute: str) -> ShownAttribute:
    """One of them. Raises KeyError for a name that no rule has."""
    found = attributes_of(known.customer, known.profile, known.header, known.playbook, now=known.now)
    rule = known.playbook.ruleset.by_attribute[attribute]
    if isinstance(rule, Derived):
        return _derived(known, rule, found)
    return _counted(known, rule, found.value(attribute), _uncovered(known))


def _profile_note(known: About) -> str:
    if known.profile:
        return f"What the last batch run knew: everything until {clock(known.profile.as_of, known.zone)}."
    if known.header:
        return "There is no profile: the last snapshot did not know this customer, so all of it comes from events."
    return "No snapshot has been loaded yet: all of it comes from events, and what came before them is not known."


def _live_note(events: int) -> str:
    if not events:
        return "Nothing has come in since that is not in the profile."
    return f"What came in since and is in no profile yet: {count(events, 'event')}."


def _counted(known: About, rule: Rule, value: Value, uncovered: Sequence[Entry]) -> ShownAttribute:
    kept, added, taken = _shares(rule, value)
    made = list(_made(known, rule, uncovered)) if _counts(rule, value) else []
    sides = (value.profile, value.live)
    profile, live = (_words(known, rule, side) if _says(rule, side) else "" for side in sides)
    return ShownAttribute(
        name=rule.attribute,
        title=rules.title(rule.attribute),
        value=_words(known, rule, value.value),
        description=_sentence(rule.description),
        profile=profile if known.profile else "",
        live=live or (TAKEN_BACK if rule.subtracts and made and value.live is None else ""),
        kept=kept,
        added=added,
        taken=taken,
        rule=rules.in_words(rule),
        version=_version(known, rule),
        why=_sentence(incomplete(value.incomplete)) if value.incomplete else "",
        left_out=tuple(f"{left_out(*each)}." for each in sorted(value.left_out.items())),
        events=tuple(_some(made)),
        is_announced=rule.publish,
    )


def _counts(rule: Rule, value: Value) -> bool:
    """Whether the live part has a share in the value: of extremes only the one that decides does."""
    return rule.function not in _EXTREMES or (value.live is not None and value.live == value.value)


def _says(rule: Rule, side: Any) -> bool:
    return side is not None and (bool(side) or rule.function in (*_ADDING, *_IN_DAYS))


def _shares(rule: Rule, value: Value) -> tuple[float, float, float]:
    """What is left of the profile's part, what events added, what they took back."""
    if rule.function not in _ADDING or value.incomplete:
        return 0.0, 0.0, 0.0
    theirs, ours = value.profile or 0, value.live or 0
    whole = max(theirs, theirs + ours)
    if theirs < 0 or whole <= 0:
        return 0.0, 0.0, 0.0
    taken = min(-ours, theirs) if ours < 0 else 0
    return (theirs - taken) / whole, max(ours, 0) / whole, taken / whole


def _uncovered(known: About) -> tuple[Entry, ...]:
    """The events that the live part is made of, the newest first."""
    ruleset, profile = known.playbook.ruleset, known.profile
    live = absorb(known.customer, (), profile, ruleset, now=known.now).customer.live
    entries = [each for each in live.entries if profile is None or not profile.covers(each.identity, each.received)]
    return tuple(sorted(entries, key=lambda each: (-each.occurred, each.identity)))


def _made(known: About, rule: Rule, uncovered: Sequence[Entry]) -> Iterator[str]:
    first = rule.window.first(known.now, known.zone)
    orders = {each.identity: each for each in (*(known.profile.orders if known.profile else ()), *uncovered)}
    for entry in uncovered:
        order = orders.get(entry.returned.order) if entry.returned and rule.subtracts else None
        of = order or entry
        if rule.window.grain_of(of.occurred) >= first and (_takes(rule, of, entry) if order else rule.code in of.parts):
            yield f"{_event(known, entry)}, {_before(entry, known.now)}"


def _takes(rule: Rule, order: Entry, refund: Entry) -> bool:
    """Whether a refund alone would change what the order adds."""
    return bool(remaining(rule, order, [refund]) != remaining(rule, order, []))


def _event(known: About, entry: Entry) -> str:
    return known.told.get(entry.identity) or _ONE.get(entry.type, entry.type.replace("_", " "))


def _before(entry: Entry, now: datetime) -> str:
    seconds = (now - entry.occurred_at).total_seconds()
    return f"{span(seconds)} before" if seconds >= 1 else "this moment"


def _some(made: Sequence[str]) -> Iterator[str]:
    yield from made[:MOST_EVENTS]
    if len(made) > MOST_EVENTS:
        yield f"and {len(made) - MOST_EVENTS} more"


def _version(known: About, rule: Rule) -> str:
    if not rule.version:
        return "A standard rule, in every playbook"
    since = f", since {clock(rule.since, known.zone, near=known.now)}" if rule.since else ""
    return f"As playbook {rule.version} wrote it{since}"


def _derived(known: About, rule: Derived, found: Attributes) -> ShownAttribute:
    value = found.value(rule.attribute)
    reads = []
    for name in sorted(names_in(rule.expression)):
        attribute = name.removeprefix("customer.")
        of = known.playbook.ruleset.by_attribute.get(attribute)
        if name.startswith("customer.") and of:
            read = found.value(attribute)
            reads.append((name, _words(known, of, read.value) if not read.incomplete else "not complete yet"))
        elif name.startswith("cuts.") and (cut := _cut(known, name)):
            reads.append((name, cut))
    return ShownAttribute(
        name=rule.attribute,
        title=rules.title(rule.attribute),
        value=_words(known, rule, value.value),
        description=_sentence(rule.description),
        why=_sentence(incomplete(value.incomplete)) if value.incomplete else "",
        formula=rule.expression,
        reads=tuple(reads),
        is_announced=rule.publish,
    )


def _cut(known: About, name: str) -> str:
    cuts = known.header.cut_points if known.header else None
    if cuts is None:
        return ""
    return money_text(cuts.low_max if name == "cuts.low_max" else cuts.medium_max, cuts.currency)


def _words(known: About, rule: Rule | Derived, value: Any) -> str:
    """A value as a marketer reads it: money with its sign, moments in the customer's zone, products by name."""
    currency = currency_of(rule.attribute, known.playbook.ruleset, known.playbook.shop.currency)
    match value:
        case None:
            return NONE
        case bool():
            return "yes" if value else "no"
        case datetime():
            told = clock(value, known.zone, near=known.now)
            return f"today {told}" if _is_today(value, known) else told
        case int() if currency:
            return f"−{money_text(-value, currency)}" if value < 0 else money_text(value, currency)
        case int() if isinstance(rule, Rule) and rule.function in _IN_DAYS:
            return count(value, "day")
        case int():
            return f"{value:,}".replace("-", "−")
        case float():
            return f"{value:,.2f}".replace("-", "−")
        case tuple() | list():
            return ", ".join(known.names.get(each, str(each)) for each in value) or NONE
        case _ if rule.value_kind is Kind.STRING:
            return known.names.get(value, value)
        case _:
            return str(value)


def _is_today(moment: datetime, known: About) -> bool:
    return moment.astimezone(known.zone).date() == known.now.astimezone(known.zone).date()


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].rstrip('.')}." if words else ""
