"""What marketers publish, validated. Everything here is immutable; a playbook's number never changes its meaning."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ConfigDict, Field, StringConstraints, field_validator, model_validator

from tandem.attributes import Derived, Rule, Ruleset
from tandem.playbook.campaign import Campaign
from tandem.playbook.fields import Model
from tandem.playbook.journey import Journey
from tandem.playbook.limits import Cap, Holdout, QuietHours
from tandem.playbook.standard import RESERVED_CODES, STANDARD_DERIVED, standard_rules


class Shop(Model):
    """Who speaks. `currency` is the one that basket values are measured in. brand.yaml may say the postal address."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    url: Annotated[str, StringConstraints(pattern=r"^https://[^\s]+$")]
    postal_address: Annotated[str, StringConstraints(max_length=300)] = ""
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
    """A line of products.yaml. `complements` are product ids; `tip` says how to get the most of it, by locale.

    `names` are what it is called in other languages. `image` is a path of the shop or an https address.
    """

    id: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    names: dict[str, Annotated[str, StringConstraints(min_length=1, max_length=200)]] = Field(default_factory=dict)
    price: Annotated[Decimal, Field(ge=0)]
    path: Annotated[str, StringConstraints(pattern=r"^/[^\s]*$")] = "/"
    image: Annotated[str, StringConstraints(pattern=r"^(?:/|https://)[^\s\"'<>\\]*$", max_length=300)] | None = None
    complements: tuple[str, ...] = ()
    tip: dict[str, str] = Field(default_factory=dict)


def with_caps(data: Any) -> Any:
    """The one cap of the first releases, as the first of several."""
    if isinstance(data, dict) and "cap" in data and "caps" not in data:
        return {**{name: part for name, part in data.items() if name != "cap"}, "caps": [data["cap"]]}
    return data


class Playbook(Model):
    """A published playbook, as the fast brain reads it. Campaigns are sorted by rank: priority first, then by id.

    `rules` are compiled: with codes and versions. A standard one among them, or among the `derived`, takes the place of
    the one it is named as. `last_code` is the highest code ever given: none is used again. `former` are versions of
    journeys that customers may still be in. `words` are the attributes that a template speaks of, by its name: their
    values go with a message. It holds from `takes_effect_at` on, and takes the place of the one that it
    `follows` (0 is: of none).
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    v: int = 1
    number: int = 0
    published_at: datetime
    takes_effect_at: datetime | None = None
    author: str = ""
    note: str = ""
    follows: int = 0
    shop: Shop
    caps: tuple[Cap, ...] = ()
    quiet_hours: tuple[QuietHours, ...] = ()
    holdout: Holdout | None = None
    campaigns: tuple[Campaign, ...]
    journeys: tuple[Journey, ...] = ()
    former: tuple[Journey, ...] = ()
    products: tuple[Product, ...]
    rules: tuple[Rule, ...] = ()
    derived: tuple[Derived, ...] = ()
    last_code: int = RESERVED_CODES
    words: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _read_cap(cls, data: Any) -> Any:
        return with_caps(data)

    @property
    def since(self) -> datetime:
        """The instant it takes effect."""
        return self.takes_effect_at or self.published_at

    @cached_property
    def by_id(self) -> Mapping[str, Campaign]:
        """Its campaigns."""
        return {campaign.id: campaign for campaign in self.campaigns}

    @cached_property
    def journey_by_id(self) -> Mapping[str, Journey]:
        """Its journeys, as they are now."""
        return {journey.id: journey for journey in self.journeys}

    @cached_property
    def journey_versions(self) -> Mapping[tuple[str, int], Journey]:
        """Its journeys by id and version, the former ones too."""
        return {(journey.id, journey.version): journey for journey in (*self.former, *self.journeys)}

    @cached_property
    def excluding(self) -> frozenset[str]:
        """The journeys that hold others back."""
        return frozenset(journey.id for journey in self.journeys if journey.excludes)

    @cached_property
    def remembers_sends(self) -> timedelta:
        """For how long a customer's sends matter to it."""
        lasting = [campaign.excludes.lasts for campaign in self.campaigns if campaign.excludes]
        return max([*(cap.reach for cap in self.caps), *lasting, timedelta(0)])

    @cached_property
    def ruleset(self) -> Ruleset:
        """The playbook's attributes: the standard ones, and what it adds."""
        own = {rule.attribute for rule in self.rules} | {each.attribute for each in self.derived}
        standard = tuple(rule for rule in standard_rules(self.shop.currency) if rule.attribute not in own)
        derived = tuple(each for each in STANDARD_DERIVED if each.attribute not in own)
        return Ruleset((*standard, *self.rules), (*derived, *self.derived), self.number)
