"""campaigns/*.yaml, judged with the playbook's own attributes."""

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from infra.publish.attributes import Read
from infra.publish.source import Location, Source, read_yaml, validate
from tandem.attributes import Ruleset
from tandem.errors import BadPlaybook, Defect
from tandem.events.parse import INTERNAL
from tandem.expressions import names_in
from tandem.playbook import Campaign, OnAbandonedCart, OnAttributeChanged, OnEvent
from tandem.playbook.conditions import check
from tandem.playbook.vocabulary import Start


def read_campaigns(folder: Path, attributes: Read, defects: list[Defect]) -> list[tuple[Source, Campaign]]:
    """The campaigns that can be read, each with its file; what is wrong goes to `defects`."""
    found: list[tuple[Source, Campaign]] = []
    paths = sorted((folder / "campaigns").glob("*.y*ml"))
    if not paths:
        defects.append(Defect("campaigns", 1, "(folder)", "there is no campaign"))
    for path in paths:
        try:
            source = read_yaml(path, folder)
            campaign = validate(Campaign, source, source.data)
        except BadPlaybook as bad:
            defects += bad.defects
            continue
        defects += [source.defect(*problem) for problem in _judge(campaign, attributes)]
        if any(other.id == campaign.id for _, other in found):
            defects.append(source.defect(("id",), f"{campaign.id} is another campaign's id already"))
        if any(other.priority == campaign.priority and other.trigger == campaign.trigger for _, other in found):
            defects.append(source.defect(("priority",), "another campaign with this trigger has the same priority"))
        found.append((source, campaign))
    return found


def _judge(campaign: Campaign, attributes: Read) -> Iterator[tuple[Location, str]]:
    problem = check(campaign.when, attributes.ruleset, start_of(campaign))
    if problem and not {f"customer.{name}" for name in attributes.broken} & names_in(campaign.when):
        yield ("when",), problem
    match campaign.trigger:
        case OnEvent(event=event) if event in INTERNAL:
            yield ("trigger", "event"), f"{event} is internal; use another, or cart_abandoned with a duration"
        case OnAttributeChanged(attribute_changed=name) if name not in attributes.broken:
            if problem := _not_announced(name, attributes.ruleset):
                yield ("trigger", "attribute_changed"), problem
        case _:
            pass


def _not_announced(name: str, rules: Ruleset) -> str:
    attribute = rules.by_attribute.get(name)
    if attribute is None:
        near = get_close_matches(name, rules.by_attribute, n=1)
        return f"there is no attribute {name}" + (f"; did you mean {near[0]}?" if near else "")
    return "" if attribute.publish else f"{name} is not published: write publish: true in its attribute"


def start_of(campaign: Campaign) -> Start:
    """What a campaign's condition can see follows from its trigger."""
    match campaign.trigger:
        case OnEvent():
            return Start.EVENT
        case OnAbandonedCart():
            return Start.CART
        case OnAttributeChanged():
            return Start.CHANGE
