"""A reached goal, beside the decision it belongs to: what was decided and what came of it are two records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter

from tandem.decisions.jsonable import jsonable
from tandem.decisions.model import Decision, read_decision

VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Reached:
    """An event of type `event` occurred at `reached_at` and reached the goal of a decision's candidate.

    `campaign` and `decision` name the candidate, decided about at `decided_at`. Of several of one candidate the
    earliest counts (by `reached_at`, then by `identity`): an event that occurred before may arrive later.
    """

    id: str
    customer_id: str
    decision: str
    campaign: str
    decided_at: datetime
    event: str
    identity: str
    reached_at: datetime
    event_id: str = ""
    v: int = VERSION

    @property
    def of(self) -> tuple[str, str]:
        """The candidate: its decision and its campaign."""
        return self.decision, self.campaign

    @property
    def rank(self) -> tuple[datetime, str]:
        """The lowest counts."""
        return self.reached_at, self.identity


def reached_document(reached: Reached) -> dict[str, Any]:
    """As JSON data."""
    document: dict[str, Any] = jsonable(reached)
    return {**document, "v": reached.v}


def read_record(document: Mapping[str, Any]) -> Decision | Reached:
    """What a record tells: a decision, or a goal that was reached."""
    return _adapter().validate_python(document) if "reached_at" in document else read_decision(document)


def earliest(found: Iterable[Reached]) -> dict[tuple[str, str], Reached]:
    """By candidate, what counts; the first reached first."""
    kept: dict[tuple[str, str], Reached] = {}
    for each in sorted(found, key=lambda each: (*each.rank, each.of)):
        kept.setdefault(each.of, each)
    return kept


@cache
def _adapter() -> TypeAdapter[Reached]:
    """Made when it is needed: who decides only writes."""
    return TypeAdapter(Reached)
