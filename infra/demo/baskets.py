"""Made-up products for real orders, and made-up carts."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Any, Final

from infra.demo.cdnow import CURRENCY, Order
from tandem.events.money import to_major, to_minor
from tandem.playbook import Product

_CDS: Final = "/cds/"
_MUSIC: Final = {
    "cd-harbor": "folk",
    "cd-midnight": "jazz",
    "cd-salt": "folk",
    "cd-paper": "pop",
    "cd-sunday": "jazz",
}
_DEAREST_CD: Final = 20  # what costs more holds several


def order_lines(order: Order, products: Sequence[Product], rng: Random) -> list[dict[str, Any]]:
    """As many CDs as were ordered, at prices that come to exactly what was paid."""
    cds = [product for product in products if product.path.startswith(_CDS) and product.price < _DEAREST_CD]
    chosen = rng.sample(cds, min(order.cds, len(cds)))
    quantities = [1] * len(chosen)
    for _ in range(order.cds - len(chosen)):
        quantities[rng.randrange(1, len(chosen))] += 1
    price, rest = divmod(to_minor(order.amount, CURRENCY), order.cds)
    prices = [price + rest, *[price] * (len(chosen) - 1)]  # of the first there is one piece
    return [
        _line(product, quantity, to_major(minor, CURRENCY))
        for product, quantity, minor in zip(chosen, quantities, prices, strict=True)
    ]


def cart_lines(products: Sequence[Product], rng: Random) -> list[dict[str, Any]]:
    """One to three products at their price."""
    return [line(product) for product in rng.sample(products, rng.randint(1, min(3, len(products))))]


def lines_worth(products: Sequence[Product], most: Decimal) -> list[dict[str, Any]]:
    """One piece each of the dearest products that come to no more than `most`."""
    chosen, left = [], most
    for product in sorted(products, key=lambda each: (-each.price, each.id)):
        if product.price <= left:
            chosen.append(product)
            left -= product.price
    return [line(product) for product in chosen]


def line(product: Product) -> dict[str, Any]:
    """One piece of a product, as it lies in a cart."""
    return _line(product, 1, product.price)


def _line(product: Product, quantity: int, price: Decimal) -> dict[str, Any]:
    return {
        "product_id": product.id,
        "name": product.name,
        "category": category(product),
        "quantity": quantity,
        "price": f"{price:.2f}",
    }


def category(product: Product) -> str:
    """Of a CD its kind of music, of anything else where the shop shows it; all made up."""
    return _MUSIC.get(product.id, product.path.split("/")[1])
