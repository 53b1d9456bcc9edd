"""Whatever fails, whatever comes twice or late, whoever is killed: nothing is lost, nothing is sent twice."""

import pytest

from tests.simulator.quiet import quiet
from tests.simulator.run import play

PARTS = 4  # for the workers of a parallel run
WORLDS = 40


@pytest.mark.parametrize("part", range(PARTS))
def test_no_world_breaks_a_promise(part: int) -> None:
    with quiet():
        worlds = [play(f"{seed}").counted() for seed in range(part, WORLDS, PARTS)]

    assert sum(each["messages"] for each in worlds) > len(worlds)


def test_a_seed_is_always_the_same_world() -> None:
    with quiet():
        told = [play("7").story.told() for _ in range(2)]

    assert told[0] == told[1]
