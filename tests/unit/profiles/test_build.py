"""A snapshot says of each customer what a plain Python loop over the same orders says, however it came about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from shutil import rmtree
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.attributes import CutPoints, Function, Rule
from tandem.attributes.live import trimmed
from tandem.attributes.windows import to_ms
from tandem.errors import BadHistory
from tandem.events import EventType
from tandem.playbook import Playbook
from tandem.profiles.partition import unpack_changed
from tandem.profiles.snapshot import Manifest, pack_manifest, unpack_manifest
from tests.builders import DAY, HOUR, envelope, playbook
from tests.unit.profiles import brute_force
from tests.unit.profiles.brute_force import Row
from tests.unit.profiles.house import House, house

AS_OF: Final = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
NEXT: Final = AS_OF + DAY
VIEWS: Final = Rule("views", 101, (EventType.PRODUCT_VIEWED,), Function.COUNT, version=2, since=AS_OF - 9 * DAY)


@pytest.fixture
def shop(tmp_path: Path) -> House:
    return House(tmp_path)


def order(
    order_id: str, before: timedelta, *, customer: str = "ann", amount: str = "10.00", currency: str = "USD"
) -> Row:
    return Row(customer, order_id, AS_OF - before, Decimal(amount), currency)


def completed(row: Row) -> dict[str, Any]:
    properties = {"order_id": row.order_id, "total": f"{row.amount:f}", "currency": row.currency}
    return envelope("order_completed", f"e-{row.order_id}", row.ordered_at, properties, row.customer_id)


def refunded(order_id: str, at: datetime, customer: str = "ann") -> dict[str, Any]:
    return envelope("order_refunded", f"r-{order_id}", at, {"order_id": order_id, "refund_id": order_id}, customer)


def with_views(number: int = 2) -> Playbook:
    return playbook(number=number, rules=(VIEWS,), last_code=101)


BEFORE = st.one_of(
    st.sampled_from(
        [
            timedelta(days=days, hours=hours, microseconds=micro)
            for days, hours in ((48, 0), (47, 0), (0, 26), (0, 0), (1, 0), (2, 0), (122, 0))
            for micro in (-1, 0, 1)
        ]
    ),
    st.timedeltas(min_value=timedelta(hours=-2), max_value=timedelta(days=200)),
)
ROWS = st.lists(
    st.builds(
        Row,
        customer_id=st.sampled_from(["ann", "bob", "Zoë", "李", 'o\'neil "x", y']),
        order_id=st.just(""),
        ordered_at=BEFORE.map(lambda before: AS_OF - before),
        amount=st.decimals(min_value=0, max_value=10**6, places=6, allow_nan=False, allow_infinity=False),
        currency=st.sampled_from(["USD", "EUR", "JPY", "KWD", "CLF"]),
    ),
    max_size=25,
).map(lambda rows: [row._replace(order_id=f"o{number}") for number, row in enumerate(rows)])


@settings(max_examples=25, deadline=None)
@given(rows=ROWS)
def test_any_history_gives_what_brute_force_gives(rows: list[Row]) -> None:
    shop = house()
    shop.import_rows(rows)

    manifest = shop.build(AS_OF)

    found = {customer: brute_force.said(profile) for customer, profile in shop.profiles(manifest).items()}
    assert found == brute_force.profiles(rows, AS_OF)
    assert manifest.header.cut_points == brute_force.cut_points(rows, AS_OF)
    assert manifest.counts.orders == len(brute_force.included(rows, AS_OF))
    rmtree(shop.root)


@settings(max_examples=15, deadline=None)
@given(rows=ROWS, data=st.data())
def test_however_many_snapshots_lie_between_the_last_one_says_the_same(rows: list[Row], data: st.DataObject) -> None:
    """Some orders are imported, now or later, some come by the door, perhaps late, and some twice."""
    shop, once = house(), house()
    late = data.draw(st.lists(st.sampled_from([0, 1, 40, 70]), min_size=len(rows), max_size=len(rows)), label="hours")
    ways = data.draw(
        st.lists(st.sampled_from(["first", "later", "door", "both"]), min_size=len(rows), max_size=len(rows))
    )
    told = list(zip(rows, ways, late, strict=True))
    for each in (shop, once):
        each.import_rows([row for row, way, _ in told if way == "first"])
        for row, way, hours in told:
            if way in ("door", "both"):
                each.receive(completed(row), row.ordered_at + hours * HOUR)
            if way == "both":
                each.receive(completed(row), row.ordered_at + (hours + 1) * HOUR)
    once.import_rows([row for row, way, _ in told if way == "later"])
    moments = data.draw(st.lists(st.integers(1, 130), max_size=3, unique=True), label="days before")

    for number, days in enumerate(sorted(moments, reverse=True)):
        shop.build(AS_OF - days * DAY)
        if number == 0:
            shop.import_rows([row for row, way, _ in told if way == "later"])
    if not moments:
        shop.import_rows([row for row, way, _ in told if way == "later"])
    end = AS_OF + 5 * DAY

    assert _facts(shop, shop.build(end), end) == _facts(once, once.build(end), end)
    rmtree(shop.root)
    rmtree(once.root)


def _facts(shop: House, manifest: Manifest, end: datetime) -> Any:
    rules = shop.playbook.ruleset
    found = {
        customer: (trimmed(each.parts, rules, to_ms(end)), each.figures, each.left_out, each.codes)
        for customer, each in shop.profiles(manifest).items()
    }
    return found, manifest.header


def test_a_customer_without_news_keeps_its_row_byte_by_byte(shop: House) -> None:
    shop.import_rows([order("o1", 2 * DAY), order("o2", 2 * DAY, customer="bob")])
    first = shop.build(AS_OF)
    shop.receive(completed(order("o3", HOUR, customer="bob")), AS_OF + HOUR)

    second = shop.build(NEXT)

    assert shop.rows(second)["ann"] == shop.rows(first)["ann"]
    assert {customer: each.as_of for customer, each in shop.profiles(second).items()} == {"ann": AS_OF, "bob": NEXT}
    assert (second.counts.customers, second.counts.changed) == (2, 1)
    assert second.chain == (AS_OF,)


def test_an_event_received_long_before_it_is_archived_is_found_by_the_next_run(shop: House) -> None:
    shop.import_rows([order("o1", 9 * DAY)])
    shop.build(AS_OF)
    shop.receive(completed(order("o2", 30 * HOUR)), AS_OF - 30 * HOUR)

    second = shop.build(NEXT)

    assert shop.profiles(second)["ann"].figures["frequency"] == 2


def test_a_refund_takes_back_what_figures_and_cut_points_say(shop: House) -> None:
    shop.import_rows(
        [
            order("o1", 9 * DAY, amount="10.00"),
            order("o2", 8 * DAY, amount="50.00"),
            order("o3", 9 * DAY, customer="bob", amount="20.00"),
            order("o4", 9 * DAY, customer="eve", amount="5.00"),
        ]
    )
    first = shop.build(AS_OF)
    shop.receive(refunded("o2", AS_OF + HOUR), AS_OF + HOUR)
    shop.receive(refunded("o4", AS_OF + HOUR, customer="eve"), AS_OF + HOUR)

    second = shop.build(NEXT)

    assert first.header.cut_points == CutPoints("USD", 500, 2000)
    assert second.header.cut_points == CutPoints("USD", 1000, 2000)
    assert shop.profiles(second)["ann"].figures == {
        "frequency": 1,
        "monetary_minor": 1000,
        "last_order_at": "2026-11-13T00:00:00Z",
    }
    assert shop.profiles(second)["eve"].figures == {}
    assert second.counts.orders == 2


def test_a_customer_without_an_order_has_no_figures(shop: House) -> None:
    viewed = envelope("product_viewed", "v1", AS_OF - DAY, {"product_id": "record-1"}, "eve")
    shop.receive(viewed, AS_OF - DAY)

    manifest = shop.build(AS_OF, with_views())

    assert shop.profiles(manifest)["eve"].figures == {}
    assert shop.profiles(manifest)["eve"].parts == {101: {0: 1}}
    assert manifest.header.cut_points is None


def test_monetary_value_is_rounded_down_and_counts_the_shops_currency(shop: House) -> None:
    shop.import_rows(
        [order(f"o{number}", DAY, amount=amount) for number, amount in enumerate(("10.00", "10.00", "10.01"))]
        + [order("o4", DAY, amount="999", currency="EUR"), order("o5", DAY, customer="bob", currency="EUR")]
    )

    found = shop.profiles(shop.build(AS_OF))

    assert found["ann"].figures["monetary_minor"] == 1000
    assert found["bob"].figures["monetary_minor"] == 0


def test_an_empty_archive_is_a_snapshot_without_profiles_and_cut_points(shop: House) -> None:
    manifest = shop.build(AS_OF)

    assert shop.profiles(manifest) == {}
    assert manifest.header.cut_points is None


def test_a_new_rule_starts_over_from_everything_there_is(shop: House) -> None:
    shop.import_rows([order("o1", 100 * DAY)])
    viewed = envelope("product_viewed", "v1", AS_OF - 8 * DAY, {"product_id": "record-1"}, "ann")
    shop.receive(viewed, AS_OF - 8 * DAY)
    first = shop.build(AS_OF)

    second = shop.build(NEXT, with_views())

    assert shop.profiles(first)["ann"].parts.get(101) is None
    assert shop.profiles(second)["ann"].parts[101] == {0: 1}
    assert shop.profiles(second)["ann"].parts[1] == {0: 1}
    assert second.chain == ()
    assert 101 in second.header.codes


def test_who_is_in_none_of_the_new_rules_keeps_a_profile_that_carries_them_and_says_nothing(shop: House) -> None:
    viewed = envelope("product_viewed", "v1", AS_OF - 8 * DAY, {"product_id": "record-1"}, "vic")
    shop.receive(viewed, AS_OF - 8 * DAY)
    shop.build(AS_OF, with_views())
    other = replace(VIEWS, attribute="clicks", code=102, on=(EventType.PRODUCT_CLICKED,))

    second = shop.build(NEXT, playbook(number=3, rules=(other,), last_code=102))

    vic = shop.profiles(second)["vic"]
    assert (vic.as_of, vic.parts, vic.figures) == (NEXT, {}, {})
    assert vic.codes == second.header.codes


def test_after_a_start_over_only_what_changed_is_called_changed(shop: House) -> None:
    shop.import_rows([order("o1", 100 * DAY)])
    shop.build(AS_OF)

    second = shop.build(NEXT, with_views())

    changed = unpack_changed(shop.rows(second)["ann"]["changed"])
    assert {code for code, at in changed.items() if at == NEXT.timestamp()} == {101}


def test_a_rule_that_takes_effect_later_is_not_carried(shop: House) -> None:
    later = Rule("views", 101, (EventType.PRODUCT_VIEWED,), Function.COUNT, version=2, since=AS_OF + HOUR)
    shop.import_rows([order("o1", DAY)])

    manifest = shop.build(AS_OF, playbook(number=2, rules=(later,), last_code=101))

    assert 101 not in manifest.header.codes
    assert 101 not in shop.profiles(manifest)["ann"].codes


def test_a_rule_says_which_snapshot_changed_it_also_after_one_that_was_never_loaded(shop: House) -> None:
    shop.import_rows([order("o1", 9 * DAY, currency="EUR")])
    shop.build(AS_OF)
    shop.receive(completed(order("o2", -HOUR)), AS_OF + HOUR)
    shop.build(NEXT)
    shop.receive(completed(order("o3", -25 * HOUR, currency="EUR")), AS_OF + 25 * HOUR)

    third = shop.build(NEXT + DAY)

    changed = unpack_changed(shop.rows(third)["ann"]["changed"])
    assert datetime.fromtimestamp(changed[3], UTC) == NEXT  # revenue in the shop's currency
    assert datetime.fromtimestamp(changed[1], UTC) == NEXT + DAY  # orders in any


def test_an_import_with_orders_that_had_not_occurred_is_read_again(shop: House) -> None:
    imported = shop.import_rows([order("o1", DAY), order("o2", -HOUR)])
    first = shop.build(AS_OF)

    second = shop.build(NEXT)

    assert (first.unfinished, second.unfinished) == ((imported.key,), ())
    assert shop.profiles(first)["ann"].figures["frequency"] == 1
    assert shop.profiles(second)["ann"].figures["frequency"] == 2


def test_what_an_import_brings_of_long_ago_is_in_the_next_snapshot(shop: House) -> None:
    shop.import_rows([order("o1", DAY)])
    shop.build(AS_OF)
    shop.import_rows([order("o0", 300 * DAY), order("o9", 400 * DAY, customer="bob")])

    second = shop.build(NEXT)

    assert shop.profiles(second)["ann"].figures["frequency"] == 2
    assert shop.profiles(second)["bob"].figures["frequency"] == 1
    assert second.counts.events == 3  # all of them once more: whose copy came first, a sum cannot tell


@pytest.mark.parametrize("corrected", ["11", "12", "13", "14", "15", "16"])
def test_of_two_imports_that_tell_of_one_order_the_first_one_met_stands(corrected: str, shop: House) -> None:
    shop.import_rows([order("o1", DAY)._replace(amount=Decimal(10))])
    shop.build(AS_OF)
    shop.import_rows([order("o1", DAY)._replace(amount=Decimal(corrected))])

    assert shop.profiles(shop.build(NEXT))["ann"].parts[3] == {0: 1000}


def test_a_snapshot_that_is_there_is_the_answer_and_stays_as_it_is(shop: House) -> None:
    shop.import_rows([order("o1", DAY)])
    first = shop.build(AS_OF)
    before = shop.files()
    shop.receive(completed(order("o2", HOUR)), AS_OF - HOUR)

    assert shop.build(AS_OF) == first
    assert shop.files() == before


def test_a_snapshot_that_is_there_without_an_import_is_refused_by_name(shop: House) -> None:
    shop.import_rows([order("o1", DAY)])
    shop.build(AS_OF)
    imported = shop.import_rows([order("o2", DAY)])

    with pytest.raises(BadHistory, match=imported.key) as raised:
        shop.build(AS_OF)

    assert raised.value.column == "as_of"


def test_a_snapshot_of_an_earlier_moment_is_made_from_the_one_before_it(shop: House) -> None:
    shop.import_rows([order("o1", 9 * DAY)])
    shop.build(AS_OF)
    shop.build(NEXT + DAY)

    between = shop.build(NEXT)

    assert between.chain == (AS_OF,)


def test_what_another_release_left_is_passed_over_and_made_anew(shop: House) -> None:
    shop.import_rows([order("o1", DAY)])
    folder = shop.snapshots.folder(AS_OF - DAY)
    folder.mkdir(parents=True)
    (folder / "snapshot.json").write_text('{"v": 1, "as_of": "2026-11-20T00:00:00Z", "file": "profiles.parquet"}')

    manifest = shop.build(AS_OF)

    assert manifest.chain == ()
    assert shop.told[0][0] == "passed over"
    assert shop.profiles(manifest)["ann"].figures["frequency"] == 1


class Killed(BaseException):
    """The process ended here."""


class Dying:
    """Snapshots that kill the process at their n-th write, before or after it."""

    def __init__(self, snapshots: Any, at: int, when: str) -> None:
        self._snapshots = snapshots
        self._left = at
        self._when = when

    def __getattr__(self, name: str) -> Any:
        return getattr(self._snapshots, name)

    def put(self, as_of: datetime, path: Path) -> None:
        self._dying(lambda: self._snapshots.put(as_of, path))

    def publish(self, manifest: Manifest) -> None:
        self._dying(lambda: self._snapshots.publish(manifest))

    def _dying(self, act: Any) -> None:
        self._left -= 1
        if self._left == 0 and self._when == "before":
            raise Killed
        act()
        if self._left == 0:
            raise Killed


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", range(1, 6))
def test_killed_at_any_write_and_run_again_it_leaves_what_an_unharmed_run_leaves(
    at: int, when: str, tmp_path: Path
) -> None:
    shops = [House(tmp_path / name) for name in ("killed", "unharmed")]
    for shop in shops:
        shop.root.mkdir()
        shop.import_rows([order(f"o{number}", number * DAY, customer=f"c{number % 7}") for number in range(1, 40)])
        shop.build(AS_OF)
        shop.receive(completed(order("o2", -HOUR, customer="c2")), AS_OF + HOUR)
    killed, unharmed = shops

    with pytest.raises(Killed):
        killed.build(NEXT, snapshots=Dying(killed.snapshots, at, when))
    killed.build(NEXT)
    unharmed.build(NEXT)

    assert killed.files() == unharmed.files()


def test_a_partition_that_is_there_is_not_computed_again(shop: House) -> None:
    shop.import_rows([order(f"o{number}", number * DAY, customer=f"c{number}") for number in range(1, 9)])
    with pytest.raises(Killed):
        shop.build(AS_OF, snapshots=Dying(shop.snapshots, 3, "before"))
    there = set(shop.files())
    written: list[str] = []

    class Watched(Dying):
        def put(self, as_of: datetime, path: Path) -> None:
            written.append(path.name)
            super().put(as_of, path)

    shop.build(AS_OF, snapshots=Watched(shop.snapshots, 0, ""))

    assert len(there) == 2
    assert [name[:10] for name in written] == ["state-01-" + written[0][9], "profiles-0"]


def test_what_was_written_by_a_run_with_other_inputs_is_not_used(shop: House) -> None:
    shop.import_rows([order("o1", DAY), order("o2", DAY, customer="bob")])
    with pytest.raises(Killed):
        shop.build(AS_OF, snapshots=Dying(shop.snapshots, 5, "before"))
    shop.import_rows([order("o3", DAY), order("o4", DAY, customer="bob")])

    found = shop.profiles(shop.build(AS_OF))

    assert {customer: each.figures["frequency"] for customer, each in found.items()} == {"ann": 2, "bob": 2}


def test_a_manifest_is_read_back_as_it_was_written(shop: House) -> None:
    shop.import_rows([order("o1", DAY), order("o2", -DAY)])
    shop.build(AS_OF)
    manifest = shop.build(NEXT)

    assert unpack_manifest(pack_manifest(manifest)) == manifest


def test_the_chain_forgets_what_is_too_old_to_matter(shop: House) -> None:
    shop.build(AS_OF - 61 * DAY)
    shop.build(AS_OF - DAY)

    assert shop.build(AS_OF).chain == (AS_OF - DAY,)
