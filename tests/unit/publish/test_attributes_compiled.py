"""What is written of an attribute, as the rule that runs."""

from datetime import timedelta
from pathlib import Path

import pytest

from tandem.attributes import Derived, Function, Money, Rule, Span, Window
from tandem.events import EventType
from tandem.expressions import Kind
from tandem.playbook import Playbook
from tests.builders import DAY, HOUR
from tests.unit.publish.folders import FIRST, compiled, defects_of, folder_with, published

COUNT = "attribute: mine\non: cart_viewed\nfunction: count\n"


def rule(folder: Path, text: str) -> Rule:
    found = compiled(folder, text)
    assert isinstance(found, Rule)
    return found


def derived(folder: Path, text: str) -> Derived:
    found = compiled(folder, text)
    assert isinstance(found, Derived)
    return found


def test_a_count_needs_no_more_than_its_event(tmp_path: Path) -> None:
    assert rule(tmp_path, COUNT) == Rule("mine", 101, (EventType.CART_VIEWED,), Function.COUNT, version=1)


def test_everything_that_can_be_written_is_in_the_rule(tmp_path: Path) -> None:
    text = """
attribute: mine
description: what was liked
on: [product_viewed, order_completed]
when: line.quantity > 1
function: top
each_line: line.category
weight: line.quantity * 2
n: 3
window: 36h
publish: true
"""

    assert rule(tmp_path, text) == Rule(
        attribute="mine",
        code=101,
        on=(EventType.ORDER_COMPLETED, EventType.PRODUCT_VIEWED),
        function=Function.TOP,
        kind=Kind.STRING,
        version=1,
        when="line.quantity > 1",
        value="line.category",
        by_line=True,
        weight="line.quantity * 2",
        window=Window(Span.ROLLING, 36 * HOUR),
        n=3,
        subtracts=True,
        publish=True,
        description="what was liked",
    )


def test_money_is_a_field_and_its_currency(tmp_path: Path) -> None:
    found = rule(
        tmp_path, "attribute: mine\non: coupon_applied\nfunction: sum\nvalue: { money: discount, currency: EUR }"
    )

    assert (found.money, found.value, found.kind) == (Money("discount", "EUR"), "", Kind.INT)


WINDOWS = {
    "ever": Window(),
    "today": Window(Span.TODAY),
    "this_week": Window(Span.WEEK),
    "this_month": Window(Span.MONTH),
    "1h": Window(Span.ROLLING, HOUR),
    "90m": Window(Span.ROLLING, timedelta(minutes=90)),
    "72h": Window(Span.ROLLING, 3 * DAY),
    "400d": Window(Span.ROLLING, 400 * DAY),
}


@pytest.mark.parametrize(("text", "window"), WINDOWS.items(), ids=WINDOWS)
def test_a_window_is_a_word_or_a_length(text: str, window: Window, tmp_path: Path) -> None:
    assert rule(tmp_path, f"{COUNT}window: {text}").window == window


KINDS = {
    "value: event.occurred_at": Kind.TIMESTAMP,
    "value: event.type": Kind.STRING,
    "value: size(event.properties.a)": Kind.INT,
    "value: double(event.properties.a)": Kind.DOUBLE,
    "value: event.properties.a\ntype: bool": Kind.BOOL,
    "value: { money: total, currency: USD }": Kind.INT,
}


@pytest.mark.parametrize(("value", "kind"), KINDS.items(), ids=KINDS)
def test_the_kind_of_a_value_is_told_by_the_expression_or_the_writer(value: str, kind: Kind, tmp_path: Path) -> None:
    assert rule(tmp_path, f"attribute: mine\non: cart_viewed\nfunction: last\n{value}").kind is kind


IMPLIED = {
    "sum": Kind.INT,
    "average": Kind.INT,
    "latest": Kind.STRING,
    "most_frequent": Kind.STRING,
    "top": Kind.STRING,
}


@pytest.mark.parametrize(("function", "kind"), IMPLIED.items(), ids=IMPLIED)
def test_a_function_of_one_kind_needs_no_type(function: str, kind: Kind, tmp_path: Path) -> None:
    text = f"attribute: mine\non: cart_viewed\nfunction: {function}\nvalue: event.properties.a"

    assert rule(tmp_path, text).kind is kind


@pytest.mark.parametrize("function", ["count", "ever", "days_since", "median_gap"])
def test_each_line_true_looks_at_every_line_and_takes_no_value(function: str, tmp_path: Path) -> None:
    text = f"attribute: mine\non: cart_viewed\nfunction: {function}\neach_line: true\nwhen: line.category == 'jazz'"
    found = rule(tmp_path, text)

    assert (found.by_line, found.value) == (True, "")


@pytest.mark.parametrize(("written", "gaps"), [("", 10), ("n: 1", 1), ("n: 50", 50)])
def test_a_median_gap_looks_at_ten_gaps_unless_told_otherwise(written: str, gaps: int, tmp_path: Path) -> None:
    found = rule(tmp_path, f"attribute: mine\non: order_completed\nfunction: median_gap\nrefunds: ignore\n{written}")

    assert (found.n, found.value_kind) == (gaps, Kind.INT)


SUBTRACTS = {
    "on: order_completed\nfunction: count": True,
    "on: order_completed\nfunction: count\nrefunds: subtract": True,
    "on: order_completed\nfunction: count\nrefunds: ignore": False,
    "on: order_completed\nfunction: ever\nrefunds: ignore": False,
    "on: order_refunded\nfunction: count": False,
}


@pytest.mark.parametrize(("text", "subtracts"), SUBTRACTS.items(), ids=SUBTRACTS)
def test_refunds_are_subtracted_where_they_can_be_unless_told_otherwise(
    text: str, subtracts: bool, tmp_path: Path
) -> None:
    assert rule(tmp_path, f"attribute: mine\n{text}").subtracts is subtracts


def test_a_derived_attribute_has_the_kind_that_its_expression_comes_to(tmp_path: Path) -> None:
    text = "attribute: mine\nderived: customer.revenue_minor > cuts.low_max\notherwise: false"

    assert derived(tmp_path, text) == Derived(
        "mine", "customer.revenue_minor > cuts.low_max", Kind.BOOL, otherwise=False
    )


def test_a_derived_attribute_may_use_rules_below_it_and_derived_ones_above_it(tmp_path: Path) -> None:
    text = (
        "attributes:\n"
        "  - { attribute: one, derived: customer.views + 1 }\n"
        "  - { attribute: two, derived: customer.one + 1 }\n"
        "  - { attribute: views, on: product_viewed, function: count }\n"
    )

    assert defects_of(folder_with(tmp_path, text)) == ()


def test_a_standard_attribute_is_announced_by_its_name(tmp_path: Path) -> None:
    rules = published(tmp_path, "publish: [basket_tier, orders]\n").ruleset

    assert {each.attribute for each in rules.published} == {"basket_tier", "orders"}
    assert len(rules.by_attribute) == len(rules.rules) + len(rules.derived) == 8
    assert rules.by_code[1].attribute == "orders"


def test_attributes_may_lie_in_several_files(tmp_path: Path) -> None:
    mine = folder_with(tmp_path, "attributes:\n  - { attribute: views, on: product_viewed, function: count }\n")
    (mine / "attributes").mkdir()
    (mine / "attributes/more.yaml").write_text("attributes:\n  - { attribute: two, derived: customer.views + 1 }\n")

    assert defects_of(mine) == ()


def test_a_folder_without_attributes_has_the_standard_ones(tmp_path: Path) -> None:
    mine = folder_with(tmp_path)
    (mine / "attributes.yaml").unlink()

    assert defects_of(mine) == ()


def test_the_stored_playbook_holds_the_same_rules(tmp_path: Path) -> None:
    text = """
attributes:
  - attribute: liked
    on: order_completed
    function: top
    each_line: line.category
    window: 36h
    n: 3
  - attribute: spent
    on: order_completed
    function: sum
    value: { money: total, currency: EUR }
    window: this_month
  - { attribute: zero, derived: customer.orders / 0, otherwise: 0 }
  - { attribute: nope, derived: customer.orders / 0 > 1, otherwise: false }
  - { attribute: half, derived: double(customer.orders) / 2.0, otherwise: 1 }
  - { attribute: word, derived: string(customer.orders / 0), otherwise: "0" }
"""
    first = published(tmp_path, text)
    then = published(tmp_path, text.replace("n: 3", "n: 4"), first)
    read = Playbook.model_validate_json(then.model_dump_json())

    assert read == then
    assert read.ruleset == then.ruleset
    assert [type(each.otherwise) for each in read.derived] == [int, bool, float, str]
    assert next(each.since for each in read.rules if each.attribute == "liked") == FIRST + 2 * DAY
