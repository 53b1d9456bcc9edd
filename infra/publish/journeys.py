"""journeys/*.yaml, each judged by itself: its start, its steps one by one, and how long it takes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from infra.publish.journey_steps import Steps, given_ids
from infra.publish.journey_time import least_wait
from infra.publish.known import Known, Problem
from infra.publish.parts import Parts
from infra.publish.problems import hint
from infra.publish.source import read_yaml, validate
from infra.publish.triggers import internal, trigger_problems
from tandem.errors import BadPlaybook, Defect
from tandem.events.parse import INTERNAL
from tandem.expressions import Kind
from tandem.playbook import Journey, OnAbandonedCart
from tandem.playbook.fields import write_duration
from tandem.playbook.journey import WaitStep
from tandem.playbook.vocabulary import arrival_of, language

_KEYS: Final = (Kind.STRING, Kind.INT, Kind.ANY)


def read_journeys(folder: Path, parts: Parts, defects: list[Defect]) -> None:
    """The journeys that can be read go to `parts`, each with its file; what is wrong goes to `defects`.

    A playbook may have none.
    """
    for path in sorted((folder / "journeys").glob("*.y*ml")):
        try:
            source = read_yaml(path, folder)
            parts.journeys.append((source, validate(Journey, source, source.data)))
        except BadPlaybook as bad:
            defects += bad.defects
            parts.has_broken_journeys = True


def journey_problems(journey: Journey, known: Known) -> Iterator[Problem]:
    """What is wrong with a journey by itself."""
    yield from trigger_problems(journey.start, known, ("start",))
    arrival = language(known.rules, arrival_of(journey.start))
    if problem := known.condition(arrival, journey.when):
        yield ("when",), problem
    if problem := _key(journey, known):
        yield ("key",), problem
    steps = Steps(journey, known)
    yield from _exits(journey, steps)
    yield from steps.problems()
    yield from _ids(journey)
    yield from _too_long(journey)


def _key(journey: Journey, known: Known) -> str:
    if journey.key is None:
        return ""
    if isinstance(journey.start, OnAbandonedCart):
        return "the cart is the key of a journey that a cart starts: leave key out"
    arrival = language(known.rules, arrival_of(journey.start))
    if problem := known.value(arrival, journey.key):
        return problem
    checked = arrival.check(journey.key)
    if not checked.problem and checked.kind not in _KEYS:
        return f"is {checked.kind}, and a key is a string or an int: it tells journeys apart"
    return ""


def _exits(journey: Journey, steps: Steps) -> Iterator[Problem]:
    for index, each in enumerate(journey.exit_on):
        if each.event in INTERNAL:
            yield ("exit_on", index, "event"), internal(each.event)
        if problem := steps.condition(each.when, steps.names, event=True):
            yield ("exit_on", index, "when"), problem


def _ids(journey: Journey) -> Iterator[Problem]:
    ids: list[str] = []
    for at, name in given_ids(journey.steps):
        if name in ids:
            yield (*at, "id"), f"{name} is another step's id already"
        ids.append(name)
    waits = {where for where, step in journey.every_step() if isinstance(step, WaitStep)}
    for index, name in enumerate(journey.moves_at):
        if name not in ids:
            there = f"; there are {', '.join(ids)}" if ids else "; no step has an id"
            yield ("moves_at", index), f"there is no step {name}{hint(name, ids) or there}"
        elif name not in waits:
            yield ("moves_at", index), f"{name} is no wait, and nobody stands still anywhere else"


def _too_long(journey: Journey) -> Iterator[Problem]:
    waited = least_wait(journey.steps)
    if waited > journey.max_duration:
        most, least = write_duration(journey.max_duration), write_duration(waited)
        yield ("max_duration",), f"is {most}, but its steps wait {least}: nobody could come to the end"
