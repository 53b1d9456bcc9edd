"""Pictures and addresses of product lines: what is kept of them with a customer, and where they have no room.

They are never a reason to leave an event out: a record half as large as it may be has none.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from tandem.attributes.carts import by_moment
from tandem.attributes.facts import CartFact
from tandem.customer.effects import Send
from tandem.customer.record import Customer
from tandem.customer.waiting import Origin
from tandem.events import Line

MOST_TEXT: Final = 12_000  # characters of addresses kept with the carts of a customer
MOST_OF_ONE: Final = 1_500  # and with one order that waits to be spoken of


def are_pictured(lines: Iterable[Line]) -> bool:
    """Whether any of these lines has an address."""
    return any(line.image_url or line.url for line in lines)


def bare(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines without their addresses."""
    return within(lines, 0)


def within(lines: Sequence[Line], room: int) -> tuple[Line, ...]:
    """The lines with the addresses of the first ones, as many as have room (in characters)."""
    if not are_pictured(lines):
        return tuple(lines)
    kept = []
    for line in lines:
        room -= _text(line)
        kept.append(line if room >= 0 else replace(line, image_url="", url=""))
    return tuple(kept)


def told_once(facts: Sequence[CartFact], room: int = MOST_TEXT) -> tuple[CartFact, ...]:
    """Each product's addresses with the fact that told them last alone; where they are too many, the newest ones."""
    images: set[str] = set()
    pages: set[str] = set()
    lean: dict[str, CartFact] = {}
    for fact in sorted(facts, key=by_moment, reverse=True):
        if not are_pictured(fact.lines):
            continue
        lines = []
        for line in fact.lines:
            image_url = "" if line.product_id in images else line.image_url
            url = "" if line.product_id in pages else line.url
            room -= len(image_url) + len(url)
            told = (image_url, url) if room >= 0 else ("", "")
            images |= {line.product_id} if line.image_url else set()
            pages |= {line.product_id} if line.url else set()
            lines.append(replace(line, image_url=told[0], url=told[1]))
        lean[fact.identity] = replace(fact, lines=tuple(lines))
    return tuple(lean.get(fact.identity, fact) for fact in facts)


def without_pictures(customer: Customer) -> Customer:
    """The customer without any, and with the least that the record may take then as its size."""
    weight = sum(_text(line) for lines in _every(customer) for line in lines)
    if not weight:
        return customer
    return replace(
        customer,
        cart_facts=tuple(replace(each, lines=bare(each.lines)) for each in customer.cart_facts),
        waiting=tuple(replace(each, origin=_bare(each.origin)) for each in customer.waiting),
        journeys=tuple(replace(each, origin=_bare(each.origin)) for each in customer.journeys),
        size=max(0, customer.size - weight),
    )


def _every(customer: Customer) -> Iterator[tuple[Line, ...]]:
    yield from (each.lines for each in customer.cart_facts)
    yield from (each.origin.lines for each in customer.waiting)
    yield from (each.origin.lines for each in customer.journeys)
    yield from (each.lines for each in customer.owed if isinstance(each, Send))


def _bare(origin: Origin) -> Origin:
    return replace(origin, lines=bare(origin.lines))


def _text(line: Line) -> int:
    return len(line.image_url) + len(line.url)


# ------------------------------------------------------------------------------------------------- the stored form


def pack_pictures(lines: Sequence[Line]) -> list[list[str]]:
    """The addresses of these lines as rows; nothing where no line has any."""
    if not are_pictured(lines):
        return []
    rows = [[line.image_url, line.url] if line.url else [line.image_url] if line.image_url else [] for line in lines]
    while not rows[-1]:
        rows.pop()
    return rows


def unpack_pictures(lines: Iterable[Line], rows: Sequence[Any]) -> tuple[Line, ...]:
    """The inverse: the lines with the addresses in such rows."""
    if not rows:
        return tuple(lines)
    held = tuple(lines)
    told = [(*row, "", "")[:2] for row in rows[: len(held)]]
    pictured = [replace(line, image_url=each[0], url=each[1]) for line, each in zip(held, told, strict=False)]
    return (*pictured, *held[len(told) :])
