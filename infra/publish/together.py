"""What the parts of a playbook say of each other: names that have to be there, and what cannot be both."""

from collections.abc import Collection, Iterator

from infra.publish.campaigns import audience_of, campaign_problems
from infra.publish.journey_steps import located
from infra.publish.journeys import journey_problems
from infra.publish.known import Known, Problem
from infra.publish.parts import Parts
from infra.publish.problems import hint
from infra.publish.source import Location, Source
from tandem.errors import Defect
from tandem.playbook import Campaign, Excludes, Journey
from tandem.playbook.journey import CampaignStep
from tandem.playbook.vocabulary import Start, language, start_of


def judge(parts: Parts, known: Known) -> Iterator[Defect]:
    """Everything wrong with the parts that could be read, but for words and products."""
    for source, campaign in parts.campaigns:
        yield from _told(source, campaign_problems(campaign, source, known))
        yield from _told(source, _excluded(campaign.excludes, parts))
    for source, journey in parts.journeys:
        yield from _told(source, journey_problems(journey, known))
        yield from _told(source, _excluded(journey.excludes, parts))
        yield from _told(source, _said(journey, parts, known))
    yield from _caps(parts)
    yield from _twice(parts)
    yield from _unheard(parts)


def _told(source: Source, problems: Iterator[Problem]) -> Iterator[Defect]:
    return (source.defect(*problem) for problem in problems)


def _missing(name: str, what: str, there: Collection[str]) -> str:
    held = f"; there are {', '.join(sorted(there))}" if 0 < len(there) <= 15 else ""
    return f"there is no {what} {name}{hint(name, there) or held}"


def _names(names: tuple[str, ...], what: str, there: Collection[str], at: Location) -> Iterator[Problem]:
    for index, name in enumerate(names):
        if name not in there:
            yield (*at, index), _missing(name, what, there)


def _excluded(excludes: Excludes | None, parts: Parts) -> Iterator[Problem]:
    if excludes:
        yield from _named(excludes.campaigns, excludes.categories, parts, ("excludes",))
        if not (excludes.campaigns or excludes.categories or excludes.everything):
            yield ("excludes",), "holds nothing back: name campaigns or categories, or write everything: true"


def _named(campaigns: tuple[str, ...], categories: tuple[str, ...], parts: Parts, at: Location) -> Iterator[Problem]:
    yield from _names(campaigns, "campaign", parts.campaign_ids, (*at, "campaigns"))
    if not parts.broken:  # one that cannot be read may be of the category
        yield from _names(categories, "category", parts.categories, (*at, "categories"))


def _caps(parts: Parts) -> Iterator[Defect]:
    if parts.head is None:
        return
    source, head = parts.head
    if head.cap and head.caps:
        yield source.defect(("cap",), "write either caps or cap: cap is the old name of a single one")
    held: set[str] = set()
    for index, cap in enumerate(head.every_cap):
        at: Location = ("cap",) if cap is head.cap else ("caps", index - bool(head.cap))
        yield from _told(source, _named(cap.campaigns, cap.categories, parts, at))
        if cap.id in held:
            yield source.defect((*at, "id"), f"{cap.id} is another cap's id already")
        held.add(cap.id)


def _twice(parts: Parts) -> Iterator[Defect]:
    """Names that are there twice, and priorities that say nothing."""
    campaigns: set[str] = set()
    for index, (source, campaign) in enumerate(parts.campaigns):
        if campaign.id in campaigns:
            yield source.defect(("id",), f"{campaign.id} is another campaign's id already")
        campaigns.add(campaign.id)
        if rival := _rival(campaign, [other for _, other in parts.campaigns[:index]]):
            problem = f"another campaign with this trigger, {rival}, has the same priority: say which goes first"
            yield source.defect(("priority",), problem)
    journeys: set[str] = set()
    for source, journey in parts.journeys:
        if journey.id in journeys:
            yield source.defect(("id",), f"{journey.id} is another journey's id already")
        journeys.add(journey.id)


def _rival(campaign: Campaign, others: list[Campaign]) -> str:
    if campaign.priority is None or campaign.trigger is None:
        return ""
    same = (campaign.priority, campaign.trigger)
    return next((other.id for other in others if (other.priority, other.trigger) == same), "")


def _unheard(parts: Parts) -> Iterator[Defect]:
    """A campaign without a trigger is said by journeys; without one of those nobody would ever get it."""
    said = {
        step.campaign
        for _, journey in parts.journeys
        for _, step in journey.every_step()
        if isinstance(step, CampaignStep)
    }
    for source, campaign in parts.campaigns:
        if campaign.trigger is None and campaign.id not in said and not parts.has_broken_journeys:
            yield source.defect(("trigger",), "has no trigger, and no journey says it: nobody would ever get it")


def _said(journey: Journey, parts: Parts, known: Known) -> Iterator[Problem]:
    """The campaigns that a journey says: they have to be there, and to be understood in it."""
    by_id = {campaign.id: (source, campaign) for source, campaign in parts.campaigns}
    for at, step in located(journey.steps):
        if isinstance(step, CampaignStep):
            if step.campaign in by_id:
                yield from _understood(*by_id[step.campaign], known, (*at, "campaign"))
            elif step.campaign not in parts.broken:
                yield (*at, "campaign"), _missing(step.campaign, "campaign", by_id)


def _understood(source: Source, campaign: Campaign, known: Known, at: Location) -> Iterator[Problem]:
    """A campaign with a trigger of its own may read what no journey knows."""
    if campaign.trigger is None or any(campaign_problems(campaign, source, known)):
        return
    later = language(known.rules, Start.LATER)
    own = language(known.rules, start_of(campaign.trigger))
    for field, problem in (
        (audience_of(source), known.condition(later, campaign.audience)),
        ("value", known.number(later, campaign.value)),
    ):
        if problem and own is not later:
            yield at, f"the {field} of {campaign.id} cannot be told in a journey: {problem}"
