"""Counting decisions, the goals they reached and the ledger's rows, in whatever order they are read."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from infra.report.model import Aim, Compared, Counted, Heard, Judged, Side, Told
from tandem.decisions import Outcome, Reached
from tandem.decisions.allotted import is_allotted
from tandem.decisions.model import FINAL
from tandem.sending.outcome import Status

MARKS: Final = ("delivered", "bounced", "complained", "opened", "clicked")
Key = tuple[str, str]  # a decision and a campaign


@dataclass(slots=True)
class _First:
    """The first time that chance put a customer on a side."""

    at: datetime
    decision: str
    is_held_out: bool

    @property
    def rank(self) -> tuple[datetime, str]:
        return self.at, self.decision


@dataclass(slots=True)
class Tally:
    """What was decided since a moment (aware). Reading anything twice changes nothing."""

    since: datetime
    chosen: dict[str, dict[str, datetime]] = field(default_factory=lambda: defaultdict(dict))
    held_back: dict[str, Counter[Outcome]] = field(default_factory=lambda: defaultdict(Counter))
    held_out: dict[str, set[Key]] = field(default_factory=lambda: defaultdict(set))
    firsts: dict[str, dict[str, _First]] = field(default_factory=lambda: defaultdict(dict))
    reached: set[Key] = field(default_factory=set)
    rows: dict[str, Heard] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)

    def decision(self, judged: Judged) -> None:
        """A decision, with all its candidates."""
        if judged.at < self.since or judged.id in self.known:
            return
        self.known.add(judged.id)
        for each in judged.candidates:
            name = each.campaign
            if each.outcome is Outcome.CHOSEN:
                self.chosen[name][judged.id] = judged.at
            elif each.outcome in FINAL:
                self.held_back[name][each.outcome] += 1
            if each.outcome is Outcome.HOLDOUT:
                self.held_out[name].add((judged.id, name))
            if is_allotted(each):
                first = _First(judged.at, judged.id, each.outcome is Outcome.HOLDOUT)
                if first.rank <= self.firsts[name].setdefault(judged.customer_id, first).rank:
                    self.firsts[name][judged.customer_id] = first

    def goal(self, reached: Reached) -> None:
        """A goal that a decision came to."""
        self.reached.add(reached.of)

    def row(self, heard: Heard) -> None:
        """A row of the ledger."""
        self.rows[heard.id] = heard

    def report(self, until: datetime, aims: Mapping[str, Aim]) -> Told:
        """The numbers of every campaign of which something was decided; `aims` are the goals, by campaign."""
        rows: dict[str, list[Heard]] = defaultdict(list)
        decided = {each for some in self.chosen.values() for each in some}
        for row in self.rows.values():
            if row.id in decided or (not row.customer_id and row.at >= self.since):
                rows[row.campaign].append(row)
        names = self.chosen.keys() | self.held_back.keys() | rows.keys()
        found = sorted((self._counted(name, rows[name], until, aims.get(name)) for name in names), key=_most_first)
        return Told(
            self.since, until, tuple(sorted(found, key=lambda each: (-each.decided, -each.asked, each.campaign)))
        )

    def _counted(self, name: str, rows: list[Heard], until: datetime, aim: Aim | None) -> Counted:
        chosen = self.chosen.get(name, {})
        heard = {row.id: row for row in rows}
        every = chosen.keys() | heard.keys()  # of who was erased only the row is left
        status = Counter(heard[each].status if each in heard else None for each in every)
        marks = {mark: sum(f"{mark}_at" in row.marks for row in rows) for mark in MARKS}
        held_out = self.held_out.get(name, set())
        return Counted(
            campaign=name,
            decided=len(every),
            sent=status[Status.SENT],
            shadow=status[Status.SHADOW],
            refused=Counter(row.reason for row in rows if row.status is Status.REFUSED),
            unknown=status[Status.UNKNOWN],
            open=status[None] + status[Status.RESERVED] + status[Status.AGAIN],
            held_back=self.held_back.get(name, Counter()),
            **marks,
            reached=sum((each, name) in self.reached for each in chosen),
            watched=len(chosen),
            running=sum(at + aim.within > until for each, at in chosen.items() if (each, name) not in self.reached)
            if aim
            else 0,
            held_out=Side(len(held_out), len(held_out & self.reached)),
            compared=self._compared(name) if held_out else None,
            goal=aim.words if aim else "",
        )

    def _compared(self, name: str) -> Compared:
        """Each customer counts once, by the first time: what happens later depends on what happened before."""
        sides = {True: Counter[bool](), False: Counter[bool]()}
        for first in self.firsts[name].values():
            sides[first.is_held_out][(first.decision, name) in self.reached] += 1
        meant, held_out = (Side(sides[each].total(), sides[each][True]) for each in (False, True))
        return Compared(meant, held_out)


def _most_first(counted: Counted) -> tuple[int, int, str]:
    return -counted.decided, -counted.asked, counted.campaign
