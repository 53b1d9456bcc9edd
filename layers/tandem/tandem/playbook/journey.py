"""A journey: what happens to a customer over days, step by step, as marketers write it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal, Self

from pydantic import ConfigDict, Discriminator, Field, StringConstraints, Tag, model_validator

from tandem.events import EventType
from tandem.playbook.fields import Condition, Duration, Model, Name, Number, TimeOfDay, Weekday, between, one_of
from tandem.playbook.limits import Excludes
from tandem.playbook.triggers import ALWAYS, Trigger

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
LONGEST: Final = timedelta(days=400)
Variable = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]


class WaitFor(Model):
    """So long. As an expression (`days`), it is computed anew whenever it is looked at, and is at most 400 days."""

    duration: Annotated[Duration, between(SECOND, timedelta(days=365))] | None = None
    days: Number | None = None


class WaitUntil(Model):
    """Until a local time of day, on the next such weekday where some are named. At that very moment it is over."""

    until: TimeOfDay
    on: tuple[Weekday, ...] = ()


class WaitForEvent(Model):
    """Until an event for which the condition holds; `within` is the deadline."""

    event: EventType
    when: Condition = ALWAYS
    within: Annotated[Duration, between(SECOND, timedelta(days=365))]


class WaitForQuietCart(Model):
    """Until the journey's cart has seen no activity for so long. Activity moves the end."""

    cart_quiet: Annotated[Duration, between(SECOND, timedelta(days=28))]


def _wait_kind(value: object) -> str:
    kinds = {"until": "a time of day", "event": "an event", "cart_quiet": "a quiet cart"}
    return kinds.get(one_of(value, *kinds), "a duration")


Wait = Annotated[
    Annotated[WaitFor, Tag("a duration")]
    | Annotated[WaitUntil, Tag("a time of day")]
    | Annotated[WaitForEvent, Tag("an event")]
    | Annotated[WaitForQuietCart, Tag("a quiet cart")],
    Discriminator(_wait_kind),
]


class _Step(Model):
    """A step has an id where something refers to it; else it is known by its place."""

    id: Name | Literal[""] = ""


class WaitStep(_Step):
    """`otherwise` is what happens where an event did not come by its deadline; without it the journey goes on."""

    wait: Wait
    otherwise: tuple["AnyStep", ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _duration_alone(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("wait"), str):
            return {**data, "wait": {"duration": data["wait"]}}
        return data

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        wait = self.wait
        if isinstance(wait, WaitFor) and (wait.duration is None) == (wait.days is None):
            raise ValueError("waits for a duration, such as 2d, or for days, an expression")
        if self.otherwise and not isinstance(wait, WaitForEvent):
            raise ValueError("otherwise belongs to a wait for an event")
        return self


class Arm(Model):
    """One way a branch can go."""

    when: Condition
    steps: tuple["AnyStep", ...] = ()


class BranchStep(_Step):
    """Goes the first way whose condition holds, else `otherwise`; then all go on with what follows."""

    branch: Annotated[tuple[Arm, ...], Field(min_length=1, max_length=20)]
    otherwise: tuple["AnyStep", ...] = ()


class Share(Model):
    """One way of a split, and its share."""

    weight: Annotated[int, Field(ge=0, le=1000)]
    steps: tuple["AnyStep", ...] = ()


class SplitStep(_Step):
    """Goes one of the ways by a hash of the customer and the step: always the same for a customer."""

    split: Annotated[tuple[Share, ...], Field(min_length=2, max_length=20)]

    @model_validator(mode="after")
    def _has_a_weight(self) -> Self:
        if not sum(share.weight for share in self.split):
            raise ValueError("no way has a weight")
        return self


class CampaignStep(_Step):
    """A campaign is a candidate. The journey goes on when that is decided, whatever comes of it."""

    campaign: Name


class SetStep(_Step):
    """Sets variables of the journey, read as `journey.<name>`."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)

    values: Annotated[dict[Variable, Number], Field(min_length=1, max_length=20, alias="set")]


class ExitStep(_Step):
    """Ends the journey, with these words as the reason."""

    exit: Annotated[str, StringConstraints(min_length=1, max_length=200)]


def _step_kind(value: object) -> str:
    kinds = {
        "wait": "a wait",
        "branch": "a branch",
        "split": "a split",
        "campaign": "a campaign",
        "set": "a set",
        "values": "a set",
        "exit": "an exit",
    }
    return kinds.get(one_of(value, *kinds), "a step")


AnyStep = Annotated[
    Annotated[WaitStep, Tag("a wait")]
    | Annotated[BranchStep, Tag("a branch")]
    | Annotated[SplitStep, Tag("a split")]
    | Annotated[CampaignStep, Tag("a campaign")]
    | Annotated[SetStep, Tag("a set")]
    | Annotated[ExitStep, Tag("an exit")],
    Discriminator(_step_kind),
]


class ExitEvent(Model):
    """Ends the journey when it happens at or after what started it, wherever the customer is."""

    event: EventType
    when: Condition = ALWAYS


class Journey(Model):
    """What happens to a customer over days. `start` is what lets them in, `when` for whom.

    `key` is an expression that tells several at once apart (an order id); without one, somebody is in it once at a
    time. `reentry` is who may enter again with the same key: never, so long after it ended, or at any time.
    A cart's journey has the cart as its key, and ends with the cart. `version` is the number of the playbook that it
    came with: people in flight stay on theirs, but at a step named in `moves_at` they move to this one. `replaced_at`
    is the moment from which a former version lets nobody in.
    """

    id: Name
    description: str = ""
    start: Trigger
    when: Condition = ALWAYS
    key: Number | None = None
    reentry: Literal["never", "always"] | Annotated[Duration, between(timedelta(hours=1), LONGEST)] = "never"
    max_duration: Annotated[Duration, between(timedelta(minutes=1), LONGEST)] = timedelta(days=90)
    max_age: Annotated[Duration, between(timedelta(minutes=1), 14 * DAY)] = timedelta(hours=24)
    exit_on: tuple[ExitEvent, ...] = ()
    excludes: Excludes | None = None
    status: Literal["active", "paused", "ended"] = "active"
    moves_at: tuple[Name, ...] = ()
    steps: Annotated[tuple[AnyStep, ...], Field(min_length=1, max_length=50)]
    version: int = 0
    replaced_at: datetime | None = None

    def every_step(self) -> Iterator[tuple[str, Any]]:
        """Every step with its id: the one it was given, else its place, such as `2` or `3.0.1`."""
        return walk(self.steps, "")

    def definition(self) -> Any:
        """What makes a version: two journeys with the same are the same to those who are in them."""
        beside = {"version": 0, "replaced_at": None, "description": "", "status": "active", "moves_at": ()}
        return self.model_copy(update=beside)


def walk(steps: tuple[Any, ...], place: str) -> Iterator[tuple[str, Any]]:
    """Every step in and under these, with its id."""
    for index, step in enumerate(steps):
        where = step.id or f"{place}{index}"
        yield where, step
        for name, inner in ways(step):
            yield from walk(inner, f"{where}.{name}.")


def ways(step: Any) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The ways that a step can go, each with its name in ids: its number, or `else`."""
    match step:
        case BranchStep():
            yield from ((str(index), arm.steps) for index, arm in enumerate(step.branch))
            yield "else", step.otherwise
        case SplitStep():
            yield from ((str(index), share.steps) for index, share in enumerate(step.split))
        case WaitStep():
            yield "else", step.otherwise
        case _:
            pass
