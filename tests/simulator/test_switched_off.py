"""The simulator sees each protection that is switched off; the document says in which world."""

import pytest

from tests.simulator.design import Design
from tests.simulator.found import is_found, recorded
from tests.simulator.switched_off import SWITCHED_OFF

MORE = 120  # where a change of the code made other worlds of the same seeds


@pytest.mark.parametrize("design", SWITCHED_OFF, ids=lambda design: design.__name__)
def test_a_protection_that_is_switched_off_is_seen(design: type[Design]) -> None:
    first = recorded()[design.__name__]

    assert any(is_found(design, world) for world in (first, *range(1, MORE)))


def test_the_document_names_every_protection() -> None:
    assert list(recorded()) == [design.__name__ for design in SWITCHED_OFF]
