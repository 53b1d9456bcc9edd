"""The goals that a report's numbers are about."""

from infra.publish.in_words import goal_in_words
from infra.report.model import Aim
from tandem.playbook import Playbook


def aims(playbook: Playbook | None) -> dict[str, Aim]:
    """The goals of a playbook's campaigns, by campaign."""
    campaigns = playbook.campaigns if playbook else ()
    return {each.id: Aim(goal_in_words(each.goal), each.goal.within) for each in campaigns if each.goal}
