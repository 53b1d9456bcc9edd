"""The step: one customer, a batch of events, what is decided."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tandem.actor import Step, attributes_of, step
from tandem.attributes import Profile
from tandem.customer import DENIED, Channel, Customer, Send, SetConsent, SetTimer, pack_customer
from tandem.decisions import Outcome
from tandem.events import Event
from tests.builders import DAY, HEADER, HOUR, MINUTE, NOON, added, event, identified, order, playbook, profile

ADA = Customer("ada")


def run(customer: Customer, events: Sequence[Event], now: datetime, known: Profile | None = None) -> Step:
    return step(customer, known, HEADER, events, playbook(), now=now)


def sends(made: Step) -> list[Send]:
    return [effect for effect in made.effects if isinstance(effect, Send)]


def reasons(made: Step) -> dict[str, Outcome]:
    return {each.campaign: each.outcome for decision in made.decisions for each in decision.candidates}


def known() -> Customer:
    return run(ADA, [identified("i1", NOON - DAY)], NOON - DAY).customer


def fire(timer: SetTimer) -> Event:
    return event("timer_fired", timer.id, timer.moment, timer=timer.timer, armed_for=timer.moment.isoformat())


def left(send: Send) -> Event:
    """The message left at the moment it was decided."""
    return event("message_sent", f"left-{send.id}", send.not_before, send_id=send.id, campaign=send.campaign)


def test_the_tier_includes_this_very_order() -> None:
    low = run(known(), [order("o1", NOON, "5.00")], NOON, profile(2, 5000))
    high = run(known(), [order("o1", NOON, "250.00")], NOON, profile(2, 5000))

    assert [each.template for each in sends(low)] == ["thanks-low"]
    assert [each.template for each in sends(high)] == ["thanks-high"]


def test_an_unknown_tier_is_treated_as_medium() -> None:
    made = step(known(), profile(), None, [order("o1", NOON)], playbook(), now=NOON)

    assert [each.template for each in sends(made)] == ["thanks-medium"]
    assert made.decisions[0].attributes["customer.basket_tier"] == "unknown"


def test_the_first_order_ever_outranks_the_thank_you() -> None:
    made = run(known(), [order("o1", NOON)], NOON)

    assert reasons(made) == {"second": Outcome.CHOSEN, "thanks": Outcome.OUTRANKED}
    assert [each.campaign for each in sends(made)] == ["second"]


def test_the_same_order_ten_times_is_one_message_and_one_order() -> None:
    first = run(known(), [order("o1", NOON)] * 10, NOON)
    again = run(first.customer, [order("o1", NOON)] * 10, NOON + MINUTE)

    assert len(sends(first)) == 1
    assert sends(again) == []
    assert again.decisions == ()
    assert len(again.customer.orders) == 1


def test_the_same_order_from_another_source_is_the_same_order() -> None:
    first = run(known(), [order("o1", NOON)], NOON)
    other = event("order_completed", "other-id", NOON, order_id="o1", total="30.00", currency="USD")

    assert run(first.customer, [other], NOON + MINUTE).fresh == 0


def test_what_is_owed_is_carried_out_before_it_is_cleared() -> None:
    first = run(known(), [order("o1", NOON)], NOON)
    again = run(first.customer, [order("o1", NOON)], NOON + MINUTE)

    assert again.kept == first.effects
    assert again.changed
    assert again.customer.owed == ()
    assert not run(again.customer, [order("o1", NOON)], NOON + 2 * MINUTE).changed


def test_a_cart_left_behind_is_reminded_of_once_when_its_timer_fires() -> None:
    touched = run(known(), [added("a1", NOON)], NOON)
    timer = next(effect for effect in touched.effects if isinstance(effect, SetTimer))
    reminded = run(touched.customer, [fire(timer)], timer.moment)
    again = run(reminded.customer, [fire(timer)] * 3, timer.moment + MINUTE)

    assert timer.moment == NOON + 30 * MINUTE
    assert [each.cart_id for each in sends(reminded)] == ["cart-1"]
    assert sends(again) == []


def test_activity_starts_the_wait_anew_without_another_timer() -> None:
    touched = run(known(), [added("a1", NOON)], NOON)
    timer = next(effect for effect in touched.effects if isinstance(effect, SetTimer))
    active = run(touched.customer, [added("a2", NOON + 20 * MINUTE)], NOON + 20 * MINUTE)
    early = run(active.customer, [fire(timer)], timer.moment)
    rearmed = next(effect for effect in early.effects if isinstance(effect, SetTimer))
    due = run(early.customer, [fire(rearmed)], rearmed.moment)

    assert not any(isinstance(effect, SetTimer) for effect in active.effects)
    assert sends(early) == []
    assert rearmed.moment == NOON + 50 * MINUTE
    assert len(sends(due)) == 1


def test_an_order_before_the_timer_fires_means_silence_with_its_reason() -> None:
    touched = run(known(), [added("a1", NOON)], NOON)
    timer = next(effect for effect in touched.effects if isinstance(effect, SetTimer))
    ordered = run(touched.customer, [order("o1", NOON + MINUTE)], NOON + MINUTE)
    fired = run(ordered.customer, [fire(timer)], timer.moment)

    assert sends(fired) == []
    assert reasons(fired) == {"reminder": Outcome.CART_CLOSED}


def test_an_order_that_arrives_before_its_cart_means_silence_with_its_reason() -> None:
    ordered = run(known(), [order("o1", NOON)], NOON)
    late = run(ordered.customer, [added("a1", NOON - MINUTE, received=NOON + MINUTE)], NOON + MINUTE)

    assert not any(isinstance(effect, SetTimer | Send) for effect in late.effects)
    assert reasons(late) == {"reminder": Outcome.CART_CLOSED}


def test_a_reminder_owed_when_the_order_arrives_is_withdrawn() -> None:
    touched = run(known(), [added("a1", NOON)], NOON)
    due = run(touched.customer, [added("a2", NOON - MINUTE)], NOON + 40 * MINUTE)
    ordered = run(due.customer, [order("o1", NOON + 41 * MINUTE)], NOON + 41 * MINUTE)

    reminder = sends(due)[0]
    assert reminder not in ordered.kept
    entry = ordered.customer.send(reminder.id)
    assert entry is not None
    assert entry.withdrawn == "ordered"


def test_an_opt_out_withdraws_what_is_on_its_way() -> None:
    sent = run(known(), [order("o1", NOON)], NOON)
    out = run(sent.customer, [identified("i2", NOON + MINUTE, consents={"email": False})], NOON + MINUTE)

    assert [entry.withdrawn for entry in out.customer.sends] == ["opted_out"]
    assert [effect.granted for effect in out.effects if isinstance(effect, SetConsent)] == [False]


def test_each_cart_waits_for_itself() -> None:
    both = run(
        known(),
        [added("a1", NOON, cart="one"), added("a2", NOON + 10 * MINUTE, "brush-1", cart="two")],
        NOON + 10 * MINUTE,
    )
    first = run(both.customer, [], NOON + 31 * MINUTE)
    second = run(first.customer, [], NOON + 41 * MINUTE)

    assert [each.cart_id for each in sends(first)] == ["one"]
    assert [each.cart_id for each in sends(second)] == ["two"]


def test_the_fourth_message_in_a_week_is_held_back_by_the_cap() -> None:
    customer = known()
    for day in range(3):
        made = run(customer, [order(f"o{day}", NOON + day * DAY)], NOON + day * DAY, profile())
        customer = run(made.customer, [left(each) for each in sends(made)], NOON + day * DAY, profile()).customer
    fourth = run(customer, [order("o4", NOON + 3 * DAY)], NOON + 3 * DAY, profile())
    later = run(customer, [order("o5", NOON + 7 * DAY)], NOON + 7 * DAY, profile())

    assert reasons(fourth)["thanks"] is Outcome.CAP
    assert reasons(later)["thanks"] is Outcome.CHOSEN


def test_unknown_consent_is_no() -> None:
    customer = run(ADA, [identified("i1", NOON - DAY, consents={})], NOON - DAY).customer

    assert reasons(run(customer, [order("o1", NOON)], NOON, profile()))["thanks"] is Outcome.NO_CONSENT


def test_a_customer_who_said_yes_and_gave_no_address_is_unreachable() -> None:
    word = event("customer_identified", "i1", NOON - DAY, consents={"email": True})
    customer = run(ADA, [word], NOON - DAY).customer

    assert reasons(run(customer, [order("o1", NOON)], NOON, profile()))["thanks"] is Outcome.UNREACHABLE


def test_a_text_message_leaves_where_only_a_phone_is_known() -> None:
    only_phone = event("customer_identified", "i1", NOON, phone="+15550100", consents={"sms": True})
    customer = run(ADA, [only_phone], NOON).customer

    assert [each.channel for each in sends(run(customer, [order("o1", NOON)], NOON))] == [Channel.SMS]


def test_an_order_from_a_redrive_three_days_later_counts_and_starts_nothing() -> None:
    made = run(known(), [order("o1", NOON - 3 * DAY)], NOON)

    assert reasons(made) == {"second": Outcome.TOO_OLD, "thanks": Outcome.TOO_OLD}
    assert made.decisions[0].attributes["customer.orders"] == 1


def test_a_customer_who_comes_back_after_120_days_is_sent_nothing_old() -> None:
    touched = run(known(), [added("a1", NOON), order("o0", NOON - HOUR, products=[{"product_id": "x"}])], NOON)
    back = run(touched.customer, [event("cart_viewed", "v1", NOON + 120 * DAY, products=[])], NOON + 120 * DAY)

    assert back.kept == ()
    assert sends(back) == []


def test_a_listed_order_of_the_profile_is_not_counted_again() -> None:
    made = run(known(), [order("o1", NOON, "30.00")], NOON, profile(2, 5000, listed=("o1",)))

    assert made.decisions[0].attributes["customer.orders"] == 2


def test_an_order_of_the_tail_that_the_profile_does_not_list_is_counted_live() -> None:
    early = HEADER.as_of - HOUR
    made = run(known(), [order("o1", early)], NOON, profile(2, 5000))

    assert made.decisions[0].attributes["customer.orders"] == 3


def test_recommendations_are_complements_that_were_not_bought() -> None:
    products = [{"product_id": "record-1"}, {"product_id": "brush-1"}]
    made = run(known(), [order("o1", NOON, products=products)], NOON, profile())

    assert sends(made)[0].recommended == ("sleeve-1",)


def test_an_order_withdraws_the_reminder_of_its_cart_also_when_something_new_lies_in_it() -> None:
    touched = run(known(), [added("a1", NOON)], NOON)
    due = run(touched.customer, [], NOON + 31 * MINUTE)
    order_at, touch_at = NOON + 32 * MINUTE, NOON + 33 * MINUTE
    bought, again = order("o1", order_at), added("a2", touch_at, "brush-1")

    for events in ([bought, again], [again, bought]):
        customer = due.customer
        for each in events:
            customer = run(customer, [each], touch_at).customer
        assert [entry.withdrawn for entry in customer.sends if entry.campaign == "reminder"] == ["ordered"]
        assert run(due.customer, events, touch_at).customer.sends[0].withdrawn == "ordered"


def test_a_cart_emptied_after_the_decision_withdraws_its_reminder() -> None:
    touched = run(known(), [added("a1", NOON)], NOON)
    due = run(touched.customer, [], NOON + 31 * MINUTE)
    emptied = event("product_removed", "r1", NOON + 32 * MINUTE, product_id="record-1", cart_id="cart-1")

    after = run(due.customer, [emptied], NOON + 32 * MINUTE).customer

    assert [entry.withdrawn for entry in after.sends] == ["cart_emptied"]


def test_what_is_owed_past_its_time_is_dropped() -> None:
    sent = run(known(), [order("o1", NOON)], NOON)
    back = run(sent.customer, [added("a1", NOON + 120 * DAY)], NOON + 120 * DAY)

    assert sends(sent)
    assert back.kept == ()


def test_of_a_yes_and_a_no_at_one_moment_the_no_stands() -> None:
    yes, no = identified("yes", NOON), identified("no", NOON, consents={"email": False})

    for events in ([yes, no], [no, yes]):
        assert run(ADA, events, NOON).customer.word(Channel.EMAIL) == DENIED


def test_a_new_address_gets_the_old_word_only_where_nothing_is_known_of_it() -> None:
    moved = run(known(), [identified("i2", NOON, email="new@example.com", consents={})], NOON)

    told = [(each.address, each.explicit) for each in moved.effects if isinstance(each, SetConsent)]
    assert told == [("new@example.com", False)]


def test_very_many_orders_that_no_profile_covers_stay_exact_and_small() -> None:
    many = [order(f"o{number}", NOON - HOUR + number * MINUTE / 60, "1.00") for number in range(1500)]
    customer = run(ADA, many, NOON).customer

    assert attributes_of(customer, None, HEADER, playbook(), now=NOON)["revenue_minor"] == 150_000
    assert len(pack_customer(replace(customer, owed=()))) < 64 * 1024
