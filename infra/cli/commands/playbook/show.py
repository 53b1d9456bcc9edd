"""A playbook on the screen: what is in it, and what publishing it begins or ends."""

from collections.abc import Iterator
from typing import Final

from infra.cli.screen import Screen
from infra.explain.rules import in_words
from infra.explain.words import listing
from infra.publish.edition import Draft
from infra.publish.in_words import (
    campaign_in_words,
    cap_in_words,
    holdout_in_words,
    journey_in_words,
    quiet_in_words,
)
from infra.publish.journey_versions import removed, replaced
from infra.publish.step_words import plan
from infra.publish.versions import new_versions
from tandem.attributes import Derived, Rule
from tandem.playbook import Playbook
from tandem.playbook.standard import STANDARD_NAMES

INCOMPLETE = (
    "Until a snapshot carries them they are incomplete, unless their window began after they took effect: conditions "
    "on them do not match. The next nightly snapshot counts them over all of the archive."
)

_ASKED: Final = {
    "start": "starts on",
    "when": "for whom",
    "key": "one for each",
    "exit_on": "ends on",
    "reentry": "enters again",
    "max_duration": "takes at most",
    "excludes": "holds back",
}


def show_draft(draft: Draft, screen: Screen) -> None:
    """The shop and its limits, campaigns, journeys step by step, attributes, and templates by language."""
    playbook = draft.playbook
    screen.pairs(_limits(playbook))
    screen.line()
    _campaigns(playbook, screen)
    _journeys(playbook, screen)
    _attributes(playbook, screen)
    _templates(draft, screen)


def _limits(playbook: Playbook) -> Iterator[tuple[str, object]]:
    yield "shop", f"{playbook.shop.name}, {playbook.shop.currency}, {playbook.shop.default_time_zone}"
    if not playbook.caps:
        yield "caps", "none: nothing limits how much a customer gets"
    for index, cap in enumerate(playbook.caps):
        yield "" if index else "caps", f"{cap.id}: {cap_in_words(cap)}"
    for index, quiet in enumerate(playbook.quiet_hours):
        yield "" if index else "quiet hours", quiet_in_words(quiet)
    if playbook.holdout:
        yield "holdout", holdout_in_words(playbook.holdout)
    yield "products", len(playbook.products)


def _campaigns(playbook: Playbook, screen: Screen) -> None:
    rows = []
    for each in playbook.campaigns:
        said = campaign_in_words(each)
        names = ("priority", "trigger", "audience", "channels", "category")
        rows.append((each.id, *(said.get(name, "-") for name in names)))
    columns = ("campaign", "priority", "starts on", "audience", "channels", "category")
    screen.table("Campaigns, those with a priority by hand first", columns, rows)
    screen.line()


def _journeys(playbook: Playbook, screen: Screen) -> None:
    for journey in playbook.journeys:
        said = journey_in_words(journey)
        paused = f" ({said['status']})" if "status" in said else ""
        screen.line(f"Journey {journey.id}{paused}", style="bold")
        screen.pairs((words, said[name]) for name, words in _ASKED.items() if name in said)
        for line in plan(journey):
            screen.line(line, indent=2)
        screen.line()


def _attributes(playbook: Playbook, screen: Screen) -> None:
    every = playbook.ruleset.by_attribute
    own = [(name, in_words(each), "✓" if each.publish else "") for name, each in every.items() if _is_own(each)]
    title = f"Attributes, beside {len(every) - len(own)} standard ones"
    screen.table(title, ("attribute", "rule", "announced"), own, whole=("attribute",))
    if own:
        screen.line()


def _is_own(each: Rule | Derived) -> bool:
    """Whether the playbook says something of it."""
    return each.attribute not in STANDARD_NAMES or each.publish


def _templates(draft: Draft, screen: Screen) -> None:
    locales = sorted({locale for words in draft.content.templates.values() for locale in words})
    words = [
        (name, *("✓" if locale in held else "-" for locale in locales))
        for name, held in sorted(draft.content.templates.items())
    ]
    screen.table(f"Templates by language ({listing(locales)})", ("template", *locales), words)


def show_news(playbook: Playbook, before: Playbook | None, screen: Screen) -> None:
    """What begins anew when it takes the place of `before`, and who leaves: rules, and versions of journeys."""
    if before is None:
        return
    held = before.ruleset.by_attribute
    rows = [
        (rule.attribute, "changed" if rule.attribute in held else "new", in_words(held.get(rule.attribute, rule)))
        for rule in new_versions(playbook, before)
    ]
    if rows:
        screen.line()
        screen.table(f"New against playbook {before.number}", ("attribute", "", "before"), rows)
        screen.line(INCOMPLETE, style="dim")
    for line in _moves(playbook, before):
        screen.line(line)


def _moves(playbook: Playbook, before: Playbook) -> Iterator[str]:
    for old in replaced(playbook.journeys, before):
        moves = playbook.journey_by_id[old.id].moves_at
        until = f", or until they come to {listing(list(moves), 'or')}" if moves else ""
        yield f"\nJourney {old.id} has a new version: who is in it stays on version {old.version}{until}."
    for name in removed(playbook.journeys, before):
        yield f"\nJourney {name} is removed, and so ended: who is in it leaves. To let them finish, pause it instead."
