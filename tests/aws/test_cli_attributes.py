"""`tandem attributes`, and what is new in a playbook, against moto."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from tandem.attributes.stored import pack_header, pack_profile
from tests.aws.cli_world import an_order, session
from tests.aws.shop_world import Shop
from tests.builders import HEADER, MINUTE, NOON, envelope, profile
from tests.unit.cli.typed import Typed, typed
from tests.unit.publish.folders import folder_with

VIEWS = "attributes:\n  - { attribute: views, on: product_viewed, function: count, window: 7d }\n"


def load(shop: Shop) -> None:
    """A snapshot with a profile of ada: two orders of 25.00."""
    dynamodb = boto3.client("dynamodb")
    header = json.dumps(pack_header(HEADER))
    dynamodb.put_item(TableName="profiles", Item={"pk": {"S": "profile#ada"}, "data": {"B": pack_profile(profile())}})
    dynamodb.put_item(TableName="profiles", Item={"pk": {"S": "snapshot"}, "data": {"S": header}})


def asked(*words: str) -> Typed:
    return typed("attributes", "ada", *words, session=session(now=NOON + 2 * MINUTE))


def document(attribute: str) -> Any:
    answer = json.loads(asked("--json").out)
    return next(each for each in answer["attributes"] if each["attribute"] == attribute)


def row(answer: Typed, attribute: str) -> str:
    return next(line for line in answer.out.splitlines() if line.startswith(f"{attribute} "))


def test_each_attribute_shows_the_profiles_part_and_the_events_part(shop: Shop) -> None:
    load(shop)
    shop.receive(an_order())
    answer = asked()

    assert answer.code == 0
    assert row(answer, "revenue_minor").split()[1:7] == ["80.00", "USD", "50.00", "USD", "30.00", "USD"]
    assert row(answer, "orders").split()[1:5] == ["3", "2", "1", "0"]
    assert "sum of total in USD" in row(answer, "revenue_minor")
    assert "as of 19 Nov 19:00" in answer.out


def test_times_are_told_in_the_customers_zone(shop: Shop) -> None:
    shop.receive(envelope("customer_identified", "i1", NOON, {"time_zone": "Europe/Madrid"}), an_order())

    assert "13:00 Madrid" in row(asked(), "last_order_at")


def test_what_is_computed_shows_its_expression(shop: Shop) -> None:
    load(shop)
    answer = asked()

    assert document("basket_value_minor")["rule"] == "computed: customer.revenue_minor / customer.basket_orders"
    assert row(answer, "basket_tier").split()[1] == "medium"


def test_what_was_left_out_is_told_with_its_reason(shop: Shop) -> None:
    order = an_order()
    order["properties"]["currency"] = "EUR"
    shop.receive(order)

    assert "1 event left out: it was in another currency" in asked().out
    assert document("revenue_minor")["left_out"] == {"other_currency": 1}


def test_machines_get_minor_units_and_iso_times(shop: Shop) -> None:
    load(shop)
    shop.receive(an_order())
    answer = json.loads(asked("--json").out)

    assert (answer["customer_id"], answer["playbook"], answer["currency"]) == ("ada", 1, "USD")
    assert answer["profile_as_of"] == "2026-11-20T00:00:00Z"
    assert document("revenue_minor") == {
        "attribute": "revenue_minor",
        "value": 8000,
        "profile": 5000,
        "events": 3000,
        "rule": "sum of total in USD on order_completed, less refunds",
        "code": 3,
        "version": 0,
        "complete": True,
        "reason": "",
        "left_out": {},
    }
    assert document("last_order_at")["value"] == "2026-11-20T12:00:00Z"


def test_a_rule_that_no_snapshot_carries_is_incomplete_and_says_why(shop: Shop, tmp_path: Path) -> None:
    load(shop)
    typed("playbook", "publish", str(folder_with(tmp_path, VIEWS)), session=session())
    answer = asked()

    assert "views" in answer.out[answer.out.index("Incomplete") :]
    assert "no snapshot carries its rule yet" in answer.out
    assert document("views")["complete"] is False
    assert document("views")["version"] == 2


def test_somebody_unknown_is_said_so(shop: Shop) -> None:
    answer = typed("attributes", "nobody", session=session())

    assert answer.code == 2
    assert "nothing is known of the customer nobody" in answer.err


def test_a_stack_without_a_playbook_says_what_to_do(shop: Shop) -> None:
    load(shop)
    boto3.client("dynamodb").delete_item(TableName="playbooks", Key={"pk": {"S": "playbook"}})
    answer = asked()

    assert answer.code == 2
    assert "no playbook is live" in answer.err


@pytest.fixture
def changed(shop: Shop, tmp_path: Path) -> Path:
    """A folder whose rule is not what was published, with one more."""
    typed("playbook", "publish", str(folder_with(tmp_path, VIEWS)), session=session())
    more = "  - { attribute: carts, on: cart_viewed, function: ever }\n"
    return folder_with(tmp_path, VIEWS.replace("7d", "8d") + more)


def test_check_tells_what_is_new_against_the_playbook_that_is_live(changed: Path) -> None:
    answer = typed("playbook", "check", str(changed), "--live", session=session())

    assert "New against playbook 2" in answer.out
    assert row(answer, "views").endswith("count of product_viewed, in the last 8 days")
    told = answer.out[answer.out.index("New against") :]
    assert "changed  count of product_viewed, in the last 7 days" in told
    assert "carts      new" in told
    assert "Until a snapshot carries them they are incomplete" in told


def test_publish_tells_the_same_and_gives_the_new_ones_new_codes(changed: Path) -> None:
    answer = typed("playbook", "publish", str(changed), session=session())

    assert "New against playbook 2" in answer.out
    assert "Published as playbook 3" in answer.out


def test_nothing_new_is_not_told(changed: Path) -> None:
    typed("playbook", "publish", str(changed), session=session())

    assert "New against" not in typed("playbook", "check", str(changed), "--live", session=session()).out
