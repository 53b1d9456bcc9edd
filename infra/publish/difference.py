"""What is otherwise in one playbook than in another: added, removed, changed, field by field and step by step."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import ndiff
from hashlib import sha256
from typing import Any, Final, Literal

from infra.explain.rules import in_words
from infra.publish.edition import Draft
from infra.publish.in_words import (
    campaign_in_words,
    cap_in_words,
    holdout_in_words,
    journey_in_words,
    quiet_in_words,
)
from infra.publish.step_words import plan
from infra.publish.versions import definition
from tandem.attributes import Derived, Rule
from tandem.content import Content
from tandem.playbook import Playbook

Said = Mapping[str, str]
_STEPS: Final = ("- ", "+ ", "  ")


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is said otherwise. Empty is: it was not said."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One part of a playbook: a campaign, a journey, a cap, an attribute. `steps` are the lines of a journey's plan,
    each with a mark before it: `-` was there, `+` is new, a blank stays. `begins_anew` is an attribute that is
    incomplete until the next snapshot."""

    part: str
    name: str
    kind: Literal["added", "removed", "changed"]
    fields: tuple[Field, ...] = ()
    steps: tuple[str, ...] = ()
    begins_anew: bool = False


def differences(before: Draft, after: Draft) -> tuple[Change, ...]:
    """Everything that is otherwise in `after`, in the order a marketer would ask."""
    old, new = before.playbook, after.playbook
    return (
        *_compared("campaign", _campaigns(old), _campaigns(new)),
        *_journeys(old, new),
        *_compared("cap", _caps(old), _caps(new)),
        *_compared("playbook", _whole(old), _whole(new)),
        *_attributes(old, new),
        *_templates(before.content, after.content),
        *_compared("product", _products(old), _products(new)),
    )


def _compared(part: str, old: Mapping[str, Said], new: Mapping[str, Said]) -> Iterator[Change]:
    for name in (*new, *(name for name in old if name not in new)):
        if name not in old:
            yield Change(part, name, "added", _fields({}, new[name]))
        elif name not in new:
            yield Change(part, name, "removed")
        elif fields := _fields(old[name], new[name]):
            yield Change(part, name, "changed", fields)


def _fields(old: Said, new: Said) -> tuple[Field, ...]:
    names = (*new, *(name for name in old if name not in new))
    found = (Field(name, old.get(name, ""), new.get(name, "")) for name in names)
    return tuple(each for each in found if each.before != each.after)


def _campaigns(playbook: Playbook) -> Mapping[str, Said]:
    return {each.id: campaign_in_words(each) for each in playbook.campaigns}


def _journeys(old: Playbook, new: Playbook) -> Iterator[Change]:
    before, after = old.journey_by_id, new.journey_by_id
    for name in (*after, *(name for name in before if name not in after)):
        if name not in after:
            yield Change("journey", name, "removed")
            continue
        was = [str(line) for line in plan(before[name])] if name in before else []
        now = [str(line) for line in plan(after[name])]
        steps = tuple(line for line in ndiff(was, now) if line.startswith(_STEPS)) if was != now else ()
        fields = _fields(journey_in_words(before[name]) if name in before else {}, journey_in_words(after[name]))
        if name not in before:
            yield Change("journey", name, "added", fields, steps)
        elif steps or fields:
            yield Change("journey", name, "changed", fields, steps)


def _caps(playbook: Playbook) -> Mapping[str, Said]:
    return {each.id: {"at most": cap_in_words(each)} for each in playbook.caps}


def _whole(playbook: Playbook) -> Mapping[str, Said]:
    """What is said once for all of it."""
    return {
        "shop": {name: str(value) for name, value in playbook.shop},
        "quiet hours": {"": "; ".join(map(quiet_in_words, playbook.quiet_hours)) or "none"},
        "holdout": {"": holdout_in_words(playbook.holdout) if playbook.holdout else "none"},
    }


def _attributes(old: Playbook, new: Playbook) -> Iterator[Change]:
    before, after = old.ruleset.by_attribute, new.ruleset.by_attribute
    for name in (*after, *(name for name in before if name not in after)):
        was, now = before.get(name), after.get(name)
        if now is None:
            yield Change("attribute", name, "removed")
            continue
        anew = isinstance(now, Rule) and not (isinstance(was, Rule) and definition(was) == definition(now))
        fields = _fields(_attribute(was) if was else {}, _attribute(now))
        if was is None:
            yield Change("attribute", name, "added", fields, begins_anew=anew)
        elif fields or anew:
            yield Change("attribute", name, "changed", fields, begins_anew=anew)


def _attribute(attribute: Rule | Derived) -> Said:
    told = {
        "rule": in_words(attribute),
        "announced": "yes" if attribute.publish else "no",
        "description": attribute.description,
    }
    if isinstance(attribute, Derived) and attribute.otherwise is not None:
        told["otherwise"] = str(attribute.otherwise)
    return told


def _templates(old: Content, new: Content) -> Iterator[Change]:
    """By name and language: whole texts are too long to show."""
    yield from _by_language("template", old.templates, new.templates)
    yield from _by_language("frame", {"phrases": old.phrases}, {"phrases": new.phrases})
    designs = _designs(old), _designs(new)
    yield from _compared("design", *designs)
    yield from _compared("brand", {"": _brand(old)}, {"": _brand(new)})


def _designs(content: Content) -> Mapping[str, Said]:
    """What they are made of is too long to show."""
    designs = content.designs or {"the first": content.layouts}
    return {name: {"looks": sha256(repr(layouts).encode()).hexdigest()[:8]} for name, layouts in designs.items()}


def _brand(content: Content) -> Said:
    return dict(_flat(content.look.model_dump(mode="json", exclude_none=True)))


def _flat(data: Mapping[str, Any], around: str = "") -> Iterator[tuple[str, str]]:
    for name, value in data.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{around}{name}.")
        else:
            yield f"{around}{name}", ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _by_language(
    part: str, old: Mapping[str, Mapping[str, object]], new: Mapping[str, Mapping[str, object]]
) -> Iterator[Change]:
    for name in (*new, *(name for name in old if name not in new)):
        was, now = old.get(name, {}), new.get(name, {})
        fields = tuple(
            Field(locale, *_shown(was.get(locale), now.get(locale)))
            for locale in sorted({*was, *now})
            if was.get(locale) != now.get(locale)
        )
        if fields:
            yield Change(part, name, "changed" if was and now else "added" if now else "removed", fields)


def _shown(was: object, now: object) -> tuple[str, str]:
    return ("words" if was else "", ("other words" if was else "words") if now else "")


def _products(playbook: Playbook) -> Mapping[str, Said]:
    return {
        each.id: {
            "name": each.name,
            "price": str(each.price),
            "path": each.path,
            **({"image": each.image} if each.image else {}),
            "complements": ", ".join(each.complements),
            **{f"name {locale}": name for locale, name in each.names.items()},
            **{f"tip {locale}": tip for locale, tip in each.tip.items()},
        }
        for each in playbook.products
    }
