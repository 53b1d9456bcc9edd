"""Whatever happens to a customer's events and profiles: a value that calls itself complete is the reference's."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exact.programs import Program


@settings(max_examples=500, deadline=None, database=None)
@given(st.binary(min_size=160, max_size=160))
def test_the_merge_equals_the_reference_at_every_probe(program: bytes) -> None:
    Program(program).run()
