"""The fixtures of a folder's tests."""

import inspect
from pathlib import Path
from typing import Any, Protocol

import pytest

from tandem.testing.expect import Expect
from tandem.testing.person import Person
from tandem.testing.world import World


class At(Protocol):
    """The fixture `at`: see World.at."""

    def __call__(self, when: str, zone: str = "") -> None:
        """It is then."""


class Wait(Protocol):
    """The fixture `wait`: see World.wait."""

    def __call__(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """So much time passes."""


def fixtures(folder: Path | str) -> tuple[Any, Any, Any, Any, Any]:
    """`world, at, wait, customer, expect` for a conftest.py: each test gets a world of its own, and `customer` is one
    of whom nobody knows anything yet. A folder's name is read from where the conftest.py is; it is read once."""
    here = Path(inspect.stack()[1].filename).parent

    @pytest.fixture
    def world() -> World:
        return World(here / folder)

    @pytest.fixture
    def at(world: World) -> At:
        return world.at

    @pytest.fixture
    def wait(world: World) -> Wait:
        return world.wait

    @pytest.fixture
    def customer(world: World) -> Person:
        return world.customer()

    @pytest.fixture
    def expect(world: World) -> Expect:
        return world.expect

    return world, at, wait, customer, expect
