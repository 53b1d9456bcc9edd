"""What the slow brain knew on the morning of 18 March 1997, and the starter playbook with a wait of seconds."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from infra.demo.calendar import DAY
from infra.demo.cast import Cast, Known, choose
from infra.demo.cdnow import Order, orders, write_history
from infra.demo.day import Day, Scale, plan
from infra.demo.house import STARTER, hurried_copy
from infra.demo.run import DATA, Lived, some
from infra.publish.playbook import Draft, read_playbook
from tandem.profiles.build import build_snapshot
from tandem.profiles.snapshot import read_profiles
from tests.unit.demo.memory import lived_in_memory

AS_OF = datetime(1997, 3, 18, tzinfo=UTC)
SEED = 7


@pytest.fixture(scope="session")
def of_the_day() -> Sequence[Order]:
    return [order for order in orders(DATA) if order.day == DAY]


@pytest.fixture(scope="session")
def known(tmp_path_factory: pytest.TempPathFactory) -> Known:
    folder = tmp_path_factory.mktemp("snapshot")
    write_history(orders(DATA), folder / "history.csv")
    snapshot = build_snapshot(folder / "history.csv", AS_OF, folder)
    profiles = read_profiles(snapshot.profiles, AS_OF)
    return Known(snapshot.manifest.header, {profile.customer_id: profile for profile in profiles})


@pytest.fixture(scope="session")
def cast(known: Known, of_the_day: Sequence[Order]) -> Cast:
    return choose(known, of_the_day)


@pytest.fixture(scope="session")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Draft:
    folder = hurried_copy(STARTER, tmp_path_factory.mktemp("shop") / "playbook", 15)
    return read_playbook(folder, published_at=AS_OF, number=1)


@pytest.fixture(scope="session")
def day(known: Known, cast: Cast, of_the_day: Sequence[Order], draft: Draft) -> Day:
    return plan(known, cast, of_the_day, draft.playbook.products, seed=SEED, scale=Scale())


@pytest.fixture(scope="session")
def lived(known: Known, day: Day, draft: Draft) -> Lived:
    return lived_in_memory(known, day, draft)


@pytest.fixture(scope="session")
def small(known: Known, cast: Cast, of_the_day: Sequence[Order], draft: Draft) -> Lived:
    """A day of a few customers, those of the stories among them."""
    scale = Scale(carts_ordered=3, carts_left_after_order=2, carts_left_by_others=2)
    chosen = some(of_the_day, cast, 30)
    return lived_in_memory(known, plan(known, cast, chosen, draft.playbook.products, seed=SEED, scale=scale), draft)
