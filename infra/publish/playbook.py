"""A folder of YAML as a validated playbook. Every defect is found in one go, with file, line and field."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from infra.publish.attributes import read_attributes
from infra.publish.campaigns import read_campaigns
from infra.publish.source import Source, read_yaml, validate
from infra.publish.templates import read_content
from infra.publish.versions import numbered, written, written_derived
from tandem.content import Content
from tandem.errors import BadPlaybook, Defect
from tandem.playbook import Campaign, Cap, Playbook, Product, Shop
from tandem.playbook.model import Model


class _Head(Model):
    """playbook.yaml."""

    shop: Shop
    cap: Cap


class _Products(Model):
    """products.yaml."""

    products: tuple[Product, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A playbook that may be published: what `trigger` reads, and what `send` reads."""

    playbook: Playbook
    content: Content


def read_playbook(
    folder: Path, *, published_at: datetime, number: int = 0, before: Playbook | None = None, first_code: int = 0
) -> Draft:
    """The playbook in a folder. Raises BadPlaybook with everything that is wrong with it.

    `before` is the one that is live: rules that it has keep their code and version, others get codes after its own
    (and after `first_code`). None is for the first playbook ever.
    """
    if not folder.is_dir():
        raise BadPlaybook((Defect(str(folder), 1, "(folder)", "there is no such folder"),))
    defects: list[Defect] = []
    head = _try(_Head, folder / "playbook.yaml", folder, defects)
    products = _try(_Products, folder / "products.yaml", folder, defects)
    currency = head.shop.currency if head else "USD"  # any: defects are told all at once
    attributes = read_attributes(folder, currency, defects)
    campaigns = read_campaigns(folder, attributes, defects)
    if products:
        defects += _complements(products, read_yaml(folder / "products.yaml", folder))
    content = None
    if head and products:
        try:
            content = read_content(folder, head.shop, products.products)
        except BadPlaybook as bad:
            defects += bad.defects
    if content:
        defects += _words(campaigns, content)
    if defects or not (head and products and content):
        raise BadPlaybook(tuple(sorted(set(defects))))
    ranked = sorted((campaign for _, campaign in campaigns), key=lambda each: (-each.priority, each.id))
    rules, last_code = numbered(
        attributes.rules, before, number=number, published_at=published_at, first_code=first_code
    )
    playbook = Playbook(
        number=number,
        published_at=published_at,
        shop=head.shop,
        cap=head.cap,
        campaigns=tuple(ranked),
        products=products.products,
        rules=written(rules, currency),
        derived=written_derived(attributes.derived),
        last_code=last_code,
    )
    return Draft(playbook, content.model_copy(update={"number": number}))


def _try[M: Model](model: type[M], path: Path, folder: Path, defects: list[Defect]) -> M | None:
    try:
        source = read_yaml(path, folder)
        return validate(model, source, source.data)
    except BadPlaybook as bad:
        defects += bad.defects
        return None


def _words(campaigns: list[tuple[Source, Campaign]], content: Content) -> list[Defect]:
    held = ", ".join(sorted(content.templates))
    return [
        source.defect(("content",), f"there is no template {name}; there are {held}")
        for source, campaign in campaigns
        for name in campaign.templates()
        if name not in content.templates
    ]


def _complements(products: _Products, source: Source) -> list[Defect]:
    ids = [product.id for product in products.products]
    return [
        source.defect(("products", index, "complements", at), f"there is no product {complement}")
        for index, product in enumerate(products.products)
        for at, complement in enumerate(product.complements)
        if complement not in ids
    ] + [
        source.defect(("products", index, "id"), f"{each} is another product's id already")
        for index, each in enumerate(ids)
        if each in ids[:index]
    ]
