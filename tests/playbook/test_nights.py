"""Over every night of 2026 in which a clock changes, in five zones: what leaves, and when by the wall clock.

Every night is lived by a crowd: one customer for each hour (or so) at which something can begin.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from tandem.testing import Message, Person, World
from tests.playbook.acts import fills, orders
from tests.playbook.nights import DAY, HOUR, MINUTE, NIGHTS, ZONES, Night

HALF = 30 * MINUTE
PHONE = "+34600000001"


def lived(
    world: World, night: Night, moments: Iterable[datetime], does: Callable[[Person], object], *, until: timedelta
) -> dict[str, datetime]:
    """One customer for each moment, and what they do then; when that was, by customer. Then time passes."""
    began = {}
    for number, moment in enumerate(moments):
        world.at(moment.isoformat(), night.zone)
        who = world.customer(f"c-{number:02}")
        does(who)
        began[who.id] = moment
    world.at((moment + until).isoformat())
    return began


def messages(world: World, *campaigns: str) -> list[Message]:
    """What left, of these campaigns, in the order it left."""
    found = [each for each in world.stage.happened if isinstance(each, Message)]
    return [each for each in found if not campaigns or each.campaign in campaigns]


def test_there_are_two_such_nights_in_each_zone() -> None:
    assert Counter(night.zone for night in NIGHTS) == dict.fromkeys(ZONES, 2)


@pytest.mark.parametrize("night", NIGHTS, ids=str)
@pytest.mark.parametrize(("channel", "known"), [("email", {}), ("sms", {"email": "", "phone": PHONE})])
def test_a_cart_is_reminded_of_once_at_the_first_minute_that_is_not_quiet(
    channel: str, known: Mapping[str, Any], night: Night, world: World
) -> None:
    def leaves_a_cart(who: Person) -> None:
        who.is_known(**known)
        fills(who)

    began = lived(world, night, night.around(6 * HOUR, 9 * HOUR), leaves_a_cart, until=2 * DAY)

    expected = {who: night.first_loud(moment + HALF, channel) for who, moment in began.items()}
    assert [each.channel for each in messages(world)] == [channel] * len(began)
    assert {each.customer_id: each.at for each in messages(world)} == expected


@pytest.mark.parametrize("night", NIGHTS, ids=str)
def test_whoever_signs_up_is_welcomed_three_times_twice_of_them_at_ten(night: Night, world: World) -> None:
    began = lived(world, night, night.around(4 * DAY, 12 * HOUR, 7 * HOUR), lambda who: who.signs_up(), until=14 * DAY)

    told = Counter((each.customer_id, each.campaign) for each in messages(world))
    assert told == Counter({(who, f"welcome-{number}"): 1 for who in began for number in (1, 2, 3)})
    for each in messages(world, "welcome-1"):
        assert each.at == night.first_loud(began[each.customer_id] + HALF, "email")
    for each in messages(world, "welcome-2", "welcome-3"):
        assert night.local(each.at).time() == time(10)


@pytest.mark.parametrize("night", NIGHTS, ids=str)
def test_a_review_is_asked_for_at_the_first_ten_in_the_morning_after_five_days(night: Night, world: World) -> None:
    def gets_an_order(who: Person) -> None:
        who.is_known(orders=2)
        orders(who, f"o-{who.id}")
        who.does("order_delivered", order_id=f"o-{who.id}")

    moments = [moment - 5 * DAY for moment in night.around(18 * HOUR, 12 * HOUR, 3 * HOUR)]
    began = lived(world, night, moments, gets_an_order, until=8 * DAY)

    asked = {each.customer_id: each.at for each in messages(world, "review-request")}
    waited = {
        who: next(each.at for each in messages(world, "post-purchase") if each.customer_id == who) for who in began
    }
    assert len(messages(world, "review-request")) == len(began)
    assert asked == {who: night.first(waited[who] + 5 * DAY, time(10)) for who in began}


@pytest.mark.parametrize("night", NIGHTS, ids=str)
@pytest.mark.parametrize("day", [-1, 0, 1])
def test_a_birthday_is_at_nine_on_the_very_day_before_and_after_the_change(
    day: int, night: Night, world: World
) -> None:
    birthday = night.morning + day * DAY
    world.at((night.changes - 5 * DAY).isoformat(), night.zone)
    world.customer().is_known(birthday=f"{birthday:%m-%d}", phone=PHONE)

    world.wait(days=10)

    assert [night.local(each.at) for each in messages(world)] == [datetime.combine(birthday, time(9))]


@pytest.mark.parametrize("night", NIGHTS, ids=str)
def test_a_regular_is_reminded_at_ten_whatever_the_clock_did_meanwhile(night: Night, world: World) -> None:
    def orders_again(who: Person) -> None:
        who.is_known(orders=3, days_between=20, last_order=20)
        orders(who, f"o-{who.id}")

    moments = [moment - 20 * DAY for moment in night.around(18 * HOUR, 12 * HOUR, 3 * HOUR)]
    began = lived(world, night, moments, orders_again, until=25 * DAY)

    reminded = {each.customer_id: each.at for each in messages(world, "replenishment")}
    assert len(messages(world, "replenishment")) == len(began)
    assert reminded == {who: night.first(moment + 20 * DAY, time(10)) for who, moment in began.items()}


@pytest.mark.parametrize("night", NIGHTS, ids=str)
def test_an_apology_leaves_at_every_hour_of_the_night_once(night: Night, world: World) -> None:
    def sends_back(who: Person) -> None:
        who.is_known(orders=2, phone=PHONE)
        who.does("order_refunded", order_id=f"o-{who.id}", refund_id=f"r-{who.id}")

    began = lived(world, night, night.around(7 * HOUR, 7 * HOUR), sends_back, until=3 * DAY)

    assert [(each.customer_id, each.at) for each in messages(world)] == list(began.items())


@pytest.mark.parametrize("night", NIGHTS, ids=str)
def test_an_order_is_thanked_for_once_and_never_in_quiet_hours(night: Night, world: World) -> None:
    def buys(who: Person) -> None:
        texted: dict[str, Any] = {"email": "", "phone": PHONE}
        who.is_known(orders=2, **(texted if who.id[-1] in "13579" else {}))
        orders(who, f"o-{who.id}")

    began = lived(world, night, night.around(9 * HOUR, 12 * HOUR), buys, until=2 * DAY)

    assert {each.customer_id: each.at for each in messages(world)} == {
        each.customer_id: night.first_loud(began[each.customer_id], each.channel) for each in messages(world)
    }
    assert Counter(each.customer_id for each in messages(world)) == dict.fromkeys(began, 1)


@pytest.mark.parametrize("night", NIGHTS, ids=str)
def test_a_second_reminder_keeps_its_twenty_hours_unless_the_night_holds_it(night: Night, world: World) -> None:
    def leaves_a_cheap_cart(who: Person) -> None:
        who.is_known(orders=2, revenue=40)
        fills(who)

    moments = night.around(30 * HOUR, 4 * HOUR, 2 * HOUR)
    began = lived(world, night, moments, leaves_a_cheap_cart, until=2 * DAY)

    second = {each.customer_id: each.at for each in messages(world, "cart-incentive")}
    assert len(messages(world)) == 2 * len(began)
    assert second == {who: night.first_loud(moment + 20 * HOUR + 15 * MINUTE, "email") for who, moment in began.items()}
