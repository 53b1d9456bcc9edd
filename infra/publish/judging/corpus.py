"""The customers that every template is tried with: the fullest, the sparsest, and those that wish us ill."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from tandem.attributes import Ruleset
from tandem.content import Content
from tandem.customer import Channel, Send
from tandem.customer.effects import Scalar
from tandem.events import Line
from tandem.expressions import Kind

_NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
_TODAY: Final = "2026-01-01"
LARGEST: Final = 10**13
_CODE: Final = "{{ 7 | times: 6 }}{% raw %}{{ customer }}"
_MARKUP: Final = "\"'></a><script>alert(1)</script><img src=x onerror=alert(1)>&amp;<!--"
_TURNED: Final = "\u202e\u2066evil\u2069\u202c\u200f\u061c abc"
_EMOJI: Final = "👩‍👩‍👧‍👦🏳️‍🌈👨🏽‍🚀" * 30
_MARKS: Final = "Z" + "\u0341\u0316\u0489" * 40 + "algo"
NAMES: Final = {
    "template code": _CODE,
    "HTML": _MARKUP,
    "bidi marks": _TURNED,
    "emoji": _EMOJI,
    "combining marks": _MARKS,
}
_ID: Final = "a/b?c=d&e#f%20\"'<>../ {{ x }}"
_FOREIGN: Final = "https://pictures.evil.example/a.png?q=1"


@dataclass(frozen=True, slots=True)
class Case:
    """A send by mail, and what is special about it. Some are tried by text message and push alone: what is special
    about them is in a mail of another case too."""

    called: str
    send: Send
    by_mail: bool = True

    def by_channel(self) -> Iterator[Send]:
        """The send by mail, text message and push. A webhook is told what a push says."""
        if self.by_mail:
            yield self.send
        for channel in (Channel.SMS, Channel.PUSH):
            yield replace(self.send, channel=channel, address="+15550100")


def cases(content: Content, template: str, locale: str, rules: Ruleset, starts: Sequence[frozenset[str]]) -> list[Case]:
    """Every send that a template is tried with in one language: one for each of what its campaigns start with
    (`order`, `cart`), or for nothing."""
    full = _full(content, template, locale, rules)
    made = [Case("full", full)]
    for given in starts or [frozenset[str]()]:
        made.append(Case(_sparse(given), _bare(full, given)))
        made += [replace(each, send=_as(each.send, given)) for each in _hostile(content, full, rules)]
    return made


def _sparse(given: frozenset[str]) -> str:
    return f"with nothing but {_article(given)}" if given else "with nothing known"


def _article(given: frozenset[str]) -> str:
    return " and ".join(f"{'an' if name == 'order' else 'a'} {name}" for name in sorted(given))


def _full(content: Content, template: str, locale: str, rules: Ruleset) -> Send:
    products = content.products[:3]
    return Send(
        id="5a" * 16,
        customer_id="sample",
        campaign="sample",
        template=template,
        channel=Channel.EMAIL,
        address="sample@example.com",
        locale=locale,
        playbook=content.number,
        tier="medium",
        currency=content.shop.currency,
        not_before=_NOW,
        not_after=_NOW,
        first_name="Ana",
        lines=tuple(Line(each.id, 2, each.name, 1250) for each in products) or (Line("1", 1, "One", 1250),),
        recommended=tuple(each.id for each in content.products[-3:]),
        total_minor=7500,
        order_id="1001",
        cart_id="c-1",
        happened_on=_TODAY,
        today=_TODAY,
        attributes=_attributes(rules, "Oak", 3),
    )


def _bare(full: Send, given: frozenset[str]) -> Send:
    """What must be there, and no more: an order may have no lines, a cart has one with an id and a quantity."""
    line = (Line("unheard-of", 1),) if "cart" in given else ()
    return _as(
        replace(
            full,
            first_name="",
            tier="unknown",
            lines=line,
            recommended=(),
            total_minor=None,
            happened_on="",
            today="",
            attributes={},
        ),
        given,
    )


def _as(send: Send, given: frozenset[str]) -> Send:
    """Speaking of an order, or of a cart, or of neither."""
    return replace(
        send,
        order_id=send.order_id if "order" in given else "",
        cart_id=send.cart_id if "cart" in given else "",
    )


def _hostile(content: Content, full: Send, rules: Ruleset) -> Iterator[Case]:
    known = content.products[0].id if content.products else "1"
    lines = (
        *(Line(known, 3, name, 0, _FOREIGN, _FOREIGN) for name in NAMES.values()),
        Line(_ID, 100_000, _CODE, LARGEST, _FOREIGN, "javascript:alert(1)"),
    )
    ill = replace(full, tier="high", lines=lines, order_id=_ID, cart_id=_ID, total_minor=0)
    for called, name in NAMES.items():
        send = replace(ill, first_name=name, attributes=_attributes(rules, name, 0))
        yield Case(f"with {called} for a name", send, by_mail=name == _CODE)
    long = "Extraordinarily " * 640
    long_winded = replace(
        full,
        first_name=long,
        tier="low",
        lines=tuple(Line(f"p-{number}", 9, long, LARGEST) for number in range(500)),
        recommended=tuple(each.id for each in content.products),
        total_minor=LARGEST,
        currency="KWD",
        order_id="9" * 256,
        cart_id="default",
        attributes=_attributes(rules, long, LARGEST),
    )
    yield Case("with 500 lines and 10 kB of names", long_winded)
    language = full.locale.partition("-")[0]
    unheard = replace(full, currency="XTS", locale=f"{language}-ZZ", total_minor=1)
    yield Case("in a currency that nobody knows", unheard, by_mail=False)
    yield Case("in yen", replace(full, currency="JPY", first_name="", total_minor=LARGEST, attributes={}))


def _attributes(rules: Ruleset, text: str, number: int) -> Mapping[str, Scalar]:
    values: Mapping[Kind, Scalar] = {
        Kind.STRING: text,
        Kind.INT: number,
        Kind.DOUBLE: float(number),
        Kind.BOOL: bool(number),
        Kind.TIMESTAMP: _TODAY,
    }
    kinds = {name: each.value_kind for name, each in rules.by_attribute.items()}
    return {name: values[kind] for name, kind in kinds.items() if kind in values}
