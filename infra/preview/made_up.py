"""Messages to customers who do not exist: the sparsest, the fullest and the most hostile that a campaign may meet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from infra.preview.starts import Subject, subject_of
from infra.publish.samples import samples
from tandem.attributes import Tier
from tandem.content import Content
from tandem.customer import Channel, Send
from tandem.events import Line
from tandem.playbook import Campaign, Playbook

SPARSEST: Final = "sparsest"
_PLACES: Final = MappingProxyType(
    {
        Channel.EMAIL: "customer@example.com",
        Channel.SMS: "+12025550123",
        Channel.PUSH: "arn:aws:sns:us-east-1:123456789012:endpoint/GCM/shop/customer",
        Channel.WEBHOOK: "customer",
    }
)
_HOSTILE: Final = '{{ 7 | times: 7 }}<b onclick="x()">"Ana" & \u202egnirts\U0001f3b5</b> =?utf-8?q?x?= ' + "W" * 10_000


@dataclass(frozen=True, slots=True)
class Person:
    """One message, as a decision would have made it, by the first channel; `addresses` are the person's by channel, as
    far as there are any. `assumed` are sentences on what is not known and was taken to be so. `name` is what was asked
    for."""

    name: str
    send: Send
    assumed: tuple[str, ...] = ()
    addresses: Mapping[Channel, str] = field(default_factory=dict)

    def speaking(self, locale: str) -> "Person":
        """The same, of another language."""
        return replace(self, send=replace(self.send, locale=locale))


def place_of(channel: Channel) -> str:
    """An address that is nobody's."""
    return _PLACES[channel]


def made_up(
    name: str, playbook: Playbook, content: Content, campaign: Campaign, *, tier: Tier, variant: str, now: datetime
) -> Person:
    """One of `MADE_UP`, in the shop's language, as decided at `now` (aware)."""
    template = campaign.template(tier, variant)
    subject = subject_of(playbook, campaign)
    full, *_ = next(iter(samples(content, template, playbook.shop.default_locale)))
    made = MADE_UP[name](full, subject, content)
    channel = campaign.channels[0]
    send = replace(
        made,
        customer_id=name,
        campaign=campaign.id,
        channel=channel,
        address=_PLACES[channel],
        tier=str(tier),
        variant=variant,
        playbook=playbook.number,
        purpose=campaign.purpose,
        delivery=campaign.delivery,
        transactional=campaign.transactional,
        not_before=now,
        not_after=now + campaign.validity,
        today=now.date().isoformat(),
        happened_on=(now - timedelta(days=1)).date().isoformat() if made.order_id or made.cart_id else "",
    )
    return Person(name, send, (_ABOUT[name],), _PLACES)


def _sparsest(full: Send, subject: Subject, _: Content) -> Send:
    """Neither name nor prices, of an order or a cart its id, and in a cart one thing that products.yaml lacks."""
    bare = replace(full, first_name="", lines=(), recommended=(), total_minor=None, order_id="", cart_id="")
    match subject:
        case Subject.CART:
            return replace(bare, cart_id="default", lines=(Line("4711", 1),))
        case Subject.ORDER:
            return replace(bare, order_id="1001")
        case Subject.NOTHING:
            return bare


def _fullest(full: Send, subject: Subject, _: Content) -> Send:
    return _about(full, subject)


def _hostile(full: Send, subject: Subject, content: Content) -> Send:
    lines = tuple(replace(line, name=_HOSTILE, quantity=99, price_minor=99_999_999) for line in full.lines)
    more = tuple(Line(f"unknown-{number}", 1, "\u202e" * 40) for number in range(40))
    ids = replace(full, order_id=f"{full.order_id}/<&\"'>", cart_id=f"{full.cart_id}?{{{{ x }}}}&#")
    return replace(_about(ids, subject), first_name=_HOSTILE, lines=(*lines, *more), total_minor=10**11)


def _about(full: Send, subject: Subject) -> Send:
    """A message speaks of an order or a cart, never of both."""
    match subject:
        case Subject.CART:
            return replace(full, order_id="")
        case Subject.ORDER:
            return replace(full, cart_id="")
        case Subject.NOTHING:
            return replace(full, order_id="", cart_id="", lines=(), total_minor=None)


MADE_UP: Final[Mapping[str, Callable[[Send, Subject, Content], Send]]] = MappingProxyType(
    {SPARSEST: _sparsest, "fullest": _fullest, "hostile": _hostile}
)
_ABOUT: Final = MappingProxyType(
    {
        SPARSEST: "Nobody real: the least that this campaign can be decided with.",
        "fullest": "Nobody real: somebody of whom everything is known.",
        "hostile": "Nobody real: somebody who typed code, marks that turn lines around, and names without end.",
    }
)
