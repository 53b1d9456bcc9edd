"""The slow brain, as far as one customer is concerned: `advance` from state to state, and how snapshots are loaded.

Modelled here: which events a builder reads and where its `as_of` may lie, a load's difference against the last
completely loaded snapshot, and its conditions on `as_of`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from tandem.adapters.memory_archive import MemoryArchive, MemoryUnarchived
from tandem.attributes import Profile, Rule, Ruleset, SnapshotHeader
from tandem.attributes.profile import MOST_DAYS_OLD, TAIL
from tandem.attributes.stored import pack_profile, unpack_profile
from tandem.customer.absorb import LIMITS, Limits
from tandem.events import EventType
from tandem.events.times import EARLIEST
from tandem.playbook import Playbook
from tandem.profiles.advance import State, advance, starts_over
from tandem.profiles.state import pack_state, unpack_state
from tests.builders import STANDARD
from tests.exact.facts import CUSTOMER, Copy
from tests.exact.reference import Handled

QUARTER: Final = timedelta(minutes=15)
YOUNGEST: Final = timedelta(hours=2)


class Design:
    """Every protection as designed. A variant switches one of them off."""

    limits: Limits = LIMITS
    reads_again = True
    holds_for_what_waits = True
    may_be_crowded = False

    def rule(self, rule: Rule, slot: int) -> Rule:
        """A rule as the actor knows it."""
        return rule

    def ruleset(self, rules: Ruleset) -> Ruleset:
        """The rules as the builder knows them."""
        return rules

    def delivers(self, copy: Copy, handled: Sequence[Handled]) -> bool:
        """Whether the actor gets a copy."""
        return True

    def profile(self, profile: Profile, inside: Sequence[Copy]) -> Profile:
        """A profile as it is stored."""
        return profile

    def codes(self, codes: frozenset[int]) -> frozenset[int]:
        """What a header says is carried."""
        return codes

    def may_load(self, build: "Build", now: datetime) -> bool:
        """Whether a snapshot is young enough."""
        return build.as_of >= now - MOST_DAYS_OLD


AsDesigned = Design


@dataclass(frozen=True)
class Build:
    """A snapshot. `inside` are the copies that its profile includes, `chain` the snapshots it goes back to.

    `imports` are those that were there, `unfinished` the ones that hold later events too.
    """

    number: int
    as_of: datetime
    codes: frozenset[int]
    state: State
    profile: Profile | None
    inside: tuple[Copy, ...]
    chain: frozenset[datetime]
    imports: frozenset[str]
    unfinished: frozenset[str]

    def __str__(self) -> str:
        made = f"profile of {self.profile.as_of:%m-%dT%H:%M}" if self.profile else "no profile"
        own, inside = sorted(self.codes - STANDARD), [each.event_id for each in self.inside]
        return f"{self.number} as of {self.as_of:%m-%dT%H:%M}, codes {own}, {made}, of {inside}"


@dataclass
class Slow:
    """Builds and loads. `builds` by number."""

    design: Design
    archive: MemoryArchive
    unarchived: MemoryUnarchived
    builds: list[Build] = field(default_factory=list)
    inside: dict[int, tuple[Profile, tuple[Copy, ...]]] = field(default_factory=dict)

    def included(self, profile: Profile | None) -> tuple[Copy, ...]:
        """What a profile includes."""
        return self.inside[id(profile)][1] if profile else ()

    def build(self, as_of: datetime, now: datetime, playbook: Playbook, archived: Sequence[Copy]) -> Build | None:
        """The snapshot at the quarter hour of `as_of`, or before what still waits for the archive."""
        oldest = self.unarchived.oldest() if self.design.holds_for_what_waits else None
        as_of = min(as_of, now - YOUNGEST, oldest or now)
        as_of -= timedelta(seconds=as_of.timestamp() % QUARTER.total_seconds())
        before = max((each for each in self.builds if each.as_of < as_of), key=lambda each: each.as_of, default=None)
        if any(each.as_of == as_of for each in self.builds):
            return None
        rules = self.design.ruleset(playbook.ruleset)
        imports = frozenset(self.archive.imports())
        anew = before is None or starts_over(before.codes, rules, as_of) or not imports <= before.imports
        state = State() if anew or before is None else before.state
        since = EARLIEST if anew or before is None else before.as_of - TAIL
        inside = tuple(
            each for each in archived if each.received < as_of and rules.at(as_of).hears(EventType(each.kind))
        )
        events = list(self.archive.read(since, as_of))
        unread = imports if anew or before is None else before.unfinished
        imported = [(key, event) for key in sorted(unread) for event in self.archive.read_import(key)]
        events += [event for _, event in imported]
        unfinished = frozenset(key for key, event in imported if event.received_at >= as_of)
        events = [event for event in events if event.received_at < as_of and rules.at(as_of).hears(event.type)]
        held = before.profile if before else None
        advanced = advance(CUSTOMER, state, events, rules, as_of=as_of, before=held) if events else None
        profile = None if anew else held  # who has no events is not among the customers of a snapshot made anew
        if advanced:
            state = unpack_state(CUSTOMER, pack_state(advanced.state))
            profile = unpack_profile(CUSTOMER, pack_profile(self.design.profile(advanced.profile, inside)))
            self.inside[id(profile)] = (profile, inside)
        codes = self.design.codes(frozenset(rules.at(as_of).by_code))
        chain = frozenset() if anew or before is None else before.chain | {before.as_of}
        build = Build(len(self.builds), as_of, codes, state, profile, inside, chain, imports, unfinished)
        self.builds.append(build)
        return build

    def load(
        self,
        build: Build,
        table: Mapping[str, Sequence[Any]],
        write: Callable[[str, Any], None],
        *,
        profile: bool,
        header: bool,
    ) -> None:
        """By difference against the last completely loaded snapshot, if this one goes back to it; the header last."""
        loaded, held = ((table.get(key) or [None])[-1] for key in ("header", "profile"))
        new = build.profile
        base = loaded.item.as_of if loaded and loaded.item.as_of in build.chain else None
        differs = new is not None and (base is None or new.as_of > base)
        if profile and new and differs and (held is None or held.item.as_of < new.as_of):
            write("profile", new)
        if header and (loaded is None or loaded.item.as_of <= build.as_of):
            write("header", SnapshotHeader(build.as_of, None, 1, build.codes))
