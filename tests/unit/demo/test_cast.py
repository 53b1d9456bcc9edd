"""The customers of the stories are real ones, and fit their parts."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest

from infra.demo.calendar import DAY
from infra.demo.cast import Cast, Known, choose
from infra.demo.cdnow import Order
from tandem.attributes import Tier
from tandem.errors import BadHistory


def ordered(of_the_day: Sequence[Order], customer_id: str) -> list[Order]:
    return [order for order in of_the_day if order.customer_id == customer_id]


def test_the_day_is_468_orders_of_453_customers_for_294_of_them_the_first(
    known: Known, of_the_day: Sequence[Order]
) -> None:
    customers = Counter(order.customer_id for order in of_the_day)

    assert len(of_the_day) == 468
    assert len(customers) == 453
    assert sum(each not in known.profiles for each in customers) == 294


def test_three_customers_of_three_tiers_order_nothing_that_day(
    known: Known, cast: Cast, of_the_day: Sequence[Order]
) -> None:
    for tier, customer_id in ((Tier.LOW, cast.low), (Tier.MEDIUM, cast.medium), (Tier.HIGH, cast.high)):
        assert known.tier(customer_id) is tier
        assert not ordered(of_the_day, customer_id)


def test_one_order_lifts_a_tier_from_low_to_high(known: Known, cast: Cast, of_the_day: Sequence[Order]) -> None:
    lifting = ordered(of_the_day, cast.raised)

    assert len(lifting) == 1
    assert known.tier(cast.raised) is Tier.LOW
    assert known.tier(cast.raised, lifting) is Tier.HIGH


def test_the_late_cart_the_ten_deliveries_and_the_refunds_belong_to_single_orders_of_known_customers(
    known: Known, cast: Cast, of_the_day: Sequence[Order]
) -> None:
    for customer_id in (
        *(cast.late, cast.tenfold, cast.returned, cast.early, cast.handed),
        *(cast.two_carts, cast.sorry),
    ):
        assert customer_id in known.profiles
        assert len(ordered(of_the_day, customer_id)) == 1


def test_the_capped_customer_really_placed_five_orders(cast: Cast, of_the_day: Sequence[Order]) -> None:
    assert len(ordered(of_the_day, cast.capped)) == 5


def test_nobody_plays_two_parts(cast: Cast) -> None:
    assert len(cast.roles()) == 16


def test_who_is_in_a_story_is_named_and_has_agreed_to_mail(cast: Cast) -> None:
    for person in cast.people().values():
        assert person.first_name
        assert person.email.endswith("@example.com")
        assert person.consents == {"email": True}


def test_who_gives_the_only_order_back_orders_again_that_day(
    known: Known, cast: Cast, of_the_day: Sequence[Order]
) -> None:
    assert known.orders(cast.sorry) == 1
    assert cast.gave_back.customer_id == cast.sorry
    assert timedelta(0) < DAY - cast.gave_back.day < timedelta(days=120)  # or nobody would know what it came to
    assert len(ordered(of_the_day, cast.sorry)) == 1


def test_part_of_a_recent_order_of_several_cds_comes_back_from_somebody_at_home(
    cast: Cast, of_the_day: Sequence[Order]
) -> None:
    assert cast.bought_before.customer_id == cast.partly
    assert cast.bought_before.cds > 1
    assert timedelta(0) < DAY - cast.bought_before.day < timedelta(days=45)
    assert not ordered(of_the_day, cast.partly)


def test_who_orders_while_all_is_stopped_orders_for_the_first_time(
    known: Known, cast: Cast, of_the_day: Sequence[Order]
) -> None:
    assert cast.halted not in known.profiles
    assert len(ordered(of_the_day, cast.halted)) == 1


def test_who_looks_around_is_not_known_yet(known: Known, cast: Cast, of_the_day: Sequence[Order]) -> None:
    assert cast.browsing not in known.profiles
    assert not ordered(of_the_day, cast.browsing)


def test_a_history_without_anybody_for_a_part_says_which(known: Known, every_order: Sequence[Order]) -> None:
    single = {order.customer_id: order for order in every_order if order.day == DAY}

    with pytest.raises(BadHistory, match="'capped'"):
        choose(known, [*(order for order in every_order if order.day != DAY), *single.values()])
