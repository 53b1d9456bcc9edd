"""A campaign that names every channel, and who is reached by which."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from infra.explain.sentences import sentences
from tandem.customer import Channel
from tandem.testing import World
from tandem.testing.happened import Decided, Message
from tests.playbook.acts import orders

STARTER = Path(__file__).parents[2] / "infra/playbook"
ENDPOINT = "arn:aws:sns:eu-west-1:123456789012:endpoint/APNS/shop/5e3e9847-3183-3f18-a7e8-671c3a57d4b3"
PHONE = "+34600000001"


@pytest.fixture
def shop(tmp_path: Path) -> World:
    """The starter playbook, whose thanks for an order may go by push, by a webhook, or as a text message."""
    copy = Path(shutil.copytree(STARTER, tmp_path / "playbook"))
    thanks = copy / "campaigns/post-purchase.yaml"
    said = thanks.read_text()
    assert "channels: [email, sms]" in said
    thanks.write_text(said.replace("channels: [email, sms]", "channels: [push, webhook, sms]"))
    world = World(copy)
    world.at("2026-11-23 10:00", "Europe/Madrid")
    return world


def thanked(world: World, **traits: Any) -> Message:
    ada = world.customer()
    ada.is_known(orders=2, **traits)
    orders(ada)
    message: Message = world.expect.sent("post-purchase")
    return message


@pytest.mark.parametrize(
    ("traits", "channel"),
    [
        ({"push_endpoint": ENDPOINT, "phone": PHONE}, Channel.PUSH),
        ({"phone": PHONE, "consents": {"webhook": True, "sms": True}}, Channel.WEBHOOK),
        ({"push_endpoint": ENDPOINT, "phone": PHONE, "consents": {"push": False, "sms": True}}, Channel.SMS),
        ({"phone": PHONE}, Channel.SMS),
    ],
)
def test_a_message_leaves_by_the_first_channel_that_reaches_and_may(
    shop: World, traits: dict[str, Any], channel: Channel
) -> None:
    assert thanked(shop, **traits).channel is channel


def test_a_push_shows_a_marketer_its_title_its_line_and_its_link(shop: World) -> None:
    message = thanked(shop, push_endpoint=ENDPOINT)

    assert message.subject
    assert message.text
    assert message.link.startswith("https://")


def test_who_has_no_app_and_no_phone_is_told_so_in_words(shop: World) -> None:
    ada = shop.customer()
    ada.is_known(orders=2, consents={"push": True, "sms": True, "webhook": False})
    orders(ada)

    shop.expect.nothing("post-purchase")
    told = [line for each in shop.stage.happened if isinstance(each, Decided) for line in sentences(each.decision)]
    assert any("phone with the app" in line for line in told), told
