"""During a deploy the new release meets what the first one stored: no order of it is lost, none is counted twice."""

from datetime import UTC, datetime

import pytest

from tandem.actor import attributes_of, step
from tandem.attributes import CutPoints, Function, Money
from tandem.attributes.first_profile import CODES
from tandem.attributes.stored import unpack_header, unpack_profile
from tandem.attributes.windows import to_ms
from tandem.customer import GRANTED, Channel, Customer, pack_customer, unpack_customer
from tandem.events import EventType
from tests.builders import DAY, HOUR, NOON, SHOP, event, order, playbook, rule

AS_OF = datetime(2026, 11, 20, tzinfo=UTC)
UTC_SHOP = SHOP.model_copy(update={"default_time_zone": "UTC"})
PLAYBOOK = playbook(shop=UTC_SHOP)
SPENT = rule(Function.SUM, EventType.ORDER_COMPLETED, money=Money("total", "USD"), version=2, since=NOON)

# Packed by the first release. Orders: 11.00 USD 40 days before noon (only its worth was kept), o1 of 12.50 USD 20 hours
# before, o2 of 30.00 USD two hours before, o3 of 7.00 EUR one hour before; a cart touched three hours before.
CUSTOMER = bytes.fromhex(
    "0178f9afc41fc89d97416ec4200c45efd2752bf91b0861d94abd4035dd54ea8210b39d0354bd7b61a236090319a67b0bdeb7f0ffe6ab68bf"
    "9f7d3ebb9dc8a9a019cac013dc09bcdad6c64f21a2a28e41226b01d93ce2f5d07ebe30fcfbd86c1df7ee2df75f510f62316c1941ac323168"
    "0a3dc10c4ad7efeeae24ccae081f37631bc98196215b65e869f66ce194ca88bc673ba341b7746638a6db16f5d0b1a1c772b358ac216de59f"
    "05f8e846f19a2741981da168ea999be04c27d02df0b5a8035c111d815fad797828b4e82823730c91295a6387428b3ad4821e2da86a797d7f"
    "2bb5d84329dfbf62aa1baef13418112d418999bcedd87871248d5c87b46d51c34efff8ebb6fa921da0b056e460bec8dd7f0ef393ce2db99a"
    "fef43c7716fa03fefa8dfc"
)
# Of midnight: three orders of 60.00 USD, one of 9.00 EUR; o1 is listed; 12.50 USD and 9.00 EUR at ten in the evening.
PROFILE = bytes.fromhex(
    "789c758f410b82401085ffcb9c479899356df75c7fa0f492486cba426009eed245fcefad9204413097c79bf9debc095e6018c1faebd08101"
    "21c912e644a82032eb5c00210cc1f61ecc04c7f204a662d4443542793e44a530a3286784ee3efab061689f1017a48dda30bdfdba31847521"
    "6228ffb863f78830c21485567a7ff7c1b5f180d35b6b2567ad9470e36459768d7b465855fde2b6b0e53764d945d2df9da5cd5aa59edf62f9"
    "40d0"
)
HEADER = {
    "v": 1,
    "as_of": "2026-11-20T00:00:00Z",
    "profiles": 1,
    "cut_points": {"currency": "USD", "low_max": 2000, "medium_max": 4000},
}


def ada() -> Customer:
    return unpack_customer(CUSTOMER, 4)


def values(customer: Customer, *names: str, known: bool = False) -> tuple[object, ...]:
    profile = unpack_profile("ada", PROFILE) if known else None
    attributes = attributes_of(customer, profile, unpack_header(HEADER), PLAYBOOK, now=NOON)
    return tuple(attributes[name] for name in names)


def test_every_order_counts_though_it_was_stored_without_what_it_adds() -> None:
    assert values(ada(), "orders", "basket_orders", "revenue_minor") == (4, 3, 5350)
    assert values(ada(), "purchase_total_today_minor") == (3000,)
    assert values(ada(), "first_order_at", "last_order_at") == (NOON - 40 * DAY, NOON - HOUR)


def test_with_a_profile_of_the_first_release_each_order_counts_once() -> None:
    # Two orders are covered: one by its reception, one because it is listed. Two are not.
    assert values(ada(), "orders", "basket_orders", "revenue_minor", known=True) == (6, 4, 9000)
    assert values(ada(), "purchase_total_today_minor", known=True) == (3000,)
    assert values(ada(), "basket_tier", known=True) == ("medium",)


def test_what_was_ordered_today_in_the_profile_is_told_by_quarter_hour_and_currency() -> None:
    late = datetime(2026, 11, 19, 23, tzinfo=UTC)
    profile = unpack_profile("ada", PROFILE)

    attributes = attributes_of(Customer("ada"), profile, None, PLAYBOOK, now=late)

    assert attributes["purchase_total_today_minor"] == 1250


def test_it_is_saved_in_the_new_form_with_nothing_lost() -> None:
    made = step(ada(), None, None, [event("product_viewed", "v1", NOON, product_id="p")], PLAYBOOK, now=NOON)

    saved = unpack_customer(pack_customer(made.customer), 5)

    assert values(saved, "orders", "revenue_minor") == (4, 5350)
    assert [each.order_id for each in saved.orders] == ["o1", "o2", "o3"]
    assert [each.cart_id for each in saved.cart_facts] == ["cart-1"]
    assert saved.word(Channel.EMAIL) == GRANTED
    assert saved.trait("first_name") == "Ada"


def test_it_can_be_saved_and_read_before_any_rule_has_seen_its_orders() -> None:
    assert values(unpack_customer(pack_customer(ada()), 4), "orders", "revenue_minor") == (4, 5350)


def test_a_copy_of_an_order_that_it_holds_counts_nothing() -> None:
    copy = order("o2", NOON - 2 * HOUR, received=NOON)

    made = step(ada(), None, None, [copy], PLAYBOOK, now=NOON)

    assert made.fresh == 0
    assert values(made.customer, "orders") == (4,)


def test_a_refund_takes_back_an_order_that_it_holds() -> None:
    made = step(ada(), None, None, [event("order_refunded", "r1", NOON, order_id="o2")], PLAYBOOK, now=NOON)

    assert values(made.customer, "orders", "revenue_minor", "purchase_total_today_minor") == (3, 2350, 0)


def test_to_a_rule_that_came_since_its_orders_are_unknown_until_a_snapshot_carries_them() -> None:
    newer = playbook(shop=UTC_SHOP, rules=(SPENT,), number=2)

    value = attributes_of(ada(), None, None, newer, now=NOON).value("it")

    assert value.incomplete == "no_snapshot_yet"


def test_a_refund_of_an_order_that_lies_in_its_profile_makes_the_sums_incomplete() -> None:
    refund = event("order_refunded", "r1", NOON, order_id="long-ago")
    profile = unpack_profile("ada", PROFILE)
    customer = step(Customer("ada"), profile, None, [refund], PLAYBOOK, now=NOON).customer

    attributes = attributes_of(customer, profile, None, PLAYBOOK, now=NOON)

    assert attributes.value("revenue_minor").incomplete == "too_many_orders"
    assert attributes.value("last_order_at").incomplete == ""


def test_a_profile_says_what_it_covers_and_which_rules_it_carries() -> None:
    profile = unpack_profile("ada", PROFILE)

    assert (profile.as_of, profile.codes) == (AS_OF, CODES)
    assert profile.covers("14bda27193321ce2", to_ms(NOON))  # o1
    assert not profile.covers("898ea42be1cd901c", to_ms(NOON))  # o2
    assert profile.covers("898ea42be1cd901c", to_ms(AS_OF - 48 * HOUR) - 1)


@pytest.mark.parametrize(("currency", "revenue"), [("USD", 6000), ("EUR", 900), ("CHF", 0)])
def test_a_profile_counts_the_shops_own_currency(currency: str, revenue: int) -> None:
    shop = SHOP.model_copy(update={"currency": currency})

    attributes = attributes_of(Customer("ada"), unpack_profile("ada", PROFILE), None, playbook(shop=shop), now=NOON)

    assert (attributes["orders"], attributes["revenue_minor"]) == (4, revenue)


def test_a_header_carries_the_rules_that_the_first_release_knew() -> None:
    header = unpack_header(HEADER)

    assert (header.as_of, header.codes) == (AS_OF, CODES)
    assert header.cut_points == CutPoints("USD", 2000, 4000)
