"""Mails to be kept as pictures: any starter template in any language, for one made-up customer."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Final

from infra.local.paths import ROOT
from infra.pages.local_pictures import with_local_pictures
from infra.publish.playbook import read_playbook
from tandem.content import Content, Mail, render
from tandem.customer import Channel, Send
from tandem.events import Line

PLAYBOOK: Final = ROOT / "infra/playbook"
_NOW: Final = datetime(2026, 11, 20, 15, tzinfo=UTC)
_UNSUBSCRIBE: Final = "https://unsubscribe.example.com/token"
_OF_AN_ORDER: Final = ("post-purchase-", "refund-apology", "review-request", "second-order")
_OF_A_CART: Final = "cart-"
_TRANSACTIONAL: Final = "refund-apology"  # it has no link to unsubscribe
_LINES: Final = (("lp-harbor", 1), ("cd-midnight", 2), ("brush", 1))
_RECOMMENDED: Final = ("inner-sleeves", "lp-midnight", "cleaning-kit")


@dataclass(frozen=True, slots=True)
class Case:
    """A mail by day or by night. The sparsest customer has no name, and bought what is on no list."""

    template: str
    locale: str
    dark: bool = False
    sparsest: bool = False


@cache
def starter() -> Content:
    """What the starter playbook says."""
    return read_playbook(PLAYBOOK, published_at=_NOW).content


def page(case: Case) -> str:
    """The mail's HTML with its pictures inside."""
    content = starter()
    link = "" if case.template == _TRANSACTIONAL else _UNSUBSCRIBE
    message = render(content, _send(case, content), unsubscribe_url=link)
    if not isinstance(message, Mail):
        raise TypeError(f"{case}: no mail, but {type(message).__name__}")
    return with_local_pictures(message.html, content.shop.url, PLAYBOOK)


def _send(case: Case, content: Content) -> Send:
    nobody = Send(
        id="5a" * 16,
        customer_id="golden",
        campaign=case.template,
        template=case.template,
        channel=Channel.EMAIL,
        address="golden@example.com",
        locale=case.locale,
        playbook=content.number,
        tier="unknown",
        currency=content.shop.currency,
        not_before=_NOW,
        not_after=_NOW,
        order_id="1001" if case.template.startswith(_OF_AN_ORDER) else "",
        cart_id="c-1001" if case.template.startswith(_OF_A_CART) else "",
    )
    bought = bool(nobody.order_id or nobody.cart_id)
    if case.sparsest:
        return replace(nobody, lines=(Line("unlisted", 1, "", None),) if bought else ())
    somebody = replace(nobody, first_name="Lena", tier="medium", recommended=_RECOMMENDED, today=f"{_NOW:%Y-%m-%d}")
    if not bought:
        return somebody
    return replace(somebody, lines=tuple(_lines(content)), total_minor=6996, happened_on="2026-11-18")


def _lines(content: Content) -> Iterator[Line]:
    products = {each.id: each for each in content.products}
    for identifier, quantity in _LINES:
        product = products[identifier]
        yield Line(identifier, quantity, product.name, round(product.price * 100))
