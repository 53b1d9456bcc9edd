"""campaigns/*.yaml, each judged by itself with the playbook's own attributes."""

from collections.abc import Iterator
from pathlib import Path

from infra.publish.known import Known, Problem
from infra.publish.parts import Parts
from infra.publish.source import Source, read_yaml, validate
from infra.publish.triggers import internal, trigger_problems
from tandem.errors import BadPlaybook, Defect
from tandem.events.parse import INTERNAL
from tandem.expressions import Language, names_in
from tandem.playbook import Campaign
from tandem.playbook.vocabulary import Start, language, start_of


def read_campaigns(folder: Path, parts: Parts, defects: list[Defect]) -> None:
    """The campaigns that can be read go to `parts`, each with its file; what is wrong goes to `defects`."""
    paths = sorted((folder / "campaigns").glob("*.y*ml"))
    if not paths:
        defects.append(Defect("campaigns", 1, "(folder)", "there is no campaign"))
    for path in paths:
        source = None
        try:
            source = read_yaml(path, folder)
            parts.campaigns.append((source, validate(Campaign, source, source.data)))
        except BadPlaybook as bad:
            defects += bad.defects
            parts.broken_campaign(path, source)


def campaign_problems(campaign: Campaign, source: Source, known: Known) -> Iterator[Problem]:
    """What is wrong with a campaign by itself."""
    if campaign.trigger:
        yield from trigger_problems(campaign.trigger, known, ("trigger",))
    words = language(known.rules, start_of(campaign.trigger))
    if problem := known.condition(words, campaign.audience):
        yield (audience_of(source),), problem
    if problem := known.number(words, campaign.value):
        yield ("value",), problem
    elif campaign.patience and any(name.startswith("event.") for name in names_in(campaign.value)):
        yield ("value",), "asks the event, which is not kept while the campaign has patience: leave one of them out"
    yield from _goal(campaign, language(known.rules, Start.EVENT), known)


def audience_of(source: Source) -> str:
    """The name that the audience is written by: `when` is its old one."""
    return "when" if isinstance(source.data, dict) and "when" in source.data else "audience"


def _goal(campaign: Campaign, words: Language, known: Known) -> Iterator[Problem]:
    if campaign.goal is None:
        return
    if campaign.goal.event in INTERNAL:
        yield ("goal", "event"), internal(campaign.goal.event)
    if problem := known.condition(words, campaign.goal.when):
        yield ("goal", "when"), problem
