"""What publishing adds to what is written: a number, an author, moments, and the versions of rules and journeys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from infra.publish.journey_versions import versioned
from infra.publish.versions import numbered, written, written_derived
from tandem.attributes import Derived, Rule
from tandem.content import Content
from tandem.playbook import Playbook

Words = Mapping[str, Sequence[str]]  # the attributes that a template speaks of, by its name


@dataclass(frozen=True, slots=True)
class Draft:
    """A playbook that may be published: what `trigger` reads, and what `send` reads."""

    playbook: Playbook
    content: Content


@dataclass(frozen=True, slots=True)
class Edition:
    """One publication. Moments are aware; without `takes_effect_at` it holds at once.

    `before` is the playbook that holds until then, None for the first ever: rules and journeys that it has keep their
    versions. Codes are given after its own, and after `first_code`.
    """

    published_at: datetime
    number: int = 0
    before: Playbook | None = None
    takes_effect_at: datetime | None = None
    author: str = ""
    note: str = ""
    first_code: int = 0

    @property
    def since(self) -> datetime:
        """The moment it takes effect."""
        return self.takes_effect_at or self.published_at


def issued(
    playbook: Playbook,
    rules: Sequence[Rule],
    derived: Sequence[Derived],
    content: Content,
    edition: Edition,
    *,
    words: Words | None = None,
) -> Draft:
    """What is written, with everything that makes it this edition. `rules` and `derived` are all attributes, `words`
    those that each template speaks of: None are those that the playbook has already."""
    before, number, since = edition.before, edition.number, edition.since
    compiled, last_code = numbered(rules, before, number=number, published_at=since, first_code=edition.first_code)
    journeys, former = versioned(playbook.journeys, before, number=number, since=since)
    made = playbook.model_copy(
        update={
            "number": number,
            "published_at": edition.published_at,
            "takes_effect_at": edition.takes_effect_at,
            "author": edition.author,
            "note": edition.note,
            "follows": before.number if before else 0,
            "journeys": journeys,
            "former": former,
            "rules": written(compiled, playbook.shop.currency),
            "derived": written_derived(derived),
            "last_code": last_code,
            "words": playbook.words if words is None else {name: tuple(used) for name, used in words.items() if used},
        }
    )
    # A copy takes over what its original has computed: the published form is read anew.
    return Draft(Playbook.model_validate(dict(made)), content.model_copy(update={"number": number}))
