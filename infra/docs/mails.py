"""The same cart left by three customers, and the three mails that it becomes."""

from email import message_from_bytes, policy
from typing import Final

from infra.demo.baskets import line
from infra.demo.cdnow import CURRENCY
from infra.docs.run import arrival, run
from infra.docs.world import PLAYBOOK, World
from infra.pages.local_pictures import with_local_pictures
from infra.pages.model import ShownMail
from infra.replay import Arrival
from tandem.customer import Send

_TIERS: Final = ("low", "medium", "high")


def mails(world: World) -> tuple[ShownMail, ...]:
    """One mail a tier, the lowest first."""
    who = [getattr(world.cast, tier) for tier in _TIERS]
    ran = run([event for each in who for event in _events(world, each)], world, until=world.at("12:00"))
    ordered = sorted(ran.replayed.sends, key=lambda send: _TIERS.index(send.tier))
    return tuple(_shown(send, ran.mails[send.id], world.draft.playbook.shop.url) for send in ordered)


def _events(world: World, who: str) -> list[Arrival]:
    products = [line(each) for each in world.draft.playbook.products[:2]]
    cart = {"cart_id": f"c-{who}", "currency": CURRENCY, "products": products}
    return [
        arrival("customer_identified", f"known-{who}", who, world.at("08:58"), world.cast.people()[who].traits()),
        arrival("cart_viewed", f"cart-{who}", who, world.at("09:00"), cart),
    ]


def _shown(send: Send, eml: bytes, shop: str) -> ShownMail:
    """A mail as its reader's program takes it apart, with the pictures that the shop's site would serve."""
    message = message_from_bytes(eml, policy=policy.default)
    html, text = (body.get_content() if (body := message.get_body((kind,))) else "" for kind in ("html", "plain"))
    return ShownMail(
        decision_id=send.id,
        campaign=send.campaign,
        template=send.template,
        tier=send.tier,
        locale=send.locale,
        subject=message["Subject"],
        to=message["To"],
        html=with_local_pictures(html, shop, PLAYBOOK),
        text=text,
        eml=eml,
        sent_at=message["Date"].datetime,
    )
