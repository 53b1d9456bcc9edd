"""Playbooks from a grammar: what a program's bytes say, as marketers would write it, read by the real model."""

from collections.abc import Mapping
from typing import Any, Final

from tandem.attributes import Function, Rule, Ruleset
from tandem.events import EventType
from tandem.playbook import Campaign, Journey, Playbook
from tandem.playbook.standard import STANDARD_DERIVED, standard_rules
from tests.builders import DAY, NOON, SHOP
from tests.exact.programs import Choices

VIEWS: Final = Rule("views", 101, (EventType.PRODUCT_VIEWED,), Function.COUNT, publish=True)
RULES: Final = Ruleset((*standard_rules("USD"), VIEWS), STANDARD_DERIVED, number=1)
EVENTS: Final = ("order_completed", "product_viewed", "order_delivered", "order_refunded")
KIND: Final = "event.properties.kind == 'a'"
SAME_ORDER: Final = "event.properties.order_id == start.properties.order_id"
ALWAYS: Final = "true"
CATEGORIES: Final = ("promo", "care", "")
CAMPAIGNS: Final = ("c0", "c1", "c2", "c3")
SAID: Final = ("k0", "k1")  # by journeys only
JOURNEYS: Final = ("j0", "j1")
# By name and not by choice: so a decision that is watched across playbooks has one goal.
GOALS: Final[Mapping[str, Mapping[str, str]]] = {
    "c0": {"event": "order_completed", "within": "3d"},
    "c1": {"event": "product_viewed", "when": KIND, "within": "1d"},
    "c2": {"event": "order_refunded", "within": "20d"},
    "k0": {"event": "order_delivered", "within": "9d"},
}
HELD: Final = {"percent": 50, "salt": "autumn"}
QUIET: Final = (
    {"from": "21:00", "to": "08:00"},
    {"from": "01:00", "to": "04:00", "then": "drop"},
    {"from": "13:00", "to": "15:30", "channels": ["sms"]},
    {"from": "02:15", "to": "02:45"},
)
CAPS: Final = (
    {"messages": 1, "within": "1d"},
    {"messages": 2, "within": "7d"},
    {"messages": 1, "within": "28d"},
    {"messages": 1, "per": "day"},
    {"messages": 2, "per": "week"},
    {"messages": 2, "per": "month"},
    {"messages": 1, "within": "2d", "categories": ["promo"]},
    {"messages": 1, "per": "day", "channels": ["sms"]},
    {"messages": 1, "within": "3d", "campaigns": ["c0", "k0"]},
    {"messages": 0, "within": "1h", "channels": ["email"], "categories": ["care"]},
)
Document = dict[str, Any]


def a_playbook(choose: Choices, number: int, before: Playbook | None) -> Playbook:
    """Number `number`: some of it as `before`, the rest by what the program chooses; former versions are kept."""
    campaigns, journeys = _kept(choose, before)
    document: Document = {
        "number": number,
        "published_at": NOON - 60 * DAY,
        "shop": SHOP,
        "products": (),
        "caps": [{**CAPS[at], "id": f"cap-{at}"} for at in _some(choose, range(len(CAPS)), 3)],
        "quiet_hours": _some(choose, QUIET, 3),
        "holdout": choose.one((None, None, None, {"percent": 30, "salt": "all"})),
        "campaigns": tuple(_campaign(choose, name, campaigns.get(name)) for name in (*CAMPAIGNS, *SAID)),
        "former": _former(before),
    }
    made = [_journey(choose, name, journeys.get(name)) for name in JOURNEYS[: 1 + choose.below(2)]]
    document["journeys"] = tuple(_versioned(each, number, before) for each in made)
    return with_rules(Playbook.model_validate(document))


def with_rules(playbook: Playbook) -> Playbook:
    """All have the same attributes, so that their conditions are compiled once for all worlds."""
    playbook.__dict__["ruleset"] = RULES
    return playbook


def changed(playbook: Playbook, **changes: Any) -> Playbook:
    """Another playbook: nothing is left of what was made of the first."""
    fields = {name: getattr(playbook, name) for name in Playbook.model_fields}
    return with_rules(Playbook.model_construct(**{**fields, **changes}))


def _some(choose: Choices, items: Any, most: int) -> list[Any]:
    places = dict.fromkeys(choose.below(len(items)) for _ in range(choose.below(most)))
    return [items[place] for place in places]


def _kept(choose: Choices, before: Playbook | None) -> tuple[Mapping[str, Campaign], Mapping[str, Journey]]:
    """What of the playbook before stays as it was."""
    if before is None:
        return {}, {}
    return (
        {name: each for name, each in before.by_id.items() if not choose.chance(3)},
        {name: each for name, each in before.journey_by_id.items() if not choose.chance(3)},
    )


def _former(before: Playbook | None) -> tuple[Journey, ...]:
    return (*before.former, *before.journeys) if before else ()


def _versioned(journey: Journey, number: int, before: Playbook | None) -> Journey:
    """What is the same to those who are in it keeps its version."""
    old = before.journey_by_id.get(journey.id) if before else None
    version = old.version if old and old.definition() == journey.definition() else number
    return journey.model_copy(update={"version": version})


# ------------------------------------------------------------------------------------------------------------ campaigns


def _campaign(choose: Choices, name: str, kept: Campaign | None) -> Campaign:
    if kept:
        return kept
    trigger = None if name in SAID else _trigger(choose)
    patience = choose.one(("0s", "0s", "5m", "2h", "12h"))
    document: Document = {
        "id": name,
        "trigger": trigger,
        "audience": choose.one((ALWAYS, ALWAYS, ALWAYS, "customer.orders > 0", "customer.orders < 3")),
        "channels": choose.one((("email",), ("email", "sms"), ("sms", "email"), ("sms",))),
        "content": "words",
        "category": choose.one(CATEGORIES),
        "purpose": choose.one(("marketing", "marketing", "marketing", "news")),
        "transactional": choose.chance(8),
        "priority": choose.one((None, None, None, 1, 2)),
        "value": choose.one(("10", "0", "25", "customer.orders * 7", "-1", "customer.basket_value_minor")),
        "patience": patience,
        "validity": choose.one(("24h", "13h", "3d", "14d")),
        "max_age": choose.one(("24h", "3d", "14d", "2h")),
        "quiet_hours": choose.one((None, None, "defer", "drop")),
        "holdout": HELD if choose.chance(6) else None,
        "goal": GOALS.get(name),
    }
    if choose.chance(6):
        document["excludes"] = _excludes(choose)
    return _read_campaign(repr(sorted(document.items())), document)


_CAMPAIGNS: dict[str, Campaign] = {}


def _read_campaign(key: str, document: Document) -> Campaign:
    if key not in _CAMPAIGNS:
        _CAMPAIGNS[key] = Campaign.model_validate(document)
    return _CAMPAIGNS[key]


def _trigger(choose: Choices) -> Document:
    match choose.below(10):
        case 5 | 6:
            return {"cart_abandoned": choose.one(("30m", "6h"))}
        case 7:
            return {"after": choose.one(EVENTS), "wait": choose.one(("2h", "3d")), "when": choose.one((ALWAYS, KIND))}
        case 8:
            return {"attribute_changed": "views"}
        case 9:
            return {"date": "birthday", "at": choose.one(("09:00", "02:30"))}
        case _:
            return {"event": _some_events(choose), "when": choose.one((ALWAYS, ALWAYS, KIND))}


def _some_events(choose: Choices) -> list[str]:
    return list(dict.fromkeys(choose.one(EVENTS) for _ in range(1 + choose.below(2))))


def _excludes(choose: Choices) -> Document:
    what: Document = choose.one(({"everything": True}, {"categories": ["promo"]}, {"campaigns": ["c0", "c1", "k0"]}))
    return {**what, "for": choose.one(("1d", "7d", "0s"))}


# ------------------------------------------------------------------------------------------------------------- journeys


def _journey(choose: Choices, name: str, kept: Journey | None) -> Journey:
    status = choose.one(("active", "active", "active", "active", "active", "paused", "ended"))
    if kept:
        return kept.model_copy(update={"status": status if kept.status == "active" else "active", "moves_at": ()})
    start = _start(choose)
    is_cart = "cart_abandoned" in start
    document: Document = {
        "id": name,
        "start": start,
        "when": choose.one((ALWAYS, ALWAYS, "customer.orders > 0")),
        "reentry": choose.one(("never", "always", "2h", "3d")),
        "max_duration": choose.one(("20d", "6h", "2d", "9d")),
        "max_age": choose.one(("24h", "3d")),
        "exit_on": [_exit(choose) for _ in range(choose.below(3))],
        "steps": _steps(choose, is_cart=is_cart),
    }
    if choose.chance(3):
        document["moves_at"] = [choose.one(document["steps"])["id"]]
    if not is_cart and choose.chance(3):
        document["key"] = "event.properties.order_id" if "event" in start else None
    if choose.chance(5):
        document["excludes"] = _excludes(choose)
    return Journey.model_validate(document)


def _start(choose: Choices) -> Document:
    match choose.below(8):
        case 4 | 5:
            return {"cart_abandoned": choose.one(("30m", "6h"))}
        case 6:
            return {"attribute_changed": "views"}
        case 7:
            return {"date": "birthday", "at": "09:00"}
        case _:
            return {"event": choose.one(EVENTS), "when": choose.one((ALWAYS, ALWAYS, KIND))}


def _exit(choose: Choices) -> Document:
    return {"event": choose.one(EVENTS), "when": choose.one((ALWAYS, SAME_ORDER, KIND))}


def _steps(choose: Choices, *, is_cart: bool) -> list[Document]:
    return [{"id": f"s{at}", **_step(choose, is_cart=is_cart)} for at in range(1 + choose.below(4))]


def _step(choose: Choices, *, is_cart: bool) -> Document:
    said: Document = {"campaign": choose.one(SAID)}
    match choose.below(14):
        case 5 | 6:
            return {"wait": choose.one(("2h", "1m", "1d", "5d"))}
        case 7:
            return {"wait": {"days": choose.one(("1", "customer.orders + 1", "customer.basket_value_minor"))}}
        case 8:
            return {"wait": {"until": choose.one(("09:00", "02:30")), "on": choose.one(((), ("monday", "sunday")))}}
        case 9:
            heard = {"event": choose.one(EVENTS), "when": choose.one((ALWAYS, KIND, SAME_ORDER)), "within": "1d"}
            return {"wait": heard, "otherwise": choose.one(([], [said], [{"exit": "not seen"}]))}
        case 10:
            return {"branch": [{"when": "customer.orders > 1", "steps": [said]}], "otherwise": [{"wait": "1h"}, said]}
        case 11:
            return {"split": [{"weight": 1, "steps": [said]}, {"weight": 1, "steps": [{"wait": "3h"}]}]}
        case 12:
            return {"set": {"seen": "customer.orders"}}
        case 13:
            return {"wait": {"cart_quiet": "2h"}} if is_cart else {"exit": "enough"}
        case _:
            return said
