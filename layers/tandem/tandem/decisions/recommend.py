"""Complements of what was bought or lies in the cart, from the product file."""

from collections.abc import Sequence
from typing import Final

from tandem.events import Line
from tandem.playbook import Product

MOST: Final = 3


def recommend(lines: Sequence[Line], products: Sequence[Product]) -> tuple[str, ...]:
    """At most three product ids: complements in the order of the lines, none twice, none that is already there."""
    catalogue = {product.id: product for product in products}
    there = {line.product_id for line in lines}
    found: dict[str, None] = {}
    for line in lines:
        product = catalogue.get(line.product_id)
        for complement in product.complements if product else ():
            if complement in catalogue and complement not in there:
                found[complement] = None
    return tuple(found)[:MOST]
