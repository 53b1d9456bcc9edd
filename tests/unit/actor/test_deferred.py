"""Quiet hours in a step: what falls into them waits, takes no slot, and everything is looked at again at their end."""

from typing import Any

import pytest

from tandem.decisions import Outcome
from tandem.playbook import Cap, QuietHours, Stops
from tests.builders import DAY, HOUR, MINUTE, NOON, added, event, identified, order
from tests.unit.actor.life import Life, armed, book, candidates, path, reasons, said, says

QUIET = QuietHours.model_validate({"from": "06:00", "to": "20:00"})  # noon in UTC is seven in New York
EVENING = NOON + 13 * HOUR  # eight in New York


def thanks(**changes: Any) -> Any:
    return says("thanks", trigger={"event": "order_completed"}, **changes)


def quiet(*parts: Any, **changes: Any) -> Life:
    return Life(book(*parts, **{"quiet_hours": (QUIET,), **changes}))


def test_what_is_deferred_waits_without_a_send_and_is_said_when_the_hours_are_over() -> None:
    ada = quiet(thanks())

    deferred = ada.at(NOON, order("o1", NOON))
    evening = ada.fires(EVENING, "~")

    assert (reasons(deferred), said(deferred)) == ([("thanks", Outcome.DEFERRED)], [])
    assert armed(deferred)["~"] == EVENING
    assert (said(evening), ada.customer.waiting) == (["thanks"], ())


def test_what_is_deferred_takes_no_slot_of_a_cap() -> None:
    ada = quiet(thanks(), caps=(Cap(messages=1, within=7 * DAY),))

    ada.at(NOON, order("o1", NOON))

    assert ada.customer.sends == ()


def test_a_cap_that_filled_up_meanwhile_holds_it_back_at_the_end() -> None:
    receipt = says("receipt", trigger={"event": "order_delivered"}, priority=1)
    sms = QuietHours.model_validate({"from": "06:00", "to": "20:00", "channels": ["email"]})
    ada = quiet(
        thanks(),
        receipt.model_copy(update={"channels": ("sms",)}),
        caps=({"messages": 1, "within": "7d"},),
        quiet_hours=(sms,),
    )
    ada.at(NOON - HOUR, identified("i2", NOON - HOUR, phone="+15550100", consents={"email": True, "sms": True}))
    ada.at(NOON, order("o1", NOON))
    ada.at(NOON + HOUR, event("order_delivered", "d1", NOON + HOUR, order_id="o1"))

    evening = ada.at(EVENING)

    assert [each.campaign for each in ada.sends] == ["receipt"]
    assert reasons(evening) == [("thanks", Outcome.CAP)]


def test_a_deferred_one_does_not_join_a_meeting_before_its_hour() -> None:
    now = says("now", trigger={"event": "product_added"}, transactional=True)
    ada = quiet(thanks(value=99), now)
    ada.at(NOON, order("o1", NOON))

    made = ada.at(NOON + HOUR, added("a1", NOON + HOUR))

    assert reasons(made) == [("now", Outcome.CHOSEN)]
    assert [each.campaign for each in ada.customer.waiting] == ["thanks"]


def test_a_deferred_reminder_whose_cart_is_ordered_meanwhile_is_not_said() -> None:
    ada = quiet(says("reminder", trigger={"cart_abandoned": "30m"}))
    ada.at(NOON, added("a1", NOON))
    ada.at(NOON + 30 * MINUTE)
    ada.at(NOON + HOUR, order("o1", NOON + HOUR))

    evening = ada.at(EVENING)

    assert reasons(evening) == [("reminder", Outcome.CART_CLOSED)]
    assert ada.customer.waiting == ()


def test_a_deferred_one_is_decided_by_what_holds_at_the_end() -> None:
    ada = quiet(thanks(audience="customer.orders == 1"))
    ada.at(NOON, order("o1", NOON))
    ada.at(NOON + HOUR, order("o2", NOON + HOUR, products=[]))

    evening = ada.at(EVENING)

    assert {each for each in reasons(evening) if each[0] == "thanks"} == {("thanks", Outcome.AUDIENCE)}


def test_several_that_were_deferred_compete_at_the_end() -> None:
    ada = quiet(thanks(value=1), says("other", trigger={"event": "product_added"}, value=2))
    ada.at(NOON, order("o1", NOON))
    ada.at(NOON + HOUR, added("a1", NOON + HOUR))

    evening = ada.at(EVENING)

    assert dict(reasons(evening)) == {"thanks": Outcome.OUTRANKED, "other": Outcome.CHOSEN}


def test_what_is_stopped_while_it_waits_is_not_said() -> None:
    ada = quiet(thanks())
    ada.at(NOON, order("o1", NOON))
    ada.stops = Stops(campaigns={"thanks"})

    evening = ada.at(EVENING)

    assert reasons(evening) == [("thanks", Outcome.STOPPED)]


def test_a_customer_who_moves_to_another_zone_is_waited_for_there() -> None:
    ada = quiet(thanks())
    ada.at(NOON, order("o1", NOON))
    ada.at(NOON + HOUR, identified("i2", NOON + HOUR, time_zone="America/Los_Angeles"))

    evening = ada.at(EVENING)  # five in the afternoon there
    later = ada.at(EVENING + 3 * HOUR)

    assert (reasons(evening), said(later)) == ([("thanks", Outcome.DEFERRED)], ["thanks"])


def test_what_would_expire_before_they_end_is_dropped_at_once() -> None:
    ada = quiet(thanks(validity="2h"))

    assert reasons(ada.at(NOON, order("o1", NOON))) == [("thanks", Outcome.QUIET_HOURS)]
    assert ada.customer.waiting == ()


def test_a_journey_stays_at_its_campaign_while_that_is_deferred() -> None:
    ada = quiet(says("thanks"), path({"campaign": "thanks"}, {"wait": "1h"}))
    ada.at(NOON, order("o1", NOON))
    at_night = ada.customer.journeys[0].step

    evening = ada.fires(EVENING, "~")

    assert (at_night, said(evening), ada.customer.journeys[0].step) == ("0", ["thanks"], "1")


def test_a_send_that_leaves_late_in_the_evening_may_not_leave_in_the_quiet_hours_after_it() -> None:
    ada = quiet(thanks(validity="14d"))

    ada.at(NOON, order("o1", NOON))
    ada.at(EVENING)

    assert ada.sends[0].not_after < EVENING + 10 * HOUR
    assert ada.sends[0].not_after > EVENING + 9 * HOUR


@pytest.mark.parametrize("word", ["transactional", "drop"])
def test_what_need_not_wait_does_not(word: str) -> None:
    campaign = thanks(transactional=True) if word == "transactional" else thanks(quiet_hours="drop")
    ada = quiet(campaign)

    ada.at(NOON, order("o1", NOON))

    assert ada.customer.waiting == ()


def test_a_record_of_what_was_deferred_says_until_when_and_for_which_hours() -> None:
    made = quiet(thanks()).at(NOON, order("o1", NOON))

    assert candidates(made)[0].saw == {"from": "06:00", "to": "20:00", "zone": "America/New_York", "until": EVENING}
