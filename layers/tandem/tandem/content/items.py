"""Products as words and designs see them: what was bought, what lies in the cart, what goes with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from tandem.content.links import in_shop, leads_to
from tandem.content.locale import Formats
from tandem.content.model import Content, nearest
from tandem.content.plain import one_line, without_links
from tandem.events import Line
from tandem.events.money import to_minor
from tandem.playbook import Product

_LONGEST_NAME: Final = 120
# What is seen where a picture is missing or not shown: the sleeve's colour and the label's.
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


@dataclass(frozen=True)
class Items:
    """The products of one message, in the language of its template, and amounts as its reader writes them."""

    content: Content
    locale: str
    formats: Formats

    def line(self, line: Line, currency: str) -> dict[str, Any]:
        """A line of an order or a cart, whose amounts are in `currency`. An id is no name: it has none then."""
        product, shop = self.products.get(line.product_id), self.content.shop
        told = one_line(without_links(line.name), _LONGEST_NAME)
        name = (self._translated(product) or told or product.name) if product else told
        price = self.money(line.price_minor, currency) if line.price_minor is not None else ""
        if not price and product and currency == shop.currency:
            price = self._price(product)
        return {
            **present(
                name=name,
                price=price,
                image=self._image(product, line.image_url),
            ),
            "quantity": line.quantity,
            "url": self._url(product, line.url),
            "cover": self._cover(line.product_id),
        }

    def product(self, product: Product) -> dict[str, Any]:
        """A product of products.yaml, with its tip in this language or in the shop's."""
        tip = _in_language(product.tip, self.locale) or _in_language(product.tip, self.content.shop.default_locale)
        name = self._translated(product) or product.name
        return {
            **present(name=name, price=self._price(product), tip=tip, image=self._image(product)),
            "url": self._url(product),
            "cover": self._cover(product.id),
        }

    def known(self, ids: Iterable[str]) -> list[Product]:
        """Those of the ids that products.yaml has, each once."""
        return [self.products[identifier] for identifier in dict.fromkeys(ids) if identifier in self.products]

    def money(self, minor: int, currency: str) -> str:
        """An amount as the reader writes it."""
        return self.formats.money(minor, currency)

    @cached_property
    def products(self) -> Mapping[str, Product]:
        """By id."""
        return {product.id: product for product in self.content.products}

    def _translated(self, product: Product) -> str:
        return _in_language(product.names, self.locale)

    def _price(self, product: Product) -> str:
        currency = self.content.shop.currency
        return self.money(to_minor(product.price, currency), currency)

    def _url(self, product: Product | None, told: str = "") -> str:
        if told and leads_to(told, self.content.look.hosts):
            return told
        return in_shop(self.content.shop, product.path if product else "/")

    def _image(self, product: Product | None, told: str = "") -> str:
        hosts = (*self.content.look.hosts, *self.content.look.image_hosts)
        own = in_shop(self.content.shop, product.image) if product and product.image else ""
        return next((each for each in (told, own) if leads_to(each, hosts)), "")

    def _cover(self, product_id: str) -> dict[str, str]:
        places = (place for place, product in enumerate(self.content.products) if product.id == product_id)
        sleeve, label = _COVERS[next(places, len(product_id)) % len(_COVERS)]
        return {"sleeve": sleeve, "label": label}


def _in_language(texts: Mapping[str, str], locale: str) -> str:
    """The text in the language nearest to `locale`; empty without one."""
    written = {language.lower(): text for language, text in texts.items()}
    return next((written[language] for language in nearest(locale) if language in written), "")


def present(**values: str) -> dict[str, str]:
    """Those that say anything: what is absent is no variable."""
    return {name: value for name, value in values.items() if value}
