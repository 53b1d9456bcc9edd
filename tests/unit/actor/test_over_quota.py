"""The provider takes no more today, or nothing at all: the message comes back, and waits for tomorrow or is stopped."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from tandem.actor import Step
from tandem.customer import Record
from tandem.decisions import Outcome, read_decision
from tandem.decisions.repeat import repeat, same
from tandem.playbook import QuietHours, Stops
from tests.builders import HOUR, MINUTE, NOON, event, identified, order
from tests.unit.actor.life import Life, armed, book, expired, path, reasons, said, says, sends

MIDNIGHT = NOON + 17 * HOUR  # noon in UTC is seven in New York
MORNING = MIDNIGHT + 6 * HOUR
NIGHT = QuietHours.model_validate({"from": "21:00", "to": "06:00"})
THANKS = says("thanks", trigger={"event": "order_completed"}, validity="48h")


def over_quota(*parts: Any, **changes: Any) -> tuple[Life, Step]:
    """A message that came back an hour later."""
    ada = Life(book(*(parts or (THANKS,)), **changes))
    ada.at(NOON, order("o1", NOON))
    return ada, comes_back(ada, NOON + HOUR)


def comes_back(ada: Life, at: datetime, reason: str = "over_quota") -> Step:
    return ada.at(at, expired(ada.sends[-1], at, reason=reason))


def test_a_message_over_the_quota_waits_until_the_customers_next_day_begins() -> None:
    ada, back = over_quota()

    midnight = ada.fires(MIDNIGHT, "~")

    assert (reasons(back), said(back), armed(back)["~"]) == ([("thanks", Outcome.DEFERRED)], [], MIDNIGHT)
    assert said(midnight) == ["thanks"]
    assert sends(midnight)[0].since == NOON


def test_it_gives_its_slot_back_meanwhile() -> None:
    ada, _ = over_quota()

    assert [each.refused for each in ada.customer.sends] == ["over_quota"]


def test_quiet_hours_move_it_into_the_hours_in_which_it_may_leave() -> None:
    ada, _ = over_quota(THANKS, quiet_hours=(NIGHT,))

    midnight = ada.fires(MIDNIGHT, "~")
    morning = ada.fires(MORNING, "~")

    assert (reasons(midnight), said(morning)) == ([("thanks", Outcome.DEFERRED)], ["thanks"])


def test_one_that_is_no_longer_valid_by_then_ends_with_that_reason() -> None:
    ada, _ = over_quota(says("thanks", trigger={"event": "order_completed"}, validity="12h"))

    assert reasons(ada.fires(MIDNIGHT, "~")) == [("thanks", Outcome.EXPIRED)]


def test_an_order_meanwhile_is_heard() -> None:
    ada, _ = over_quota(replace_audience(THANKS))
    ada.at(NOON + 2 * HOUR, order("o2", NOON + 2 * HOUR))

    assert ("thanks", Outcome.AUDIENCE) in reasons(ada.at(MIDNIGHT))


def replace_audience(campaign: Any) -> Any:
    return campaign.model_copy(update={"audience": "customer.orders == 1"})


def test_a_second_day_over_the_quota_is_another_day_of_waiting() -> None:
    ada, _ = over_quota()
    ada.fires(MIDNIGHT, "~")

    again = comes_back(ada, MIDNIGHT + MINUTE)

    assert armed(again)["~"] == MIDNIGHT + 24 * HOUR


def test_its_records_say_so_and_repeat() -> None:
    ada, back = over_quota()
    midnight = ada.fires(MIDNIGHT, "~")

    for made in (back, midnight):
        [decision] = [read_decision(each.document) for each in made.effects if isinstance(each, Record)]
        assert same(repeat(decision, ada.shop), decision)
        [candidate] = decision.candidates
        if made is back:
            assert candidate.saw == {"over_quota": "email", "until": "2026-11-21T05:00:00Z"}


def test_a_journey_waits_with_its_message() -> None:
    ada, back = over_quota(says("thanks", validity="48h"), path({"campaign": "thanks"}))

    midnight = ada.fires(MIDNIGHT, "~")

    assert (reasons(back), said(midnight)) == ([("thanks", Outcome.DEFERRED)], ["thanks"])


def test_a_journey_that_is_left_meanwhile_takes_its_message_with_it() -> None:
    journey = path({"campaign": "thanks"}, {"wait": "9d"}, exit_on=[{"event": "order_refunded"}])
    ada, _ = over_quota(says("thanks", validity="48h"), journey)

    ada.at(NOON + 2 * HOUR, event("order_refunded", "r1", NOON + 2 * HOUR, order_id="o1"))
    midnight = ada.at(MIDNIGHT)

    assert (said(midnight), ada.customer.waiting) == ([], ())


def test_a_message_of_a_halted_provider_leaves_by_another_channel() -> None:
    both = says("thanks", trigger={"event": "order_completed"}, channels=["email", "sms"])
    ada = Life(book(both))
    ada.at(NOON - HOUR, identified("i2", NOON - HOUR, phone="+15550100", consents={"sms": True}))
    ada.at(NOON, order("o1", NOON))
    ada.stops = Stops(breakers={"email": "sending is paused"})

    [send] = sends(comes_back(ada, NOON + HOUR, "halted"))

    assert (send.channel, send.campaign) == ("sms", "thanks")


def test_a_message_of_a_halted_provider_without_another_channel_is_stopped() -> None:
    ada = Life(book(THANKS))
    ada.at(NOON, order("o1", NOON))
    ada.stops = replace(ada.stops, breakers={"email": "sending is paused"})

    back = comes_back(ada, NOON + HOUR, "halted")

    assert reasons(back) == [("thanks", Outcome.STOPPED)]
    assert back.decisions[0].candidates[0].saw == {"stopped": "breaker email"}
