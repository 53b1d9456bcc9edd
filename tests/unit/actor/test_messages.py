"""What became of messages: their entries settle whatever order the news comes in, and a late one is decided anew."""

from itertools import permutations
from typing import Any

import pytest

from tandem.customer import Send
from tandem.decisions import Outcome
from tandem.events import Event
from tandem.playbook import Cap, QuietHours, Stops
from tests.builders import DAY, HOUR, MINUTE, NOON, event, identified, order
from tests.unit.actor.life import Life, book, expired, left, path, reasons, said, says, sends

NIGHT = QuietHours.model_validate({"from": "21:00", "to": "06:00"})
THANKS = says("thanks", trigger={"event": "order_completed"})


def refused(send: Send, at: Any, reason: str = "bounced") -> Event:
    return event("message_refused", f"no-{send.id}", at, send_id=send.id, campaign=send.campaign, reason=reason)


def sent(*parts: Any, **changes: Any) -> Life:
    ada = Life(book(*(parts or (THANKS,)), **changes))
    ada.at(NOON, order("o1", NOON))
    return ada


def settled(ada: Life) -> list[tuple[Any, str]]:
    return [(each.sent_at, each.refused) for each in ada.customer.sends]


def test_a_message_that_left_is_known_by_when_it_did() -> None:
    ada = sent()

    ada.at(NOON + HOUR, left(ada.sends[0], NOON + MINUTE))

    assert settled(ada) == [(NOON + MINUTE, "")]


def test_a_message_that_was_refused_gives_its_slot_back_at_once() -> None:
    ada = sent(THANKS, caps=(Cap(messages=1, within=7 * DAY),))
    full = ada.at(NOON + MINUTE, order("o2", NOON + MINUTE))

    ada.at(NOON + 2 * MINUTE, refused(ada.sends[0], NOON + 2 * MINUTE))
    free = ada.at(NOON + 3 * MINUTE, order("o3", NOON + 3 * MINUTE))

    assert (said(full), said(free)) == ([], ["thanks"])


def test_the_slot_of_a_message_that_left_is_free_a_window_after_it_did() -> None:
    ada = sent(THANKS, caps=(Cap(messages=1, within=7 * DAY),))
    ada.at(NOON + 3 * HOUR, left(ada.sends[0], NOON + 2 * HOUR))

    early = ada.at(NOON + 7 * DAY, order("o2", NOON + 7 * DAY))
    free = ada.at(NOON + 7 * DAY + 2 * HOUR, order("o3", NOON + 7 * DAY + 2 * HOUR))

    assert (said(early), said(free)) == ([], ["thanks"])


@pytest.mark.parametrize("order_of", list(permutations(range(3))))
def test_that_it_left_stands_whatever_else_is_told_and_in_whatever_order(order_of: tuple[int, ...]) -> None:
    ada = sent()
    send = ada.sends[0]
    news = [left(send, NOON + MINUTE), refused(send, NOON + MINUTE), refused(send, NOON + HOUR, "unknown")]

    for place in order_of:
        ada.at(NOON + DAY, news[place])

    assert settled(ada) == [(NOON + MINUTE, "")]


def test_the_same_news_again_changes_nothing() -> None:
    ada = sent()
    news = left(ada.sends[0], NOON + MINUTE)
    ada.at(NOON + HOUR, news)

    again = ada.at(NOON + 2 * HOUR, news)

    assert (again.fresh, settled(ada)) == (0, [(NOON + MINUTE, "")])


def test_news_of_a_message_that_nobody_remembers_change_nothing() -> None:
    ada = sent()

    ada.at(NOON + HOUR, event("message_sent", "m1", NOON + HOUR, send_id="0" * 16, campaign="thanks"))

    assert settled(ada) == [(None, "")]


def test_a_message_that_could_not_leave_in_its_window_is_decided_anew() -> None:
    ada = sent(says("thanks", trigger={"event": "order_completed"}, validity="48h"))
    first = ada.sends[0]

    again = ada.at(NOON + DAY, expired(first, NOON + DAY))

    assert said(again) == ["thanks"]
    assert settled(ada) == [(None, "expired"), (None, "")]
    (second,) = sends(again)
    assert second.id != first.id
    assert (second.since, second.not_after, second.order_id) == (NOON, NOON + 2 * DAY, "o1")


def test_one_that_is_no_longer_valid_ends_with_that_reason() -> None:
    ada = sent()

    made = ada.at(NOON + DAY + HOUR, expired(ada.sends[0], NOON + DAY + HOUR))

    assert reasons(made) == [("thanks", Outcome.EXPIRED)]


def test_one_that_is_decided_anew_meets_what_holds_now() -> None:
    ada = sent(says("thanks", trigger={"event": "order_completed"}, validity="48h", audience="customer.orders == 1"))
    ada.at(NOON + HOUR, order("o2", NOON + HOUR))

    made = ada.at(NOON + DAY, expired(ada.sends[0], NOON + DAY))

    assert reasons(made) == [("thanks", Outcome.AUDIENCE)]


def test_the_same_late_message_told_twice_is_decided_anew_once() -> None:
    ada = sent(says("thanks", trigger={"event": "order_completed"}, validity="14d"))
    first = ada.sends[0]
    ada.at(NOON + DAY, expired(first, NOON + DAY))

    again = ada.at(NOON + 2 * DAY, expired(first, NOON + 2 * DAY))

    assert again.decisions == ()


def test_one_that_was_withdrawn_is_not_decided_anew() -> None:
    ada = sent()
    ada.at(NOON + HOUR, identified("no", NOON + HOUR, consents={"email": False}))

    made = ada.at(NOON + 2 * HOUR, expired(ada.sends[0], NOON + 2 * HOUR))

    assert made.decisions == ()


def test_one_that_has_left_after_all_is_not_decided_anew() -> None:
    ada = sent()
    ada.at(NOON + HOUR, left(ada.sends[0], NOON + MINUTE))

    made = ada.at(NOON + 2 * HOUR, expired(ada.sends[0], NOON + 2 * HOUR))

    assert (made.decisions, settled(ada)) == ((), [(NOON + MINUTE, "")])


def test_one_whose_journey_was_left_meanwhile_is_not_decided_anew() -> None:
    journey = path({"campaign": "thanks"}, {"wait": "9d"}, exit_on=[{"event": "order_refunded"}])
    ada = sent(says("thanks", validity="14d"), journey)
    ada.at(NOON + HOUR, event("order_refunded", "r1", NOON + HOUR, order_id="o1"))

    made = ada.at(NOON + DAY, expired(ada.sends[0], NOON + DAY))

    assert made.decisions == ()


def test_one_whose_journey_is_at_its_end_is_decided_anew() -> None:
    ada = sent(says("thanks", validity="14d"), path({"campaign": "thanks"}), quiet_hours=(NIGHT,))
    ada.at(NOON + DAY)
    stays = (ada.ended, ada.withdrawn)

    made = ada.at(NOON + DAY + MINUTE, expired(ada.sends[0], NOON + DAY))

    assert stays == ([], [""])
    assert said(made) == ["thanks"]


def test_one_whose_journey_goes_on_is_decided_anew() -> None:
    ada = sent(says("thanks", validity="14d"), path({"campaign": "thanks"}, {"wait": "9d"}))

    made = ada.at(NOON + DAY, expired(ada.sends[0], NOON + DAY))

    assert said(made) == ["thanks"]


def test_one_that_is_stopped_by_then_ends_with_that_reason() -> None:
    ada = sent(says("thanks", trigger={"event": "order_completed"}, validity="48h"))
    ada.stops = Stops(campaigns={"thanks"})

    made = ada.at(NOON + DAY, expired(ada.sends[0], NOON + DAY))

    assert reasons(made) == [("thanks", Outcome.STOPPED)]


@pytest.mark.parametrize("document", [{}, {"v": 99, "kind": "send"}, {"id": 7}])
def test_a_late_message_of_a_form_that_nobody_knows_gives_its_slot_back_and_no_more(document: dict[str, Any]) -> None:
    ada = sent()
    news = event("send_expired", "late", NOON + HOUR, send_id=ada.sends[0].id, campaign="thanks", send=document)

    made = ada.at(NOON + HOUR, news)

    assert (made.decisions, settled(ada)) == ((), [(None, "expired")])
