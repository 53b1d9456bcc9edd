"""How much a customer may get, and when: caps, quiet hours, holdouts, exclusions."""

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from tandem.customer import Channel
from tandem.playbook.fields import Duration, Model, Name, TimeOfDay, between


class Cap(Model):
    """At most so many messages: in any `within` that ends now, or in the calendar day, week or month (`per`) that it is
    for the customer. A week begins on Monday. It counts, and holds for, what is of all that it names: empty is any.
    """

    id: Name = "overall"
    messages: Annotated[int, Field(ge=0, le=1000)]
    within: Annotated[Duration, between(timedelta(hours=1), timedelta(days=365))] | None = None
    per: Literal["day", "week", "month"] | None = None
    campaigns: tuple[Name, ...] = ()
    categories: tuple[Name, ...] = ()
    channels: tuple[Channel, ...] = ()

    @model_validator(mode="after")
    def _has_one_window(self) -> Self:
        if (self.within is None) == (self.per is None):
            raise ValueError("has either within (a duration) or per (day, week or month)")
        return self

    @property
    def reach(self) -> timedelta:
        """How far before a moment it can count."""
        return self.within or {"day": timedelta(hours=27), "week": timedelta(days=8)}.get(
            self.per or "", timedelta(days=33)
        )


class QuietHours(Model):
    """Local hours in which nothing leaves by these channels (empty: by none), from one time of day to another.

    What falls into them waits until they end (`defer`) or is dropped; a campaign may say otherwise.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)

    begin: TimeOfDay = Field(alias="from")
    end: TimeOfDay = Field(alias="to")
    channels: tuple[Channel, ...] = ()
    then: Literal["defer", "drop"] = "defer"

    @model_validator(mode="after")
    def _is_a_span(self) -> Self:
        if self.begin == self.end:
            raise ValueError("begins when it ends; leave quiet hours out to have none")
        return self


class Holdout(Model):
    """So many percent of customers never get it, to see what difference it makes. Who is told by a hash with `salt`."""

    percent: Annotated[float, Field(gt=0, le=90)]
    salt: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Excludes(Model):
    """What is held back, and for how long (`for`): after a campaign was chosen, or while somebody is in a journey and
    so long after it. `everything` is all but transactional messages."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)

    categories: tuple[Name, ...] = ()
    campaigns: tuple[Name, ...] = ()
    everything: bool = False
    lasts: Annotated[Duration, between(timedelta(0), timedelta(days=365))] = Field(alias="for", default=timedelta(0))

    def holds_back(self, campaign: str, category: str) -> bool:
        """Whether a campaign is among them."""
        return self.everything or campaign in self.campaigns or (bool(category) and category in self.categories)
