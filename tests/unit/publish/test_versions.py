"""Versions: a definition that stays keeps its partials, any other begins anew."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from infra.publish.playbook import read_playbook
from infra.publish.versions import new_versions
from tandem.attributes import Rule
from tandem.playbook import Playbook
from tests.builders import DAY
from tests.unit.publish.folders import FIRST, HEAD, folder_with, published

VIEWS = """\
attributes:
  - attribute: views
    on: product_viewed
    function: count
    window: 7d
"""
LONGER = VIEWS.replace("7d", "8d")
TWO = f"{VIEWS}  - {{ attribute: carts, on: cart_viewed, function: count }}\n"


def rules(playbook: Playbook) -> Mapping[str, Rule]:
    return {rule.attribute: rule for rule in playbook.ruleset.rules}


def test_the_rules_of_the_first_playbook_ever_hold_since_ever(tmp_path: Path) -> None:
    views = rules(published(tmp_path, VIEWS))["views"]

    assert (views.code, views.version, views.since) == (101, 1, None)


def test_a_definition_that_stays_keeps_its_code_version_and_moment(tmp_path: Path) -> None:
    first = published(tmp_path, VIEWS)
    then = published(tmp_path, VIEWS, first)

    assert rules(then)["views"] == rules(first)["views"]
    assert new_versions(then, first) == ()


@pytest.mark.parametrize("more", ["description: looks", "publish: true", "when: true"])
def test_words_and_who_is_told_make_no_new_version(more: str, tmp_path: Path) -> None:
    first = published(tmp_path, VIEWS)
    then = published(tmp_path, f"{VIEWS}    {more}\n", first)

    assert rules(then)["views"].code == rules(first)["views"].code
    assert new_versions(then, first) == ()


CHANGES = {
    "event": ("on: product_viewed", "on: product_clicked"),
    "more events": ("on: product_viewed", "on: [product_viewed, product_clicked]"),
    "function": ("function: count", "function: ever"),
    "window": ("window: 7d", "window: 8d"),
    "condition": ("window: 7d", "window: 7d\n    when: event.properties.a == 1"),
    "name": ("attribute: views", "attribute: looks"),
}


@pytest.mark.parametrize(("old", "new"), CHANGES.values(), ids=CHANGES)
def test_any_other_change_is_a_new_version_from_the_moment_it_is_published(old: str, new: str, tmp_path: Path) -> None:
    first = published(tmp_path, VIEWS)
    then = published(tmp_path, VIEWS.replace(old, new), first)
    [changed] = new_versions(then, first)

    assert (changed.code, changed.version, changed.since) == (102, 2, FIRST + 2 * DAY)
    assert then.last_code == 102


def test_the_order_of_events_is_no_change(tmp_path: Path) -> None:
    first = published(tmp_path, VIEWS.replace("product_viewed", "[product_viewed, cart_viewed]"))
    then = published(tmp_path, VIEWS.replace("product_viewed", "[cart_viewed, product_viewed]"), first)

    assert new_versions(then, first) == ()


def test_an_old_definition_that_comes_back_is_a_new_version(tmp_path: Path) -> None:
    first = published(tmp_path, VIEWS)
    second = published(tmp_path, LONGER, first)
    third = published(tmp_path, VIEWS, second)

    assert [rules(each)["views"].code for each in (first, second, third)] == [101, 102, 103]
    assert rules(third)["views"].version == 3


def test_a_code_is_never_given_again(tmp_path: Path) -> None:
    first = published(tmp_path, TWO)
    second = published(tmp_path, VIEWS, first)
    third = published(tmp_path, TWO, second)

    assert rules(third)["carts"].code == 103
    assert rules(third)["views"].code == 101


def test_a_rule_that_a_playbook_without_attributes_precedes_is_new(tmp_path: Path) -> None:
    first = published(tmp_path, "")
    views = rules(published(tmp_path, VIEWS, first))["views"]

    assert (views.version, views.since) == (2, FIRST + 2 * DAY)


def in_currency(folder: Path, currency: str, before: Playbook | None) -> Playbook:
    mine = folder_with(folder, VIEWS)
    (mine / "playbook.yaml").write_text(HEAD.replace("currency: USD", f"currency: {currency}"))
    number = before.number + 1 if before else 1
    return read_playbook(mine, published_at=FIRST + number * DAY, number=number, before=before).playbook


def test_standard_rules_over_money_are_new_versions_when_the_shops_currency_changes(tmp_path: Path) -> None:
    first = in_currency(tmp_path, "USD", None)
    then = in_currency(tmp_path, "EUR", first)

    changed = {rule.attribute: rule for rule in new_versions(then, first)}
    assert set(changed) == {"basket_orders", "revenue_minor", "purchase_total_today_minor"}
    assert all(rule.money and rule.money.currency == "EUR" for rule in changed.values())
    assert all((rule.version, rule.since) == (2, FIRST + 2 * DAY) for rule in changed.values())
    assert rules(then)["orders"].code == 1


def test_a_currency_that_comes_back_is_a_new_version_too_and_then_stays(tmp_path: Path) -> None:
    first = in_currency(tmp_path, "USD", None)
    back = in_currency(tmp_path, "USD", in_currency(tmp_path, "EUR", first))
    stays = in_currency(tmp_path, "USD", back)

    assert rules(back)["revenue_minor"].version == 3
    assert rules(back)["revenue_minor"].code > 100
    assert rules(stays)["revenue_minor"] == rules(back)["revenue_minor"]


def test_announcing_a_standard_attribute_is_no_new_version(tmp_path: Path) -> None:
    first = published(tmp_path, VIEWS)
    then = published(tmp_path, f"{VIEWS}publish: [orders]\n", first)

    assert new_versions(then, first) == ()
    assert rules(then)["orders"] == replace(rules(first)["orders"], publish=True)


def test_a_playbook_that_is_only_tried_gives_codes_that_no_snapshot_carries(tmp_path: Path) -> None:
    mine = folder_with(tmp_path, VIEWS)
    tried = read_playbook(mine, published_at=FIRST, first_code=1_000_000).playbook

    assert rules(tried)["views"].code == 1_000_001
