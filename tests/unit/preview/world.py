"""The starter playbook as it would be published, read once, and looks at it."""

from functools import cache
from pathlib import Path

from infra.preview.look import Look, Sender, Subject, look
from infra.preview.made_up import made_up
from infra.publish.playbook import Draft, read_playbook
from tandem.attributes import Tier
from tandem.playbook import Campaign
from tests.builders import NOON

STARTER = Path(__file__).parents[3] / "infra" / "playbook"


@cache
def starter() -> Draft:
    return read_playbook(STARTER, published_at=NOON)


def a_look(
    campaign: str | Campaign,
    customer: str = "fullest",
    *,
    locale: str = "en",
    tier: Tier = Tier.MEDIUM,
    variant: str = "",
    folder: Path | None = STARTER,
    others: tuple[tuple[str, str], ...] = (),
) -> Look:
    draft = starter()
    what = draft.playbook.by_id[campaign] if isinstance(campaign, str) else campaign
    person = made_up(customer, draft.playbook, draft.content, what, tier=tier, variant=variant, now=NOON)
    assert person is not None
    subject = Subject(draft.playbook, draft.content, what)
    return look(subject, person.speaking(locale), at=NOON, sender=Sender(), folder=folder, others=others)
