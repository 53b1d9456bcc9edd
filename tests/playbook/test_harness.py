"""The harness itself: what it refuses, what it says when something was not so, and what it can play."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from infra.explain.sentences import sentences
from tandem.errors import BadPlaybook
from tandem.testing import At, Expect, Person, Wait, World
from tandem.testing.happened import Decided
from tandem.testing.reading import first_edition
from tests.playbook.acts import fills, orders

STARTER = Path(__file__).parents[2] / "infra/playbook"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the starter playbook, to be changed."""
    return Path(shutil.copytree(STARTER, tmp_path / "playbook"))


def failure(expected: "pytest.ExceptionInfo[AssertionError]") -> str:
    return str(expected.value)


# ---------------------------------------------------------------------------------------------------------- the clock


def test_a_time_that_no_clock_shows_is_refused(at: At) -> None:
    with pytest.raises(ValueError, match="no clock in Europe/Madrid ever shows 2026-03-29 02:30"):
        at("2026-03-29 02:30", "Europe/Madrid")


def test_of_a_time_that_is_shown_twice_it_is_the_first_unless_its_offset_is_said(world: World, at: At) -> None:
    at("2026-10-25 02:30", "Europe/Madrid")
    first = world.stage.now

    at("2026-10-25 02:30+01:00")

    assert (world.stage.now - first).total_seconds() == 3600


def test_the_clock_never_goes_back(at: At) -> None:
    at("2026-03-29 12:00", "Europe/Madrid")

    with pytest.raises(ValueError, match="2026-03-29 11:00 has passed: it is 2026-03-29 12:00"):
        at("2026-03-29 11:00")


def test_a_time_of_day_is_the_next_one_and_a_day_of_waiting_is_24_hours(world: World, at: At, wait: Wait) -> None:
    at("2026-03-28 12:00", "Europe/Madrid")
    at("11:00")
    assert f"{world.stage.now:%d %H:%M}" == "29 09:00"

    wait(days=1)

    assert f"{world.stage.now:%d %H:%M}" == "30 09:00"


def test_what_is_due_happens_at_its_own_time_and_in_its_order(world: World, at: At, wait: Wait) -> None:
    at("2026-11-23 10:00", "Europe/Madrid")
    for name, minutes in (("ada", 10), ("ben", 5)):
        wait(minutes=minutes)
        fills(world.customer(name).is_known())

    wait(days=1)

    decided = [each for each in world.stage.happened if isinstance(each, Decided)]
    assert [(each.customer_id, f"{each.at:%H:%M}") for each in decided] == [("ada", "09:40"), ("ben", "09:45")]


# ------------------------------------------------------------------------------------------------------- what is said


def test_what_was_decided_instead_is_told_in_sentences_with_local_times(
    world: World, at: At, customer: Person, wait: Wait, expect: Expect
) -> None:
    at("2026-11-23 10:00", "Europe/Madrid")
    customer.is_known(orders=2)
    fills(customer)
    wait(minutes=20)
    orders(customer, cart_id="c-1")
    wait(hours=1)

    with pytest.raises(AssertionError) as expected:
        expect.sent("cart-reminder", channel="email", at="10:30")

    told = failure(expected)
    assert told.startswith("Expected cart-reminder (channel email, at 10:30). It was not sent.")
    assert "What happened to ada (times in Europe/Madrid):" in told
    decisions = [each.decision for each in world.stage.happened if isinstance(each, Decided)]
    assert [
        sentence for each in decisions for sentence in sentences(each, zone=world.stage.zone) if sentence not in told
    ] == []
    assert "  Mon 23 Nov 10:20      order_completed (order_id o-1, total 25" in told
    assert "  Mon 23 Nov 10:20      left: post-purchase by email (post-purchase-medium)" in told


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"at": "10:31"}, "It was sent, but it left at Mon 23 Nov 10:30 (Europe/Madrid)."),
        ({"at": "2026-11-24 10:30"}, "It was sent, but it left at Mon 23 Nov 10:30 (Europe/Madrid)."),
        ({"channel": "sms", "template": "cart-low"}, "the channel was email and the template was cart-medium."),
    ],
)
def test_a_message_that_is_not_as_expected_is_told_as_it_was(wrong: dict[str, Any], told: str, world: World) -> None:
    world.at("2026-11-23 10:00", "Europe/Madrid")
    fills(world.customer().is_known())
    world.wait(hours=1)

    with pytest.raises(AssertionError) as expected:
        world.expect.sent("cart-reminder", **wrong)

    assert told in failure(expected).splitlines()[0]


def test_a_message_is_expected_once_and_what_is_left_over_is_found(
    at: At, customer: Person, wait: Wait, expect: Expect
) -> None:
    at("2026-11-23 10:00", "Europe/Madrid")
    fills(customer.is_known())
    wait(hours=1)

    with pytest.raises(AssertionError, match=r"Expected nothing\. Sent: cart-reminder by email at Mon 23 Nov 10:30"):
        expect.nothing()
    expect.sent("cart-reminder")
    expect.nothing()
    with pytest.raises(AssertionError, match="It was not sent again"):
        expect.sent("cart-reminder")


def test_another_reason_than_the_expected_one_is_told(at: At, customer: Person, wait: Wait, expect: Expect) -> None:
    at("2026-11-23 10:00", "Europe/Madrid")
    fills(customer.is_known(consents={}))
    wait(hours=1)

    expect.nothing("cart-reminder", because="no_consent")
    with pytest.raises(AssertionError, match="because of cap; cart-reminder: no_consent"):
        expect.nothing("cart-reminder", because="cap")


def test_a_journey_that_goes_on_or_never_began_has_not_been_left(at: At, customer: Person, expect: Expect) -> None:
    at("2026-11-23 10:00", "Europe/Madrid")
    customer.signs_up()
    expect.inside("welcome")

    with pytest.raises(AssertionError, match="Expected nobody in the journey welcome any more"):
        expect.left("welcome")
    with pytest.raises(AssertionError, match="nobody was in it"):
        expect.left("cart")
    with pytest.raises(AssertionError, match="Expected somebody in the journey cart"):
        expect.inside("cart")


@pytest.mark.parametrize(
    ("campaign", "because", "told"),
    [
        ("cart-remindr", None, "the playbook has no campaign cart-remindr; did you mean cart-reminder?"),
        ("cart-reminder", "capped", "capped is no reason there is; did you mean cap?"),
    ],
)
def test_a_name_that_does_not_exist_never_passes(
    campaign: str, because: str | None, told: str, customer: Person, expect: Expect
) -> None:
    customer.is_known()

    with pytest.raises(ValueError, match=told.replace("?", r"\?")):
        expect.nothing(campaign, because=because)


def test_why_prints_everything(world: World, at: At, customer: Person, capsys: pytest.CaptureFixture[str]) -> None:
    at("2026-11-23 23:30", "Europe/Madrid")
    orders(customer.is_known(orders=2))

    world.why()

    told = capsys.readouterr().out
    assert "Mon 23 Nov 23:30      order_completed" in told
    assert "Tue 24 Nov 06:00      to come: post-purchase is decided (quiet_hours)" in told
    assert "in journey post-purchase, at step 0 since Mon 23 Nov 23:30" in told


# --------------------------------------------------------------------------------------------------- what it can play


def test_what_is_no_event_is_refused_with_its_field(customer: Person) -> None:
    with pytest.raises(ValueError, match=r"order_completed is no event .*missing \(properties.order_id\)"):
        customer.does("order_completed", total=20)


def test_what_is_known_from_before_is_said_before(customer: Person) -> None:
    customer.signs_up()

    with pytest.raises(ValueError, match="ada has done something already"):
        customer.is_known(orders=2)


def test_orders_known_from_before_are_in_every_attribute_and_a_new_one_comes_on_top(
    world: World, at: At, customer: Person, expect: Expect
) -> None:
    at("2026-11-23 10:00", "Europe/Madrid")
    customer.is_known(orders=4, revenue="120.02", days_between=60, last_order=50)

    orders(customer, total=30)

    [decided] = [each.decision for each in world.stage.happened if isinstance(each, Decided)]
    assert decided.attributes["customer.orders"] == 5
    assert decided.attributes["customer.revenue_minor"] == 15002
    expect.sent("post-purchase")


def test_the_same_event_twice_counts_once(customer: Person, expect: Expect) -> None:
    customer.is_known(orders=2)
    for _ in range(2):
        customer.does("order_refunded", order_id="o-1", refund_id="r-1", event_id="e-1")

    expect.sent("refund-apology")
    expect.nothing()


def test_the_words_can_be_read(customer: Person, expect: Expect) -> None:
    customer.is_known(orders=2, revenue=40, first_name="Grace")

    orders(customer)

    message = expect.sent("post-purchase", template="post-purchase-low")
    assert "Grace" in message.text
    assert message.subject


def test_the_limits_of_tiers_can_be_said(world: World, customer: Person, expect: Expect) -> None:
    world.tiers(low=1000, medium=2000)
    customer.is_known(orders=2, revenue=1800)

    orders(customer, total=800)

    expect.sent("post-purchase", template="post-purchase-low")


def test_a_stop_holds_from_the_next_decision_on_until_it_is_lifted(
    world: World, customer: Person, wait: Wait, expect: Expect
) -> None:
    customer.is_known(orders=2)
    world.stop("campaign", "post-purchase")
    orders(customer, "o-1")
    expect.nothing("post-purchase", because="stopped")

    world.resume("campaign", "post-purchase")
    orders(customer, "o-2")

    expect.sent("post-purchase")


def test_a_stop_holds_back_what_was_decided_and_has_not_left(
    world: World, customer: Person, wait: Wait, expect: Expect
) -> None:
    customer.is_known(orders=2)
    world.sending(delay="10m")
    orders(customer)
    world.stop("everything")

    wait(minutes=10)

    expect.nothing("post-purchase", because="stopped")


def test_in_a_paused_journey_nobody_moves_until_it_goes_on(
    world: World, at: At, customer: Person, wait: Wait, expect: Expect
) -> None:
    at("2026-11-23 11:00", "Europe/Madrid")
    customer.signs_up()
    world.stop("paused", "welcome")
    wait(hours=5)
    expect.nothing("welcome-1")

    world.resume("paused", "welcome")
    wait(hours=1)

    expect.sent("welcome-1", at="16:30")


def test_a_message_that_never_left_in_time_expires(world: World, customer: Person, wait: Wait, expect: Expect) -> None:
    customer.is_known(orders=2)
    world.sending(delay="13h")

    orders(customer)
    wait(days=5)

    expect.nothing("post-purchase", because="expired")


def test_another_playbook_is_published_in_between_and_who_is_in_a_journey_stays_on_theirs(
    world: World, at: At, wait: Wait, expect: Expect, copy: Path
) -> None:
    journey = copy / "journeys/welcome.yaml"
    journey.write_text(journey.read_text().replace("wait: 30m", "wait: 2h"))
    at("2026-11-23 11:00", "Europe/Madrid")
    before = world.customer("ada").signs_up()

    world.publish(copy, at="11:15")
    wait(minutes=20)
    after = world.customer("ben").signs_up()
    wait(hours=3)

    expect.sent("welcome-1", to=before, at="11:30")
    expect.sent("welcome-1", to=after, at="13:20")


def test_a_broken_playbook_is_told_with_all_its_defects(copy: Path) -> None:
    (copy / "campaigns/birthday.yaml").write_text("id: birthday\nchannel: [email]\n")

    with pytest.raises(BadPlaybook, match=r"birthday\.yaml:2: channel"):
        World(copy).customer()


def test_every_test_has_a_world_of_its_own_and_a_folder_is_read_once(world: World) -> None:
    other = World(STARTER)
    other.at("2026-11-23 10:00", "Europe/Madrid")
    orders(other.customer().is_known(orders=2))

    assert world.stage.happened == []
    assert world.stage.drafts[0] is other.stage.drafts[0] is first_edition(STARTER.resolve())
