"""What the slow brain knew on the morning of 18 March 1997, and the starter playbook with a wait of seconds."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from infra.demo.at_home import AtHome
from infra.demo.calendar import DAY
from infra.demo.cast import Cast, Known, choose
from infra.demo.cdnow import Order, orders
from infra.demo.day import Day, plan
from infra.demo.house import STARTER, hurried_copy
from infra.demo.making import Scale
from infra.demo.reckoning import Reckoning, reckon
from infra.demo.run import DATA, Lived, some
from infra.publish.playbook import Draft, read_playbook
from tests.unit.demo.memory import lived_in_memory

AS_OF = datetime(1997, 3, 18, tzinfo=UTC)
SEED = 7


@pytest.fixture(scope="session")
def every_order() -> Sequence[Order]:
    return list(orders(DATA))


@pytest.fixture(scope="session")
def before(every_order: Sequence[Order]) -> Sequence[Order]:
    return [order for order in every_order if order.day < DAY]


@pytest.fixture(scope="session")
def of_the_day(every_order: Sequence[Order]) -> Sequence[Order]:
    return [order for order in every_order if order.day == DAY]


@pytest.fixture(scope="session")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Draft:
    folder = hurried_copy(STARTER, tmp_path_factory.mktemp("shop") / "playbook", 15)
    return read_playbook(folder, published_at=AS_OF, number=1)


@pytest.fixture(scope="session")
def slow(tmp_path_factory: pytest.TempPathFactory, draft: Draft, before: Sequence[Order]) -> AtHome:
    made = AtHome(tmp_path_factory.mktemp("slow"), draft)
    made.remember(before)
    return made


@pytest.fixture(scope="session")
def known(slow: AtHome) -> Known:
    return slow.snapshot(AS_OF)


@pytest.fixture(scope="session")
def cast(known: Known, every_order: Sequence[Order]) -> Cast:
    return choose(known, every_order)


@pytest.fixture(scope="session")
def day(known: Known, cast: Cast, of_the_day: Sequence[Order], draft: Draft) -> Day:
    return plan(known, cast, of_the_day, draft.playbook.products, seed=SEED, scale=Scale())


@pytest.fixture(scope="session")
def lived(
    slow: AtHome, known: Known, day: Day, before: Sequence[Order], tmp_path_factory: pytest.TempPathFactory
) -> Lived:
    return lived_in_memory(slow.copy(tmp_path_factory.mktemp("whole")), known, day, before)


@pytest.fixture(scope="session")
def reckoned(lived: Lived) -> Reckoning:
    return reckon(lived)


@pytest.fixture(scope="session")
def small(
    slow: AtHome, known: Known, cast: Cast, every_order: Sequence[Order], tmp_path_factory: pytest.TempPathFactory
) -> Lived:
    """A day of a few customers, those of the stories among them."""
    scale = Scale(carts_ordered=3, carts_left_after_order=2, carts_left_by_others=2, views=4, orders_by_both_ways=2)
    chosen = some([order for order in every_order if order.day == DAY], cast, 30)
    made = plan(known, cast, chosen, slow.draft.playbook.products, seed=SEED, scale=scale)
    before = [order for order in every_order if order.day < DAY]
    return lived_in_memory(slow.copy(tmp_path_factory.mktemp("small")), known, made, before)
