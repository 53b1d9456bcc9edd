"""One world, from its seed to its end."""

from datetime import timedelta
from typing import Final

from tandem.playbook import Stops
from tests.builders import DAY, HOUR
from tests.simulator.design import Design
from tests.simulator.ends import check_all
from tests.simulator.people import Arrival, Plan, a_plan
from tests.simulator.story import Wrong
from tests.simulator.world import World

MOST_ROUNDS: Final = 40


def play(seed: str, design: Design | None = None) -> World:
    """The world with a seed. Raises Wrong with its story."""
    plan = a_plan(seed)
    world = World(plan.start, seed, design=design)
    try:
        live(world, plan, faulty=True)
        check_all(world)
        if plan.is_plain:
            calm = World(plan.start, seed)
            live(calm, plan, faulty=False)
            world.judge.check_plain(calm.judge)
    except Wrong as wrong:
        raise Wrong(f"{world.story.told()}\n{wrong}") from wrong
    except Exception as error:
        raise Wrong(f"{world.story.told()}\nbroken: {error!r}") from error
    return world


def live(world: World, plan: Plan, *, faulty: bool) -> None:
    """Everything arrives, and then comes to its end."""
    world.publish(plan.playbook)
    for arrival in plan.arrivals:
        world.later(plan.start + arrival.after, _arrive, world, arrival)
    world.pass_time(plan.start + HOUR / 2)
    if faulty:
        world.go_wrong(plan.length)
    world.pass_time(plan.start + plan.length + 3 * HOUR)
    world.clear_up()
    _settle(world)


def _arrive(world: World, arrival: Arrival) -> None:
    match arrival.event:
        case Stops() as stops:
            world.stop(stops)
        case str() as garbage:
            world.topic.publish(garbage)
        case event:
            world.arrive(event)


def _settle(world: World) -> None:
    """Time passes and dead letters are redriven until nothing is under way."""
    for _ in range(MOST_ROUNDS):
        world.pass_time(world.now + DAY)
        world.redrive()
        if world.is_over():
            return
    world.pass_time(world.now + timedelta(days=60))
