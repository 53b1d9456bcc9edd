"""Whatever happens to a customer under whatever playbook: no cap, hour or word is passed over, and all ends once."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.orchestra.design import Design
from tests.orchestra.programs import Program
from tests.orchestra.soak import LENGTH, first_fault, program_of
from tests.orchestra.switched_off import SWITCHED_OFF

SEEDS = range(6)  # a part for each, for the workers of a parallel run
WORLDS = 1_500
PROGRAMS = st.binary(min_size=LENGTH, max_size=LENGTH)
FRESH = settings(
    deadline=None, database=None, derandomize=False, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.mark.parametrize("part", SEEDS)
def test_no_world_breaks_a_promise(part: int) -> None:
    done = Counter[str]()

    @seed(part)  # the same worlds in every run: it is the soak that looks for new ones
    @settings(FRESH, max_examples=WORLDS // len(SEEDS))
    @given(PROGRAMS)
    def run(program: bytes) -> None:
        judge = Program(program).run().judge
        done.update(worlds=1, decisions=len(judge.documents), messages=len(judge.departures))

    run()

    assert done["decisions"] > 3 * done["worlds"]
    assert done["messages"] > done["worlds"] // 2


@pytest.mark.parametrize("design", SWITCHED_OFF, ids=lambda design: design.__name__)
def test_the_soak_finds_each_protection_that_is_switched_off(design: type[Design]) -> None:
    examples = first_fault(design, 3_000)

    print(f"{design.__name__}: found after {examples} examples")
    assert examples


def test_a_seed_is_always_the_same_world() -> None:
    told = [Program(program_of(7)).run().story("ends") for _ in range(2)]

    assert told[0] == told[1]
