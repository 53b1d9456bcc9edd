"""The playbooks of the worlds. A plain one says what it says of each event, whenever that comes. A busy one says much
too, and has a cap, a reminder, a journey. A rich one is whatever the grammar of `tests/orchestra` makes."""

from functools import cache
from random import Random
from typing import Any, Final

from tandem.customer import Delivery
from tandem.playbook import Campaign, Journey, Playbook
from tests.builders import DAY, NOON, SHOP
from tests.exact.programs import Choices
from tests.orchestra.grammar import a_playbook, changed, with_rules

PLAIN: Final = 12
BUSY: Final = 12
RICH: Final = 30
OF_EVENTS: Final = ("order_completed", "product_viewed", "order_delivered", "order_refunded")
CAPS: Final = ({"messages": 3, "within": "1d"}, {"messages": 2, "per": "day"}, {"messages": 6, "within": "7d"})
CHANNELS: Final = (["email"], ["sms"], ["webhook"])


@cache
def plain_playbook(number: int) -> Playbook:
    """One message an event, for as long as it takes: no cap, no hour, nothing that expires within two weeks."""
    chance = Random(f"plain {number}")
    return with_rules(
        Playbook.model_validate(
            {
                "number": 1,
                "published_at": NOON - 60 * DAY,
                "shop": SHOP,
                "products": (),
                "campaigns": tuple(_campaign(chance, at, kind) for at, kind in enumerate(OF_EVENTS)),
            }
        )
    )


def _campaign(chance: Random, at: int, kind: str) -> Campaign:
    is_sure = chance.random() < 0.5
    document: dict[str, Any] = {
        "id": f"c{at}",
        "trigger": {"event": kind},
        "channels": chance.choice(CHANNELS),
        "content": "words",
        "transactional": is_sure or chance.random() < 0.3,
        "delivery": "at_least_once" if is_sure else "at_most_once",
        "validity": "14d",
        "max_age": "14d",
    }
    return Campaign.model_validate(document)


@cache
def busy_playbook(number: int) -> Playbook:
    """Most events start something; carts are reminded of, a journey says two things more."""
    chance = Random(f"busy {number}")
    campaigns = [
        *[_busy(chance, f"c{at}", {"event": kind}) for at, kind in enumerate(OF_EVENTS)],
        _busy(chance, "reminder", {"cart_abandoned": "30m"}),
        _busy(chance, "k0", None),
        _busy(chance, "k1", None),
    ]
    journey = {
        "id": "j0",
        "start": {"event": "order_completed"},
        "reentry": "always",
        "exit_on": [{"event": "order_refunded"}],
        "steps": [
            {"id": "s0", "wait": chance.choice(("2h", "5m"))},
            {"id": "s1", "campaign": "k0"},
            {"id": "s2", "wait": "1d"},
            {"id": "s3", "campaign": "k1"},
        ],
    }
    document: dict[str, Any] = {
        "number": 1,
        "published_at": NOON - 60 * DAY,
        "shop": SHOP,
        "products": (),
        "caps": [{"id": "cap", **chance.choice(CAPS)}],
        "quiet_hours": chance.choice(([], [], [{"from": "23:00", "to": "06:00"}])),
        "campaigns": tuple(campaigns),
        "journeys": (Journey.model_validate(journey),),
    }
    return with_rules(Playbook.model_validate(document))


def _busy(chance: Random, name: str, trigger: Any) -> Campaign:
    is_sure = chance.random() < 0.25
    document: dict[str, Any] = {
        "id": name,
        "trigger": trigger,
        "channels": chance.choice((["email"], ["sms"], ["sms", "email"], ["webhook"])),
        "content": "words",
        "purpose": chance.choice(("marketing", "news")),
        "transactional": is_sure or chance.random() < 0.2,
        "delivery": "at_least_once" if is_sure else "at_most_once",
        "validity": chance.choice(("24h", "3d", "2h")),
    }
    return Campaign.model_validate(document)


@cache
def rich_playbook(number: int) -> Playbook:
    """By the grammar; of what is transactional much is sent at least once."""
    playbook = a_playbook(Choices(Random(f"rich {number}").randbytes(200)), 1, None)
    campaigns = tuple(
        each.model_copy(update={"delivery": Delivery.AT_LEAST_ONCE}) if each.transactional and number % 2 else each
        for each in playbook.campaigns
    )
    return changed(playbook, campaigns=campaigns)
