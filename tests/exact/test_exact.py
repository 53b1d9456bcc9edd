"""Whatever happens to a customer's events and profiles: a value that calls itself complete is the reference's."""

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.exact.programs import Program
from tests.exact.slow import Design
from tests.exact.soak import LENGTH, first_fault, program_of
from tests.exact.switched_off import SWITCHED_OFF, Crowded
from tests.exact.world import Probes

PARTS = 10  # for the workers of a parallel run
EXAMPLES = 5_000
PROGRAMS = st.binary(min_size=LENGTH, max_size=LENGTH)
FRESH = settings(
    deadline=None, database=None, derandomize=False, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.mark.parametrize("part", range(PARTS))
def test_the_merge_equals_the_reference_at_every_probe(part: int) -> None:
    probes = Probes()

    @seed(part)  # the same in every run: it is the soak that looks for new ones
    @settings(FRESH, max_examples=EXAMPLES // PARTS)
    @given(PROGRAMS)
    def run(program: bytes) -> None:
        nonlocal probes
        probes += Program(program).run().probes

    run()

    assert probes.values > EXAMPLES // PARTS * 10
    assert probes.complete > 0.8 * probes.values
    assert probes.merged > EXAMPLES // PARTS


@seed(300)
@settings(FRESH, max_examples=300)
@given(PROGRAMS)
def test_a_crowded_customers_values_are_exact_or_say_that_they_are_not(program: bytes) -> None:
    Program(program, Crowded()).run()


@pytest.mark.parametrize("design", SWITCHED_OFF, ids=lambda design: design.__name__)
def test_the_soak_finds_each_protection_that_is_switched_off(design: type[Design]) -> None:
    examples = first_fault(design, 6_000)

    print(f"{design.__name__}: found after {examples} examples")
    assert examples


def test_a_seed_is_always_the_same_program() -> None:
    told = [Program(program_of(7)).run().story("ends") for _ in range(2)]

    assert told[0] == told[1]
