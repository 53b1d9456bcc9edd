"""An earlier playbook again: its words and rules, under a new number."""

from infra.publish.edition import Draft, Edition, issued
from infra.publish.known import Known
from infra.publish.parts import parts_of
from infra.publish.together import judge
from tandem.errors import BadPlaybook


def again(old: Draft, edition: Edition) -> Draft:
    """A published playbook as a new edition: its rules and journeys are versions as if it had been written anew.

    Raises BadPlaybook where this release no longer understands what an older one published.
    """
    playbook = old.playbook
    rules = playbook.ruleset
    if defects := tuple(judge(parts_of(playbook), Known(rules))):
        raise BadPlaybook(tuple(sorted(set(defects))))
    return issued(playbook, rules.rules, rules.derived, old.content, edition)
