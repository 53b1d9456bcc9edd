"""A journey's steps as a graph: each step with its id and the ids of what may come after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tandem.playbook import Journey
from tandem.playbook.journey import ways

END: Final = ""  # what comes after the last step


@dataclass(frozen=True, slots=True)
class Node:
    """A step. `then` is what comes after it, `ways` where its ways begin, by the name they have in ids."""

    id: str
    step: Any
    then: str
    ways: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Program:
    """All steps of a journey by id, and where it begins."""

    first: str
    nodes: Mapping[str, Node]


def program(journey: Journey) -> Program:
    """The journey as a graph, made once for each."""
    made: Program | None = journey.__dict__.get("_program")
    if made is None:
        nodes: dict[str, Node] = {}
        first = _lay(journey.steps, "", END, nodes)
        made = journey.__dict__["_program"] = Program(first, nodes)
    return made


def _lay(steps: tuple[Any, ...], place: str, after: str, nodes: dict[str, Node]) -> str:
    """Lays out steps that go on to `after`; the id of the first of them, or `after` where there is none."""
    if not steps:
        return after
    ids = [step.id or f"{place}{index}" for index, step in enumerate(steps)]
    for where, step, then in zip(ids, steps, [*ids[1:], after], strict=True):
        found = {name: _lay(inner, f"{where}.{name}.", then, nodes) for name, inner in ways(step)}
        nodes[where] = Node(where, step, then, found)
    return ids[0]
