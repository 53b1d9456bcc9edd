"""A recorded decision beside the one that its record makes again."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Final

from infra.explain.sentences import sentence
from tandem.decisions import Candidate, Decision
from tandem.decisions.jsonable import jsonable

_SAID: Final = frozenset(("campaign", "channel", "template", "variant", "candidates"))  # told in words of their own
_READ: Final = frozenset(("seen", "attributes", "incomplete"))  # what it is made of, not what was made of it


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of both, in words; `whys` are the sentences behind them, where it is a candidate."""

    what: str
    recorded: str
    repeated: str
    whys: tuple[str, str] = ("", "")

    @property
    def differs(self) -> bool:
        """Whether the two are not the same."""
        return self.recorded != self.repeated or self.whys[0] != self.whys[1]


def side_by_side(recorded: Decision, repeated: Decision, *, currency: str = "") -> tuple[Line, ...]:
    """What was chosen, then each candidate by its place, then what else differs. Both are in the zone of the record."""
    lines = [Line("chosen", _choice(recorded), _choice(repeated)), *_candidates(recorded, repeated, currency)]
    for each in fields(Decision):
        one, other = getattr(recorded, each.name), getattr(repeated, each.name)
        if each.name not in _SAID | _READ and one != other:
            lines.append(Line(each.name, str(jsonable(one)), str(jsonable(other))))
    return tuple(lines)


def _choice(decision: Decision) -> str:
    if decision.campaign is None:
        return "nothing"
    variant = f", variant {decision.variant}" if decision.variant else ""
    return f"{decision.campaign} by {decision.channel}, template {decision.template}{variant}"


def _candidates(recorded: Decision, repeated: Decision, currency: str) -> Iterator[Line]:
    for place in range(max(len(recorded.candidates), len(repeated.candidates))):
        both = [(each, each.candidates[place : place + 1]) for each in (recorded, repeated)]
        (one, why), (other, other_why) = (_told(decision, found, currency) for decision, found in both)
        yield Line(next(found[0].campaign for _, found in both if found), one, other, (why, other_why))


def _told(decision: Decision, found: tuple[Candidate, ...], currency: str) -> tuple[str, str]:
    if not found:
        return "no candidate", ""
    return found[0].outcome.value.replace("_", " "), sentence(found[0], decision, currency=currency)
