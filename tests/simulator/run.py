"""One world, from its seed to its end."""

from typing import Final

from tandem.playbook import Stops
from tests.builders import DAY, HOUR
from tests.simulator.design import Design
from tests.simulator.ends import check_customers, check_ends
from tests.simulator.people import Arrival, Plan, a_plan
from tests.simulator.story import Wrong
from tests.simulator.world import World

MOST_DAYS: Final = 12


def play(seed: str, design: Design | None = None) -> World:
    """The world with a seed. Raises Wrong with its story."""
    plan = a_plan(seed)
    world = World(plan.start, seed, design, is_harsh=not plan.is_plain)
    try:
        live(world, plan)
        if plan.is_plain:
            calm = World(plan.start, seed)
            arrive(calm, plan)
            world.judge.check_plain(calm.judge)
    except Wrong as wrong:
        raise Wrong(f"{world.story.told()}\n{wrong}") from wrong
    except Exception as error:
        raise Wrong(f"{world.story.told()}\nbroken: {error!r}") from error
    return world


def live(world: World, plan: Plan) -> None:
    """Everything arrives while everything fails; then nothing fails any more, and it all comes to its end.

    First what the customers are, within the time that they keep what they heard; then whatever is still to come.
    """
    _prepare(world, plan)
    world.pass_time(plan.start + HOUR / 2)
    world.go_wrong(plan.length)
    world.pass_time(plan.start + plan.length + 3 * HOUR)
    world.clear_up()
    _come_to_rest(world)
    check_customers(world)
    while world.heap:
        world.pass_time(world.heap[0][0])
    _come_to_rest(world)
    check_ends(world)


def arrive(world: World, plan: Plan) -> None:
    """The same where nothing fails."""
    _prepare(world, plan)
    world.pass_time(plan.start + plan.length + DAY)


def _prepare(world: World, plan: Plan) -> None:
    world.publish(plan.playbook)
    for arrival in plan.arrivals:
        world.later(plan.start + arrival.after, _arrive, world, arrival)


def _arrive(world: World, arrival: Arrival) -> None:
    match arrival.event:
        case Stops() as stops:
            world.stop(stops)
        case str() as garbage:
            world.topic.publish(garbage)
        case event:
            world.arrive(event)


def _come_to_rest(world: World) -> None:
    """The functions work by themselves. What `settle` has sent back three times a person brings back, days later."""
    for day in range(MOST_DAYS):
        world.pass_time(world.now + DAY)
        if not any(queue.messages for queue in world.queues.values()) and not world.workers.has_to_settle():
            return
        if world.design.redrives and day > 2:
            world.workers.redrive()
