"""What a template may name. Absent is absent: a name that is not known is no variable, so that only a `default` helps.

`VARIABLES` is the whole list; `variables` fills it for one send.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote

from tandem.content.model import Content, nearest
from tandem.content.money import money_text
from tandem.content.plain import one_line
from tandem.customer import Send
from tandem.events import Line
from tandem.events.money import to_minor
from tandem.playbook import Product

VARIABLES: Final[Mapping[str, str]] = {
    "shop.name": "the shop's name",
    "shop.url": "its address on the web, without a slash at the end",
    "shop.postal_address": "its postal address",
    "customer.first_name": "absent where unknown: `{{ customer.first_name | default: 'there' }}`",
    "customer.tier": "low, medium, high or unknown",
    "lines": "what was bought or lies in the cart, at most twelve: name, quantity, url, and price (of one) where known",
    "more_lines": "how many lines there are beyond those",
    "tips": "what to do with what was bought: name and tip, for products that have one in this language",
    "recommendations": "products that go with them, none of them: name, price, url, and tip where there is one",
    "order.id": "absent outside of orders",
    "order.total": "what was paid, such as $39.95; absent where unknown",
    "cart.id": "absent outside of carts",
    "cart.url": "where the cart is found in the shop; absent outside of carts",
    "cart.total": "what lies in the cart; absent where unknown",
}
LONGEST_NAME: Final = 40
_LONGEST_PRODUCT: Final = 120
_MOST_LINES: Final = 12
# Covers stand in for pictures, which many mail programs do not show: the sleeve's colour and the label's.
_COVERS: Final = (
    ("#1f3a5f", "#f2b84b"),
    ("#7a2e3a", "#f4d9c6"),
    ("#2f5d50", "#f0e2b6"),
    ("#c2562d", "#fbe6cf"),
    ("#3d3a6b", "#e98a6d"),
    ("#8a6a1f", "#fff3d6"),
    ("#1f6f78", "#ffd3b0"),
    ("#4a2c55", "#d7c3ea"),
    ("#5b6b2f", "#f2e3a0"),
    ("#a33b4f", "#ffe3d8"),
    ("#2c4a3e", "#e9b872"),
)


def variables(content: Content, send: Send, locale: str) -> dict[str, Any]:
    """The values of `VARIABLES` for one send, in the language of its template."""
    shop, products = content.shop, {product.id: product for product in content.products}
    bought = _known(products, (line.product_id for line in send.lines[:_MOST_LINES]))
    recommended = [product for product in _known(products, send.recommended) if product not in bought]
    tips = [_item(product, content, locale) for product in bought]
    name = one_line(send.first_name, LONGEST_NAME)
    total = money_text(send.total_minor, send.currency) if send.total_minor is not None else ""
    return {
        "shop": {"name": shop.name, "url": shop.url.rstrip("/"), "postal_address": shop.postal_address},
        "customer": _present(first_name=name, tier=send.tier),
        "lines": [_line(line, products.get(line.product_id), content, send) for line in send.lines[:_MOST_LINES]],
        "more_lines": max(0, len(send.lines) - _MOST_LINES),
        "tips": [item for item in tips if "tip" in item],
        "recommendations": [_item(product, content, locale) for product in recommended],
        "order": _present(id=one_line(send.order_id, 80), total=total) if send.order_id else {},
        "cart": _present(id=one_line(send.cart_id, 80), url=_cart_url(content, send.cart_id), total=total)
        if send.cart_id
        else {},
    }


def _known(products: Mapping[str, Product], ids: Iterable[str]) -> list[Product]:
    return [products[identifier] for identifier in dict.fromkeys(ids) if identifier in products]


def _present(**values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _line(line: Line, product: Product | None, content: Content, send: Send) -> dict[str, Any]:
    name = one_line(line.name, _LONGEST_PRODUCT) or (product.name if product else "")
    price = money_text(line.price_minor, send.currency) if line.price_minor is not None else ""
    if not price and product and send.currency == content.shop.currency:
        price = _price(product, content)
    found = _present(name=name or one_line(line.product_id, _LONGEST_PRODUCT), price=price)
    return {
        **found,
        "quantity": line.quantity,
        "url": _url(product, content),
        "cover": _cover(line.product_id, content),
    }


def _item(product: Product, content: Content, locale: str) -> dict[str, Any]:
    wanted = (*nearest(locale), *nearest(content.shop.default_locale))
    tips = {written.lower(): tip for written, tip in product.tip.items()}
    tip = next((tips[language] for language in wanted if language in tips), "")
    found = _present(name=product.name, price=_price(product, content), tip=tip)
    return {**found, "url": _url(product, content), "cover": _cover(product.id, content)}


def _price(product: Product, content: Content) -> str:
    currency = content.shop.currency
    return money_text(to_minor(product.price, currency), currency)


def _url(product: Product | None, content: Content) -> str:
    return content.shop.url.rstrip("/") + (product.path if product else "/")


def _cart_url(content: Content, cart_id: str) -> str:
    path = "" if cart_id == "default" else "/" + quote(one_line(cart_id, 200), safe="")
    return f"{content.shop.url.rstrip('/')}/cart{path}"


def _cover(product_id: str, content: Content) -> dict[str, str]:
    places = (place for place, product in enumerate(content.products) if product.id == product_id)
    sleeve, label = _COVERS[next(places, len(product_id)) % len(_COVERS)]
    return {"sleeve": sleeve, "label": label}
