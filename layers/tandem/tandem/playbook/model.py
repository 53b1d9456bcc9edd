"""What marketers publish, validated. Everything here is immutable; a playbook's number never changes its meaning."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    StringConstraints,
    Tag,
    field_validator,
)

from tandem.attributes import Derived, Rule, Ruleset, Tier
from tandem.customer import Channel
from tandem.events import EventType
from tandem.playbook.standard import RESERVED_CODES, STANDARD_DERIVED, standard_rules

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,62}$")]
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def read_duration(value: object) -> object:
    """`90s`, `30m`, `24h` or `7d` as a timedelta."""
    if isinstance(value, timedelta):
        return value
    found = re.fullmatch(r"(\d{1,6})([smhd])", value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("write a duration as a number with s, m, h or d, such as 30m or 7d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def write_duration(value: timedelta) -> str:
    """The inverse of `read_duration`, in the largest unit that is exact."""
    seconds = int(value.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def between(least: timedelta, most: timedelta) -> AfterValidator:
    """Refuses a duration outside the bounds."""

    def check(value: timedelta) -> timedelta:
        if not least <= value <= most:
            raise ValueError(f"has to be between {write_duration(least)} and {write_duration(most)}")
        return value

    return AfterValidator(check)


Duration = Annotated[timedelta, BeforeValidator(read_duration), PlainSerializer(write_duration)]


class Model(BaseModel):
    """A part of a playbook: frozen, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Shop(Model):
    """Who speaks. `currency` is the one that basket values are measured in."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    url: Annotated[str, StringConstraints(pattern=r"^https://[^\s]+$")]
    postal_address: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    default_locale: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
    default_time_zone: str

    @field_validator("default_time_zone")
    @classmethod
    def _zone_is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"{name} is not an IANA time zone, such as Europe/Madrid") from error
        return name


class Product(Model):
    """A line of products.yaml. `complements` are product ids; `tip` says how to get the most of it, by locale."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    price: Annotated[Decimal, Field(ge=0)]
    path: Annotated[str, StringConstraints(pattern=r"^/[^\s]*$")] = "/"
    complements: tuple[str, ...] = ()
    tip: dict[str, str] = Field(default_factory=dict)


class Cap(Model):
    """At most `messages` in any `within` that ends now, over all campaigns and channels."""

    messages: Annotated[int, Field(ge=0, le=1000)]
    within: Annotated[Duration, between(timedelta(hours=1), timedelta(days=365))]


class OnEvent(Model):
    """Starts when an event of this type arrives."""

    event: EventType


class OnAbandonedCart(Model):
    """Starts when a cart with something in it has seen no activity and no order for so long.

    Carts are known for 30 days, so a wait ends before that.
    """

    cart_abandoned: Annotated[Duration, between(timedelta(seconds=1), timedelta(days=28))]


class OnAttributeChanged(Model):
    """Starts when the value of an attribute with `publish: true` has changed, in the step that changed it."""

    attribute_changed: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]


class ContentByTier(Model):
    """A template by tier; a tier that is unknown is treated as medium."""

    low: Name
    medium: Name
    high: Name

    def of(self, tier: Tier) -> str:
        """The template's name for a tier."""
        return {Tier.LOW: self.low, Tier.HIGH: self.high}.get(tier, self.medium)


def _trigger_kind(value: object) -> str:
    if "cart_abandoned" in value if isinstance(value, dict) else isinstance(value, OnAbandonedCart):
        return "a cart trigger"
    if "attribute_changed" in value if isinstance(value, dict) else isinstance(value, OnAttributeChanged):
        return "an attribute trigger"
    return "an event trigger"


def _content_kind(value: object) -> str:
    return "one template" if isinstance(value, str) else "by tier"


# The arm is chosen first, so that a defect is told of the arm that was meant.
Trigger = Annotated[
    Annotated[OnEvent, Tag("an event trigger")]
    | Annotated[OnAbandonedCart, Tag("a cart trigger")]
    | Annotated[OnAttributeChanged, Tag("an attribute trigger")],
    Discriminator(_trigger_kind),
]
Words = Annotated[
    Annotated[Name, Tag("one template")] | Annotated[ContentByTier, Tag("by tier")], Discriminator(_content_kind)
]


class Campaign(Model):
    """One thing to say. The highest `priority` that no gate holds back is chosen.

    `validity` is how long after the decision the message may leave, `max_age` how old the event (or how late the end
    of the wait) may be when it is handled.
    """

    id: Name
    description: str = ""
    priority: Annotated[int, Field(ge=0, le=10_000)]
    trigger: Trigger
    when: str = "true"
    channels: Annotated[tuple[Channel, ...], Field(min_length=1)]
    content: Words
    recommend: Literal["complements", "nothing"] = "nothing"
    validity: Annotated[Duration, between(timedelta(minutes=1), timedelta(days=14))] = timedelta(hours=24)
    max_age: Annotated[Duration, between(timedelta(minutes=1), timedelta(days=14))] = timedelta(hours=24)

    def template(self, tier: Tier) -> str:
        """Which template a customer of this tier gets."""
        return self.content if isinstance(self.content, str) else self.content.of(tier)

    def templates(self) -> tuple[str, ...]:
        """Every template this campaign can use."""
        content = self.content
        return (content,) if isinstance(content, str) else (content.low, content.medium, content.high)


class Playbook(Model):
    """A published playbook, as the fast brain reads it. Campaigns are sorted by priority, highest first.

    `rules` are compiled: with codes and versions. A standard one among them, or among the `derived`, takes the place of
    the one it is named as. `last_code` is the highest code ever given: none is used again.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    v: int = 1
    number: int = 0
    published_at: datetime
    shop: Shop
    cap: Cap
    campaigns: tuple[Campaign, ...]
    products: tuple[Product, ...]
    rules: tuple[Rule, ...] = ()
    derived: tuple[Derived, ...] = ()
    last_code: int = RESERVED_CODES

    @cached_property
    def ruleset(self) -> Ruleset:
        """The playbook's attributes: the standard ones, and what it adds."""
        own = {rule.attribute for rule in self.rules} | {each.attribute for each in self.derived}
        standard = tuple(rule for rule in standard_rules(self.shop.currency) if rule.attribute not in own)
        derived = tuple(each for each in STANDARD_DERIVED if each.attribute not in own)
        return Ruleset((*standard, *self.rules), (*derived, *self.derived), self.number)
