"""A customer's attributes, each with where its value comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

from infra.explain.incomplete import incomplete
from infra.explain.rules import as_text, currency_of, in_words
from infra.explain.words import count
from tandem.attributes import Attributes, Derived, Rule, Value
from tandem.events.times import to_text

_LEFT_OUT: Final[Mapping[str, str]] = {
    "condition": "the condition could not be told",
    "value": "there was no value",
    "wrong_type": "the value had another type",
    "not_whole": "the value was no whole number",
    "too_large": "the number was too large",
    "too_long": "the text was longer than 200 characters",
    "negative": "the weight was negative",
    "other_currency": "it was in another currency",
    "no_currency": "it named no currency",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One attribute in words. `profile` and `events` are what each side alone says, empty for one that is computed.

    `state` is `complete`, or why the value may not be trusted yet; `left_out` a sentence for each reason why events
    added nothing. `version` is the number of the playbook that brought the rule; 0 came with Tandem.
    """

    attribute: str
    value: str
    profile: str
    events: str
    rule: str
    version: int | None
    state: str
    left_out: tuple[str, ...] = ()
    description: str = ""


def shown_attributes(attributes: Attributes, *, currency: str, zone: tzinfo, now: datetime) -> tuple[Shown, ...]:
    """Every attribute of the playbook, in its order. `currency` is the shop's; times are told in `zone`."""
    return tuple(
        _shown(attributes.value(name), rule, currency_of(name, attributes.rules, currency), zone, now)
        for name, rule in attributes.rules.by_attribute.items()
    )


def _shown(value: Value, rule: Rule | Derived, currency: str, zone: tzinfo, now: datetime) -> Shown:
    def told(part: Any) -> str:
        return as_text(part, currency=currency, zone=zone, near=now)

    merged = isinstance(rule, Rule)
    return Shown(
        attribute=value.attribute,
        value=told(value.value) if not value.incomplete else f"{told(value.value)} (incomplete)",
        profile=told(value.profile) if merged else "",
        events=told(value.live) if merged else "",
        rule=in_words(rule),
        version=rule.version if isinstance(rule, Rule) else None,
        state=incomplete(value.incomplete) if value.incomplete else "complete",
        left_out=tuple(left_out(reason, many) for reason, many in sorted(value.left_out.items())),
        description=rule.description,
    )


def left_out(reason: str, many: int) -> str:
    """`2 events left out: it was in another currency`."""
    return f"{count(many, 'event')} left out: {reason_in_words(reason)}"


def reason_in_words(reason: str) -> str:
    """Why a rule that listens got nothing from an event."""
    return _LEFT_OUT.get(reason, reason.replace("_", " "))


def attribute_documents(attributes: Attributes) -> list[dict[str, Any]]:
    """The same for machines: money in minor units, times in ISO 8601, null where there is no value."""
    return [
        {
            "attribute": name,
            "value": as_json(value.value),
            "profile": as_json(value.profile),
            "events": as_json(value.live),
            "rule": in_words(rule),
            "code": rule.code if isinstance(rule, Rule) else None,
            "version": rule.version if isinstance(rule, Rule) else None,
            "complete": not value.incomplete,
            "reason": value.incomplete,
            "left_out": dict(value.left_out),
        }
        for name, rule in attributes.rules.by_attribute.items()
        for value in [attributes.value(name)]
    ]


def as_json(value: Any) -> Any:
    """A value as other systems read it."""
    match value:
        case datetime():
            return to_text(value)
        case tuple():
            return list(value)
        case _:
            return value
