"""Meetings: candidates with patience wait for others, and one of those that meet is said."""

from typing import Any

import pytest

from tandem.attributes import Function
from tandem.decisions import Outcome
from tandem.events import EventType
from tandem.playbook import Campaign
from tests.builders import DAY, HOUR, MINUTE, NOON, added, event, identified, order, rule
from tests.unit.actor.life import Life, book, candidates, path, reasons, said, says


def patient(name: str, kind: str = "order_completed", patience: str = "10m", **changes: Any) -> Campaign:
    return says(name, trigger={"event": kind}, patience=patience, **changes)


def at_once(name: str, kind: str = "product_added", **changes: Any) -> Campaign:
    return says(name, trigger={"event": kind}, **changes)


def test_a_candidate_with_patience_waits_and_the_record_says_until_when() -> None:
    ada = Life(book(patient("thanks")))

    made = ada.at(NOON, order("o1", NOON))

    assert reasons(made) == [("thanks", Outcome.WAITING)]
    assert candidates(made)[0].saw == {"until": NOON + 10 * MINUTE}
    assert [(each.campaign, each.since, each.until) for each in ada.customer.waiting] == [
        ("thanks", NOON, NOON + 10 * MINUTE)
    ]


def test_who_meets_nobody_is_said_when_its_patience_is_over() -> None:
    ada = Life(book(patient("thanks")))
    ada.at(NOON, order("o1", NOON))

    early, due = ada.at(NOON + 9 * MINUTE), ada.fires(NOON + 10 * MINUTE, "~")

    assert (said(early), said(due), ada.customer.waiting) == ([], ["thanks"], ())


def test_those_that_meet_compete_when_the_shortest_patience_ends_and_the_others_end_with_it() -> None:
    ada = Life(book(patient("worth", value=9), patient("hasty", "product_added", "2m")))
    ada.at(NOON, order("o1", NOON))
    ada.at(NOON + MINUTE, added("a1", NOON + MINUTE))

    made = ada.at(NOON + 3 * MINUTE)

    assert dict(reasons(made)) == {"worth": Outcome.CHOSEN, "hasty": Outcome.OUTRANKED}
    assert ada.customer.waiting == ()
    assert ada.at(NOON + HOUR).decisions == ()


def test_the_order_in_which_they_arrive_does_not_matter() -> None:
    bought, touched = order("o1", NOON), added("a1", NOON, cart="one")
    shop = book(patient("worth", value=9), patient("hasty", "product_added", "5m"))

    for first, second in ((bought, touched), (touched, bought)):
        ada = Life(shop)
        ada.at(NOON, first)
        ada.at(NOON + MINUTE, second)
        made = ada.at(NOON + 6 * MINUTE)
        assert dict(reasons(made)) == {"worth": Outcome.CHOSEN, "hasty": Outcome.OUTRANKED}


def test_one_without_patience_that_may_be_said_meets_all_that_wait_at_once() -> None:
    ada = Life(book(patient("worth", value=9), at_once("now")))
    ada.at(NOON, order("o1", NOON))

    made = ada.at(NOON + MINUTE, added("a1", NOON + MINUTE))

    assert dict(reasons(made)) == {"worth": Outcome.CHOSEN, "now": Outcome.OUTRANKED}
    assert ada.customer.waiting == ()


@pytest.mark.parametrize("closed", [{"audience": "false"}, {"purpose": "news"}, {"channels": ["sms"]}])
def test_one_without_patience_that_a_gate_holds_back_ends_nobodys_patience(closed: dict[str, Any]) -> None:
    ada = Life(book(patient("worth", value=9), at_once("now", **closed)))
    ada.at(NOON, order("o1", NOON))

    made = ada.at(NOON + MINUTE, added("a1", NOON + MINUTE))

    assert [each.campaign for each in candidates(made)] == ["now"]
    assert [each.campaign for each in ada.customer.waiting] == ["worth"]


def test_two_of_one_event_wait_together() -> None:
    ada = Life(book(patient("one", value=1), patient("two", value=2, patience="20m")))
    ada.at(NOON, order("o1", NOON))

    made = ada.at(NOON + 10 * MINUTE)

    assert dict(reasons(made)) == {"one": Outcome.OUTRANKED, "two": Outcome.CHOSEN}


def test_what_the_event_itself_says_is_settled_on_arrival() -> None:
    ada = Life(book(patient("thanks", audience="event.properties.coupon == 'X' && customer.orders > 5")))

    made = ada.at(NOON, order("o1", NOON, coupon="Y"))

    assert reasons(made) == [("thanks", Outcome.AUDIENCE)]
    assert candidates(made)[0].saw == {"when": "event.properties.coupon == 'X'"}


def test_the_rest_is_looked_at_when_it_is_decided() -> None:
    ada = Life(book(patient("thanks", audience="event.properties.coupon == 'X' && customer.orders == 1")))
    ada.at(NOON, order("o1", NOON, coupon="X"))

    ada.at(NOON + MINUTE, order("o2", NOON + MINUTE, coupon="Y"))
    made = ada.at(NOON + 10 * MINUTE)

    assert reasons(made) == [("thanks", Outcome.AUDIENCE)]
    assert candidates(made)[0].saw == {"when": "customer.orders == 1"}


def test_a_no_that_is_said_while_a_candidate_waits_holds_it_back() -> None:
    ada = Life(book(patient("thanks")))
    ada.at(NOON, order("o1", NOON))
    ada.at(NOON + MINUTE, identified("no", NOON + MINUTE, consents={"email": False}))

    assert reasons(ada.at(NOON + 10 * MINUTE)) == [("thanks", Outcome.NO_CONSENT)]


def test_a_campaign_that_is_published_no_more_is_withdrawn_when_its_patience_is_over() -> None:
    ada = Life(book(patient("thanks")))
    ada.at(NOON, order("o1", NOON))
    ada.shop = book(number=2)

    assert reasons(ada.at(NOON + 10 * MINUTE)) == [("thanks", Outcome.WITHDRAWN)]
    assert ada.customer.waiting == ()


def test_of_one_campaign_only_the_newest_reason_waits_and_is_decided_no_later() -> None:
    ada = Life(book(patient("thanks")))
    ada.at(NOON, order("o1", NOON))

    superseded = ada.at(NOON + MINUTE, order("o2", NOON + MINUTE))
    due = ada.at(NOON + 10 * MINUTE)

    assert ("thanks", Outcome.SUPERSEDED) in reasons(superseded)
    assert [each.order_id for each in ada.sends] == ["o2"]
    assert said(due) == ["thanks"]


def test_the_same_event_again_adds_no_candidate() -> None:
    ada = Life(book(patient("thanks")))
    ada.at(NOON, order("o1", NOON))

    ada.at(NOON + MINUTE, order("o1", NOON))

    assert len(ada.customer.waiting) == 1


def test_a_reminder_that_waits_ends_when_its_cart_is_ordered() -> None:
    ada = Life(book(says("reminder", trigger={"cart_abandoned": "30m"}, patience="1h")))
    ada.at(NOON, added("a1", NOON))
    ada.at(NOON + 30 * MINUTE)
    ada.at(NOON + HOUR, order("o1", NOON + HOUR))

    made = ada.at(NOON + 2 * HOUR)

    assert reasons(made) == [("reminder", Outcome.CART_CLOSED)]
    assert candidates(made)[0].saw["order_id"] == "o1"


def test_a_journey_waits_until_the_campaign_it_asked_for_is_decided() -> None:
    ada = Life(book(says("thanks", patience="10m"), path({"campaign": "thanks"}, {"wait": "1h"})))
    ada.at(NOON, order("o1", NOON))
    step = ada.customer.journeys[0].step

    made = ada.at(NOON + 10 * MINUTE)

    assert (step, said(made)) == ("0", ["thanks"])
    assert [(each.step, each.since) for each in ada.customer.journeys] == [("1", NOON + 10 * MINUTE)]


def test_campaigns_of_several_journeys_and_of_the_event_compete_for_one_message() -> None:
    journeys = [path({"campaign": name}, {"wait": "1h"}, id=name) for name in ("one", "two")]
    ada = Life(book(says("one", value=1), says("two", value=2), at_once("now", "order_completed", value=3), *journeys))

    made = ada.at(NOON, order("o1", NOON))

    assert dict(reasons(made)) == {"one": Outcome.OUTRANKED, "two": Outcome.OUTRANKED, "now": Outcome.CHOSEN}
    assert [each.step for each in ada.customer.journeys] == ["1", "1"]


def test_a_change_competes_with_the_event_that_brought_it() -> None:
    spent = rule(Function.COUNT, EventType.ORDER_COMPLETED, publish=True)
    news = says("news", trigger={"attribute_changed": "it"}, value=5)
    ada = Life(book(at_once("now", "order_completed", value=1), news, rules=(spent,)))

    made = ada.at(NOON, order("o1", NOON))

    assert dict(reasons(made)) == {"now": Outcome.OUTRANKED, "news": Outcome.CHOSEN}


def test_a_change_with_patience_waits_like_any_other() -> None:
    spent = rule(Function.COUNT, EventType.ORDER_COMPLETED, publish=True)
    news = says("news", trigger={"attribute_changed": "it", "when": "change.after == 1"}, patience="10m")
    ada = Life(book(news, rules=(spent,)))
    ada.at(NOON, order("o1", NOON))

    assert said(ada.at(NOON + 10 * MINUTE)) == ["news"]


def test_with_explicit_priorities_value_is_not_asked() -> None:
    ada = Life(book(at_once("first", "order_completed", priority=1), at_once("rich", "order_completed", value=900)))

    assert said(ada.at(NOON, order("o1", NOON))) == ["first"]


def test_a_candidate_that_waited_longer_than_it_is_valid_for_has_expired() -> None:
    ada = Life(book(patient("thanks", validity="1h")))
    ada.at(NOON, order("o1", NOON))

    assert reasons(ada.at(NOON + DAY)) == [("thanks", Outcome.EXPIRED)]


def test_every_message_that_waits_is_looked_at_whatever_wakes_us() -> None:
    ada = Life(book(patient("thanks")))
    ada.at(NOON, order("o1", NOON))

    made = ada.at(NOON + 11 * MINUTE, event("product_viewed", "v1", NOON + 11 * MINUTE, product_id="p"))

    assert said(made) == ["thanks"]
