"""What a campaign speaks of: a cart, an order, or neither. It follows from what starts it."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Final

from tandem.events import EventType
from tandem.playbook import Campaign, Journey, OnAbandonedCart, Playbook
from tandem.playbook.journey import CampaignStep
from tandem.playbook.triggers import OnEvent, OnTimer

_OF_ORDERS: Final = frozenset({EventType.ORDER_COMPLETED, EventType.ORDER_REFUNDED})


class Subject(StrEnum):
    """What a message is about beside the customer."""

    CART = "cart"
    ORDER = "order"
    NOTHING = "nothing"


def subject_of(playbook: Playbook, campaign: Campaign) -> Subject:
    """By the campaign's own trigger, and by those of the journeys that ask for it."""
    triggers = (campaign.trigger, *(journey.start for journey in asking(playbook, campaign.id)))
    found = {_subject(trigger) for trigger in triggers}
    return next((each for each in (Subject.CART, Subject.ORDER) if each in found), Subject.NOTHING)


def asking(playbook: Playbook, campaign_id: str) -> Iterator[Journey]:
    """The journeys with a step that asks for a campaign."""
    for journey in playbook.journeys:
        steps = (step for _, step in journey.every_step())
        if any(isinstance(step, CampaignStep) and step.campaign == campaign_id for step in steps):
            yield journey


def _subject(trigger: Any) -> Subject:
    match trigger:
        case OnAbandonedCart():
            return Subject.CART
        case OnEvent(event=types) if _OF_ORDERS & set(types):
            return Subject.ORDER
        case OnTimer(after=after) if after in _OF_ORDERS:
            return Subject.ORDER
        case _:
            return Subject.NOTHING
