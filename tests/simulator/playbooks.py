"""The playbooks of the worlds. A plain one says what it says of each event, whenever that comes; a rich one has caps,
quiet hours, journeys, whatever the grammar of `tests/orchestra` makes."""

from functools import cache
from random import Random
from typing import Any, Final

from tandem.customer import Delivery
from tandem.playbook import Campaign, Playbook
from tests.builders import DAY, NOON, SHOP
from tests.exact.programs import Choices
from tests.orchestra.grammar import a_playbook, changed, with_rules

PLAIN: Final = 12
RICH: Final = 40
OF_EVENTS: Final = ("order_completed", "product_viewed", "order_delivered", "order_refunded")
CHANNELS: Final = (["email"], ["email"], ["sms"], ["webhook"])


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
def rich_playbook(number: int) -> Playbook:
    """By the grammar; of what is transactional much is sent at least once."""
    playbook = a_playbook(Choices(Random(f"rich {number}").randbytes(200)), 1, None)
    campaigns = tuple(
        each.model_copy(update={"delivery": Delivery.AT_LEAST_ONCE}) if each.transactional and number % 2 else each
        for each in playbook.campaigns
    )
    return changed(playbook, campaigns=campaigns)
