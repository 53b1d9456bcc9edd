"""A folder of YAML as a validated playbook. Every defect is found in one go, with file, line and field."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from infra.publish.attributes import read_attributes
from infra.publish.brand import NAME as BRAND
from infra.publish.brand import pictures, read_brand
from infra.publish.campaigns import read_campaigns
from infra.publish.edition import Draft, Edition, Words, issued
from infra.publish.journeys import read_journeys
from infra.publish.judging.known import Known, attributes_used
from infra.publish.judging.starts import starts_of
from infra.publish.known import known_of
from infra.publish.parts import Head, Parts
from infra.publish.problems import hint
from infra.publish.source import Location, Source, read_yaml, validate
from infra.publish.templates import read_content
from infra.publish.together import judge
from tandem.content import Content
from tandem.errors import BadPlaybook, Defect
from tandem.playbook import Campaign, ContentByTier, Playbook, Product
from tandem.playbook.fields import Model

__all__ = ["Draft", "read_folder", "read_playbook"]


class _Products(Model):
    """products.yaml."""

    products: tuple[Product, ...]


def read_playbook(
    folder: Path, *, published_at: datetime, number: int = 0, before: Playbook | None = None, first_code: int = 0
) -> Draft:
    """The playbook in a folder, as it would be published at this moment. Raises BadPlaybook with everything that is
    wrong with it.

    `before` is the one that is live: rules that it has keep their code and version, others get codes after its own
    (and after `first_code`). None is for the first playbook ever.
    """
    return read_folder(folder, Edition(published_at, number, before, first_code=first_code))


def read_folder(folder: Path, edition: Edition, words_of: Callable[[Content], Words] = attributes_used) -> Draft:
    """The playbook in a folder as an edition. Raises BadPlaybook with everything that is wrong with it.

    `words_of` tells which attributes the templates speak of, by the template's name.
    """
    if not folder.is_dir():
        raise BadPlaybook((Defect(str(folder), 1, "(folder)", "there is no such folder"),))
    defects: list[Defect] = []
    parts = Parts(_try(Head, folder / "playbook.yaml", folder, defects))
    products = _try(_Products, folder / "products.yaml", folder, defects)
    head = parts.head[1] if parts.head else None
    attributes = read_attributes(folder, head.shop.currency if head else "USD", defects)
    read_campaigns(folder, parts, defects)
    read_journeys(folder, parts, defects)
    defects += judge(parts, known_of(attributes))
    defects += _complements(*products) if products else []
    shop, brand = read_brand(folder, *parts.head, defects) if parts.head else (None, None)
    starts = starts_of((each for _, each in parts.campaigns), (each for _, each in parts.journeys))
    known = Known(attributes.ruleset, starts)
    content: Content | None = None
    defects += pictures(products[0], products[1].products, brand) if products and brand else []
    unbranded = not brand and (folder / BRAND).is_file()  # what designs then miss of it follows from that alone
    if shop and products:
        try:
            content = read_content(folder, shop, products[1].products, brand, known=known)
        except BadPlaybook as bad:
            defects += (each for each in bad.defects if not (unbranded and "brand." in each.problem))
    defects += _words(parts, content) if content else []
    if defects or not (head and shop and products and content):
        raise BadPlaybook(tuple(sorted(set(defects))))
    playbook = Playbook(
        published_at=edition.published_at,
        shop=shop,
        caps=head.every_cap,
        quiet_hours=head.quiet_hours,
        holdout=head.holdout,
        campaigns=tuple(sorted((campaign for _, campaign in parts.campaigns), key=_rank)),
        journeys=tuple(sorted((journey for _, journey in parts.journeys), key=lambda each: each.id)),
        products=products[1].products,
    )
    return issued(playbook, attributes.rules, attributes.derived, content, edition, words=words_of(content))


def _rank(campaign: Campaign) -> tuple[int, str]:
    """By hand first, the highest first; then by id."""
    return (1 if campaign.priority is None else -campaign.priority, campaign.id)


def _try[M: Model](model: type[M], path: Path, folder: Path, defects: list[Defect]) -> tuple[Source, M] | None:
    try:
        source = read_yaml(path, folder)
        return source, validate(model, source, source.data)
    except BadPlaybook as bad:
        defects += bad.defects
        return None


def _words(parts: Parts, content: Content) -> list[Defect]:
    held = ", ".join(sorted(content.templates))
    return [
        source.defect(at, f"there is no template {name}{hint(name, content.templates) or f'; there are {held}'}")
        for source, campaign in parts.campaigns
        for at, name in _templates(campaign)
        if name not in content.templates
    ]


def _templates(campaign: Campaign) -> list[tuple[Location, str]]:
    """Every template that a campaign names, with where it names it."""
    written: list[tuple[Location, str | ContentByTier]] = [(("content",), campaign.content)] if campaign.content else []
    written += [(("variants", index, "content"), each.content) for index, each in enumerate(campaign.variants)]
    found: list[tuple[Location, str]] = []
    for at, words in written:
        if isinstance(words, str):
            found.append((at, words))
        else:
            found += [((*at, tier), name) for tier, name in words]
    return found


def _complements(source: Source, products: _Products) -> list[Defect]:
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
