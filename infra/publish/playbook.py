"""A folder of YAML as a validated playbook. Every defect is found in one go, with file, line and field."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from infra.publish.source import Location, Source, read_yaml, validate
from infra.publish.templates import read_content
from tandem.attributes import Ruleset
from tandem.content import Content
from tandem.errors import BadPlaybook, Defect
from tandem.events.parse import INTERNAL
from tandem.playbook import Campaign, Cap, OnAbandonedCart, OnAttributeChanged, OnEvent, Playbook, Product, Shop
from tandem.playbook.conditions import check
from tandem.playbook.model import Model
from tandem.playbook.standard import STANDARD_DERIVED, standard_rules
from tandem.playbook.vocabulary import Start


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


def read_playbook(folder: Path, *, published_at: datetime, number: int = 0) -> Draft:
    """The playbook in a folder. Raises BadPlaybook with everything that is wrong with it."""
    if not folder.is_dir():
        raise BadPlaybook((Defect(str(folder), 1, "(folder)", "there is no such folder"),))
    defects: list[Defect] = []
    head = _try(_Head, folder / "playbook.yaml", folder, defects)
    products = _try(_Products, folder / "products.yaml", folder, defects)
    rules = Ruleset(standard_rules(head.shop.currency if head else ""), STANDARD_DERIVED)
    campaigns = _campaigns(folder, rules, defects)
    if products:
        defects += _complements(products, read_yaml(folder / "products.yaml", folder))
    content = None
    if head and products:
        try:
            content = read_content(folder, head.shop, products.products)
        except BadPlaybook as bad:
            defects += bad.defects
    if content:
        defects += [
            source.defect(
                ("content",), f"there is no template {name}; there are {', '.join(sorted(content.templates))}"
            )
            for source, campaign in campaigns
            for name in campaign.templates()
            if name not in content.templates
        ]
    if defects or not (head and products and content):
        raise BadPlaybook(tuple(sorted(set(defects))))
    ranked = sorted((campaign for _, campaign in campaigns), key=lambda each: (-each.priority, each.id))
    playbook = Playbook(
        number=number,
        published_at=published_at,
        shop=head.shop,
        cap=head.cap,
        campaigns=tuple(ranked),
        products=products.products,
    )
    return Draft(playbook, content.model_copy(update={"number": number}))


def _try[M: Model](model: type[M], path: Path, folder: Path, defects: list[Defect]) -> M | None:
    try:
        source = read_yaml(path, folder)
        return validate(model, source, source.data)
    except BadPlaybook as bad:
        defects += bad.defects
        return None


def _campaigns(folder: Path, rules: Ruleset, defects: list[Defect]) -> list[tuple[Source, Campaign]]:
    found: list[tuple[Source, Campaign]] = []
    paths = sorted((folder / "campaigns").glob("*.y*ml"))
    if not paths:
        defects.append(Defect("campaigns", 1, "(folder)", "there is no campaign"))
    for path in paths:
        campaign = _try(Campaign, path, folder, defects)
        if campaign is None:
            continue
        source = read_yaml(path, folder)
        defects += _judge(source, campaign, rules)
        if any(other.id == campaign.id for _, other in found):
            defects.append(source.defect(("id",), f"{campaign.id} is another campaign's id already"))
        if any(other.priority == campaign.priority and other.trigger == campaign.trigger for _, other in found):
            defects.append(source.defect(("priority",), "another campaign with this trigger has the same priority"))
        found.append((source, campaign))
    return found


def _judge(source: Source, campaign: Campaign, rules: Ruleset) -> list[Defect]:
    defects: list[tuple[Location, str]] = []
    problem = check(campaign.when, rules, _start(campaign))
    if problem:
        defects.append((("when",), problem))
    if isinstance(campaign.trigger, OnEvent) and campaign.trigger.event in INTERNAL:
        event = campaign.trigger.event
        defects.append((("trigger", "event"), f"{event} is internal; use another, or cart_abandoned with a duration"))
    return [source.defect(location, text) for location, text in defects]


def _start(campaign: Campaign) -> Start:
    match campaign.trigger:
        case OnEvent():
            return Start.EVENT
        case OnAbandonedCart():
            return Start.CART
        case OnAttributeChanged():
            return Start.CHANGE


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
