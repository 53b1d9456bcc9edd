"""A campaign: one thing to say, to whom, and when not."""

from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import AliasChoices, ConfigDict, Discriminator, Field, Tag, model_validator

from tandem.attributes import Tier
from tandem.customer import Channel, Delivery
from tandem.events import EventType
from tandem.events.identity import MARKETING
from tandem.playbook.fields import Condition, Duration, Model, Name, Number, between
from tandem.playbook.limits import Excludes, Holdout
from tandem.playbook.triggers import ALWAYS, Trigger

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class ContentByTier(Model):
    """A template by tier; a tier that is unknown is treated as medium."""

    low: Name
    medium: Name
    high: Name

    def of(self, tier: Tier) -> str:
        """The template's name for a tier."""
        return {Tier.LOW: self.low, Tier.HIGH: self.high}.get(tier, self.medium)


def _content_kind(value: object) -> str:
    return "one template" if isinstance(value, str) else "by tier"


Words = Annotated[
    Annotated[Name, Tag("one template")] | Annotated[ContentByTier, Tag("by tier")], Discriminator(_content_kind)
]


def _template(words: str | ContentByTier, tier: Tier) -> str:
    return words if isinstance(words, str) else words.of(tier)


def _templates(words: str | ContentByTier) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else (words.low, words.medium, words.high)


class Variant(Model):
    """One of several ways to say it. Each customer always gets the same one; `weight` is its share among them."""

    id: Name
    weight: Annotated[int, Field(ge=0, le=1000)] = 1
    content: Words


class Goal(Model):
    """What the campaign is for: an event of this type, for which the condition holds, so long after the decision.

    After the decision and not the message: so who gets it and who is held out are watched for the same time.
    """

    event: EventType
    when: Condition = ALWAYS
    within: Annotated[Duration, between(timedelta(hours=1), timedelta(days=90))] = timedelta(days=7)


class Campaign(Model):
    """One thing to say. Without a trigger only journeys say it.

    Who the `audience` does not hold for is a candidate that is held back, and the decision says so. `priority` is by
    hand and goes before `value`, an expression of what the message may bring in minor units, less `cost_minor`.
    `validity` is how long after its reason arose the message may leave, `max_age` how old the event (or how late the
    end of the wait) may be when it is handled. `patience` is how long it waits for others to compete with.
    Transactional messages pass caps and quiet hours; only they may be sent again where nobody knows whether they left
    (`delivery: at_least_once`). `quiet_hours` says otherwise than the playbook what becomes of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)

    id: Name
    description: str = ""
    trigger: Trigger | None = None
    audience: Condition = Field(default=ALWAYS, validation_alias=AliasChoices("audience", "when"))
    channels: Annotated[tuple[Channel, ...], Field(min_length=1)]
    content: Words | None = None
    variants: tuple[Variant, ...] = ()
    recommend: Literal["complements", "nothing"] = "nothing"
    category: Name | Literal[""] = ""
    purpose: Name = MARKETING
    transactional: bool = False
    delivery: Delivery = Delivery.AT_MOST_ONCE
    priority: Annotated[int, Field(ge=0, le=10_000)] | None = None
    value: Number = "0"
    cost_minor: Annotated[int, Field(ge=0, le=10**9)] = 0
    patience: Annotated[Duration, between(timedelta(0), DAY)] = timedelta(0)
    validity: Annotated[Duration, between(MINUTE, 14 * DAY)] = timedelta(hours=24)
    max_age: Annotated[Duration, between(MINUTE, 14 * DAY)] = timedelta(hours=24)
    quiet_hours: Literal["defer", "drop"] | None = None
    holdout: Holdout | None = None
    excludes: Excludes | None = None
    goal: Goal | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if (self.content is None) == (not self.variants):
            raise ValueError("has either content or variants")
        ids = [variant.id for variant in self.variants]
        if len(set(ids)) < len(ids):
            raise ValueError("two variants have the same id")
        if self.variants and not sum(variant.weight for variant in self.variants):
            raise ValueError("no variant has a weight")
        if self.delivery is Delivery.AT_LEAST_ONCE and not self.transactional:
            raise ValueError("delivery at_least_once is for transactional campaigns: nobody wants an offer twice")
        if self.patience >= self.validity:
            raise ValueError("its patience outlasts its validity: it could never leave")
        return self

    def template(self, tier: Tier, variant: str = "") -> str:
        """Which template a customer of this tier gets."""
        for each in self.variants:
            if each.id == variant:
                return _template(each.content, tier)
        words = self.content or self.variants[0].content
        return _template(words, tier)

    def templates(self) -> tuple[str, ...]:
        """Every template this campaign can use."""
        words: list[Any] = [self.content] if self.content else [variant.content for variant in self.variants]
        return tuple(name for each in words for name in _templates(each))
