"""Messages to customers who do not exist: the sparsest, the fullest, the hostile, as publishing tries templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from infra.preview.starts import Subject, subject_of
from infra.publish.judging.corpus import Case, cases
from tandem.attributes import Tier
from tandem.content import Content
from tandem.customer import Channel, Send
from tandem.playbook import Campaign, Playbook

SPARSEST: Final = "sparsest"
FULLEST: Final = "fullest"
HOSTILE: Final = "hostile"
MADE_UP: Final = (SPARSEST, FULLEST, HOSTILE)
_GIVEN: Final = MappingProxyType(
    {Subject.CART: frozenset({"cart"}), Subject.ORDER: frozenset({"order"}), Subject.NOTHING: frozenset[str]()}
)
_PLACES: Final = MappingProxyType(
    {
        Channel.EMAIL: "customer@example.com",
        Channel.SMS: "+12025550123",
        Channel.PUSH: "arn:aws:sns:us-east-1:123456789012:endpoint/GCM/shop/customer",
        Channel.WEBHOOK: "customer",
    }
)


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


def is_made_up(name: str) -> bool:
    """Whether a name is one of `MADE_UP`, or `hostile-2` and so on."""
    kind, _, number = name.partition("-")
    return name in MADE_UP or (kind == HOSTILE and number.isdecimal())


def made_up(
    name: str, playbook: Playbook, content: Content, campaign: Campaign, *, tier: Tier, variant: str, now: datetime
) -> Person | None:
    """Somebody made up, who reads the shop's language, as decided at `now` (aware). None for a hostile one that there
    is not."""
    subject = subject_of(playbook, campaign)
    template, locale = campaign.template(tier, variant), playbook.shop.default_locale
    corpus = cases(content, template, locale, playbook.ruleset, (_GIVEN[subject],))
    case = _case(name, corpus)
    if case is None:
        return None
    channel, made = campaign.channels[0], _about(case.send, subject)
    spoken_of = playbook.words.get(template, ())
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
        attributes={name: value for name, value in made.attributes.items() if name in spoken_of},
    )
    return Person(name, send, (f"Nobody real: {case.called}.",), _PLACES)


def _case(name: str, corpus: Sequence[Case]) -> Case | None:
    """The corpus has the full one first, then the sparsest, then those that wish us ill."""
    full, sparsest, *hostile = corpus
    if name == SPARSEST:
        return replace(sparsest, called=f"somebody {sparsest.called}, the least that this campaign can be decided with")
    if name == FULLEST:
        return replace(full, called="somebody of whom everything is known")
    place = int(name.partition("-")[2] or 1) - 1
    if not 0 <= place < len(hostile):
        return None
    of = f"the hostile one, {place + 1} of {len(hostile)}" + (f" ({HOSTILE}-2 is another)" if not place else "")
    return replace(hostile[place], called=f"{of}: somebody {hostile[place].called}")


def _about(send: Send, subject: Subject) -> Send:
    """A message speaks of an order or a cart, never of both."""
    match subject:
        case Subject.CART:
            return replace(send, order_id="")
        case Subject.ORDER:
            return replace(send, cart_id="")
        case Subject.NOTHING:
            return replace(send, order_id="", cart_id="", lines=(), recommended=(), total_minor=None)
