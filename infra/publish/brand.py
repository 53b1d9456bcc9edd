"""`brand.yaml`: what a shop looks like. A folder without it has the look of the first releases."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from infra.publish.judging.contrast import illegible
from infra.publish.parts import Head
from infra.publish.source import Source, read_yaml, validate
from tandem.content import Brand
from tandem.content.brand import Fonts, Logo
from tandem.content.links import in_shop, leads_to
from tandem.errors import BadPlaybook, Defect
from tandem.playbook import Product, Shop

NAME: Final = "brand.yaml"
_ADDRESS: Final = ("shop", "postal_address")
_NO_FONT: Final = re.compile(r"[{}()<>;:\"\\]")


def read_brand(folder: Path, source: Source, head: Head, defects: list[Defect]) -> tuple[Shop, Brand | None]:
    """The shop with its postal address, and its brand. What is wrong is added to `defects`."""
    shop, path = head.shop, folder / NAME
    if not path.is_file():
        if not shop.postal_address:
            defects.append(
                source.defect(_ADDRESS, f"it is missing: say it here, or as footer.postal_address in {NAME}")
            )
        return shop, None
    try:
        written = read_yaml(path, folder)
        brand = validate(Brand, written, written.data)
    except BadPlaybook as bad:
        defects += bad.defects
        return shop, None
    defects += illegible(brand, written)
    address = brand.footer.postal_address
    if shop.postal_address not in {"", address}:
        defects.append(source.defect(_ADDRESS, f"{NAME} says another one: say it in one place alone"))
    shop = shop.model_copy(update={"postal_address": address})
    brand = brand.model_copy(update={"logo": _whole(shop, brand.logo) if brand.logo else None})
    wrong = [*_unseen(brand, written), *_elsewhere(brand, written)]
    defects += wrong
    return shop, None if wrong else brand  # what each mail would show of that need not be told again


def pictures(source: Source, products: Sequence[Product], brand: Brand) -> Iterator[Defect]:
    """Pictures of products that no message would show: those of other hosts."""
    for index, product in enumerate(products):
        url = product.image or ""
        if url.startswith("https://") and not leads_to(url, (*brand.hosts, *brand.image_hosts)):
            yield source.defect(("products", index, "image"), _of_no_host(url, brand))


def _elsewhere(brand: Brand, source: Source) -> Iterator[Defect]:
    for name in ("image", "dark") if brand.logo else ():
        url = getattr(brand.logo, name)
        if url and not leads_to(url, (*brand.hosts, *brand.image_hosts)):
            yield source.defect(("logo", name), _of_no_host(url, brand))


def _of_no_host(url: str, brand: Brand) -> str:
    hosts = ", ".join(dict.fromkeys((*brand.hosts, *brand.image_hosts)))
    return f"the picture {url} is on none of the brand's hosts and image_hosts, {hosts}: it would not be shown"


def _whole(shop: Shop, logo: Logo) -> Logo:
    """With whole addresses: designs need not know whether the brand says a path."""
    dark = in_shop(shop, logo.dark) if logo.dark else None
    return logo.model_copy(update={"image": in_shop(shop, logo.image), "dark": dark})


def _unseen(brand: Brand, source: Source) -> Iterator[Defect]:
    """Words that say nothing, and fonts that are no fonts."""
    said = {("logo", "alt"): brand.logo.alt} if brand.logo else {}
    for at, words in {**said, ("footer", "postal_address"): brand.footer.postal_address}.items():
        if not words.strip():
            yield source.defect(at, "it is blank")
    for name in Fonts.model_fields:
        if found := _NO_FONT.search(getattr(brand.fonts, name)):
            problem = f"{found[0]} has no place in a list of fonts: write such as Georgia, 'Times New Roman', serif"
            yield source.defect(("fonts", name), problem)
