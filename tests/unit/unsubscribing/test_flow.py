"""What a request changes, in which order, and what it says."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

import pytest

from tandem.customer.consent import Word
from tandem.errors import Unavailable
from tandem.events import parse
from tests.unit.sending.builders import NOW, a_send, a_text
from tests.unit.unsubscribing.requests import BASE, ONE_CLICK, World, a_person, link_of, told

PHONE = "+12025550123"
MULTIPART = (
    b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
    'multipart/form-data; boundary="x"',
)


@dataclass
class Broken:
    """A port of which every call fails, after what it was before."""

    calls: list[str]

    def __getattr__(self, name: str) -> Any:
        def call(*_: object) -> None:
            self.calls.append(name)
            raise Unavailable("memory", name)

        return call


@pytest.mark.parametrize(("body", "kind"), [(b"List-Unsubscribe=One-Click", ""), MULTIPART])
def test_one_click_of_a_mail_program_stops_the_next_message(body: bytes, kind: str) -> None:
    world = World()
    send = world.sent()

    done = world.ask(link_of(send), body, **({"kind": kind} if kind else {}))

    assert done.status is HTTPStatus.OK
    assert world.refused(send) == "opted_out"
    assert told(world) == [{"email": {"marketing": False}}]


@pytest.mark.parametrize(
    "head",
    [
        "Content-Disposition: form-data; name*",
        "Content-Disposition: " + "(" * 3000,
        "Content-Type: " + "(" * 3000,
        "Content-Transfer-Encoding: " + "(" * 3000,
        "Content-Type: message/rfc822\r\n\r\n" * 500,
    ],
)
def test_a_form_that_cannot_be_read_says_nothing_and_breaks_nothing(head: str) -> None:
    world = World()
    send = world.sent()

    done = world.ask(link_of(send), f"--x\r\n{head}\r\n\r\nv\r\n--x--\r\n".encode(), kind=MULTIPART[1])
    crooked = world.ask(link_of(send), MULTIPART[0], kind=f"multipart/form-data; {head}")

    assert (done.status, crooked.status) == (HTTPStatus.BAD_REQUEST, HTTPStatus.BAD_REQUEST)
    assert world.refused(send) == ""


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_whoever_only_fetches_the_link_changes_nothing(method: str) -> None:
    world = World()
    send = world.sent()
    before = dict(world.consents.items)

    done = world.ask(link_of(send), method=method)

    assert done.status is HTTPStatus.OK
    assert (world.consents.items, world.news.told) == (before, [])
    assert bool(done.html) is (method == "GET")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(method: str) -> None:
    world = World()
    send = world.sent()

    done = world.ask(link_of(send), ONE_CLICK, method=method).of_function_url()

    assert (done["statusCode"], done["headers"]["Allow"]) == (405, "GET, HEAD, POST")
    assert world.refused(send) == ""


@pytest.mark.parametrize(
    "fields", [b"", b"hello", {"List-Unsubscribe": "yes"}, {"do": "destroy"}, b"\xff\x00", b"x" * 20_000]
)
def test_a_post_that_says_nothing_we_know_changes_nothing_and_shows_the_page(fields: object) -> None:
    world = World()
    send = world.sent()

    done = world.ask(link_of(send), fields)

    assert done.status is HTTPStatus.BAD_REQUEST
    assert "Nothing was changed" in done.html
    assert "Stop all emails" in done.html
    assert (world.refused(send), world.news.told) == ("", [])


@pytest.mark.parametrize("url", [BASE, f"{BASE}robots.txt", link_of(a_send())[:-3], link_of(a_send()) + "A"])
@pytest.mark.parametrize("fields", [None, ONE_CLICK])
def test_a_link_that_is_not_whole_says_what_to_do(url: str, fields: object) -> None:
    world = World()
    send = world.sent()

    done = world.ask(url, fields)

    assert (done.status, done.counts) == (HTTPStatus.BAD_REQUEST, ("bad_link",))
    assert "Open it once more from the message" in done.html
    assert world.refused(send) == ""


def test_a_link_below_a_path_of_ones_own_domain_is_the_same_link() -> None:
    world = World()
    send = world.sent()

    world.ask(BASE + "letters/" + link_of(send).removeprefix(BASE), ONE_CLICK)

    assert world.refused(send) == "opted_out"


def test_the_event_is_one_that_the_door_takes_with_the_same_moment() -> None:
    world = World()
    send = world.sent()

    world.ask(link_of(send), ONE_CLICK)
    [told_of] = world.news.told
    envelope = {"Type": "Notification", "Timestamp": "2026-11-22T15:01:00.000Z", "Message": json.dumps(told_of)}
    event = parse(json.dumps(envelope), NOW)

    assert (event.customer_id, event.occurred_at) == (send.customer_id, world.now)
    assert event.body.consents == {"email": False}  # type: ignore[union-attr]


def test_two_clicks_are_two_events_and_one_no() -> None:
    world = World()
    send = world.sent()

    for _ in range(2):
        assert world.ask(link_of(send), ONE_CLICK).status is HTTPStatus.OK

    assert world.refused(send) == "opted_out"
    assert len({event["event_id"] for event in world.news.told}) == 2


def test_one_click_is_about_the_purpose_of_its_mail_alone() -> None:
    world = World()
    send = world.sent(a_send(purpose="news"), email=True)

    world.ask(link_of(send), ONE_CLICK)

    assert world.refused(send) == "opted_out"
    assert world.refused(a_send()) == ""


def test_stopping_everything_stops_every_purpose_of_the_channel_and_no_other_channel() -> None:
    world = World()
    send = world.sent(email_news=True)
    world.say(a_text(), "sms", granted=True)

    done = world.ask(link_of(send), {"do": "everything", "shown": ["email", "email/news"], "on": ["email"]})

    assert [world.refused(each) for each in (send, replace(send, purpose="news"), a_text())] == [
        "suppressed",
        "suppressed",
        "",
    ]
    assert told(world) == [{"email": {"all": False}}]
    assert "All our emails are stopped" in done.html


def test_the_form_says_a_word_on_what_was_changed_and_on_nothing_else() -> None:
    world = World()
    send = world.sent(email_news=True, email_tips=False)

    world.ask(
        link_of(send), saved(shown="email email/news email/tips", ticked="email email/news", on="email email/tips")
    )

    assert told(world) == [{"email": {"news": False, "tips": True}}]
    assert [world.refused(replace(send, purpose=each)) for each in ("marketing", "news", "tips")] == [
        "",
        "opted_out",
        "",
    ]


def test_a_page_that_was_open_since_before_a_click_does_not_take_the_click_back() -> None:
    world = World()
    send = world.sent(email_news=True)
    world.ask(link_of(send), ONE_CLICK)

    world.ask(link_of(send), saved(shown="email email/news", ticked="email email/news", on="email"))

    assert world.refused(send) == "opted_out"
    assert world.refused(replace(send, purpose="news")) == "opted_out"


def test_a_later_yes_by_the_form_lifts_the_no() -> None:
    world = World()
    send = world.sent()
    world.ask(link_of(send), ONE_CLICK)

    done = world.ask(link_of(send), saved(shown="email", ticked="", on="email"))

    assert world.refused(send) == ""
    assert done.counts == ("resubscribed",)
    assert told(world)[-1] == {"email": {"marketing": True}}


def test_a_tick_lifts_a_stop_of_everything_and_brings_back_nothing_else() -> None:
    world = World()
    send = world.sent(email_news=True)
    world.ask(link_of(send), {"do": "everything"})

    world.ask(link_of(send), saved(shown="email email/news", ticked="", on="email/news", lifts="yes"))

    assert [world.refused(replace(send, purpose=each)) for each in ("marketing", "news")] == ["opted_out", ""]
    assert told(world)[-1] == {"email": {"marketing": False, "news": True, "all": True}}


def test_a_stop_of_everything_stays_where_nothing_is_ticked() -> None:
    world = World()
    send = world.sent()
    world.ask(link_of(send), {"do": "everything"})

    world.ask(link_of(send), saved(shown="email", ticked="", on="", lifts="yes"))

    assert world.refused(send) == "suppressed"


def test_another_channel_is_shown_by_name_while_it_is_on_and_can_only_be_stopped() -> None:
    world = World()
    send = a_send()
    world.sent(send, person=a_person(send, {"email": True, "sms": True}, phone=PHONE))
    world.say(a_text(address=PHONE), "sms", granted=True)

    page = world.ask(link_of(send)).html
    assert "By text message" in page
    assert PHONE not in page

    world.ask(link_of(send), saved(shown="email sms", ticked="email sms", on="email"))
    assert world.refused(a_text(address=PHONE)) == "opted_out"
    assert "By text message" not in world.ask(link_of(send)).html

    world.ask(link_of(send), saved(shown="email sms", ticked="email", on="email sms"))
    assert world.refused(a_text(address=PHONE)) == "opted_out"


def test_a_purpose_that_nobody_spoke_of_cannot_be_made_up() -> None:
    world = World()
    send = world.sent()

    world.ask(
        link_of(send), saved(shown="email/poison sms push email/all", ticked="", on="email/poison sms push email/all")
    )

    assert (told(world), len(world.consents.items)) == ([], 1)


def test_whoever_got_the_mail_of_another_is_told_nothing_of_them_and_speaks_for_the_address_alone() -> None:
    world = World()
    send = a_send(address="old@example.com")
    moved = a_person(a_send(address="new@example.com"), {"email": True, "sms": True, "email_secret": True}, phone=PHONE)
    world.sent(send, person=moved)

    page = world.ask(link_of(send))
    done = world.ask(link_of(send), ONE_CLICK)

    assert "text message" not in page.html
    assert "Secret" not in page.html
    assert (world.refused(send), world.news.told, done.counts) == ("opted_out", [], ("unsubscribed",))


def test_without_a_row_the_item_stands_alone() -> None:
    world = World()
    send = world.sent()
    world.ledger.rows.clear()

    done = world.ask(link_of(send), ONE_CLICK)

    assert (world.refused(send), world.news.told, done.counts) == ("opted_out", [], ("unsubscribed",))


def test_without_a_customer_the_item_stands_alone() -> None:
    world = World()
    send = world.sent()
    world.people.clear()

    done = world.ask(link_of(send), ONE_CLICK)

    assert (world.refused(send), world.news.told, done.counts) == ("opted_out", [], ("unsubscribed",))


def test_a_no_that_cannot_be_told_stands_and_is_counted() -> None:
    world = World()
    send = world.sent()
    world.ports = replace(world.ports, news=Broken([]))

    done = world.ask(link_of(send), ONE_CLICK)

    assert (done.status, done.counts) == (HTTPStatus.OK, ("unsubscribed", "untold"))
    assert world.refused(send) == "opted_out"


@pytest.mark.parametrize("port", ["sends", "customers"])
def test_a_no_stands_though_nobody_can_find_out_whose_it_is(port: str) -> None:
    world = World()
    send = world.sent()
    world.ports = replace(world.ports, **{port: Broken([])})

    done = world.ask(link_of(send), ONE_CLICK)

    assert (done.status, done.counts) == (HTTPStatus.OK, ("unsubscribed", "untold"))
    assert "You are unsubscribed" in done.html
    assert world.refused(send) == "opted_out"


@pytest.mark.parametrize("fields", [ONE_CLICK, {"do": "everything"}])
def test_a_no_that_cannot_be_stored_is_no_success(fields: Mapping[str, str]) -> None:
    world = World()
    send = world.sent()
    world.ports = replace(world.ports, consents=Broken([]))

    done = world.ask(link_of(send), fields)

    assert (done.status, done.counts) == (HTTPStatus.SERVICE_UNAVAILABLE, ("unstored",))
    assert "try again" in done.html
    assert world.news.told == []


def test_a_form_that_cannot_be_stored_is_no_success_and_a_page_that_cannot_be_read_none_either() -> None:
    world = World()
    send = world.sent()
    world.ports = replace(world.ports, consents=Broken([]))

    form = world.ask(link_of(send), saved(shown="email", ticked="email", on=""))
    page = world.ask(link_of(send))

    assert (form.status, form.counts) == (HTTPStatus.SERVICE_UNAVAILABLE, ("unstored",))
    assert (page.status, page.counts) == (HTTPStatus.SERVICE_UNAVAILABLE, ("unanswered",))


@dataclass
class Watched:
    """A port that notes the order of calls."""

    port: Any
    calls: list[str]

    def __getattr__(self, name: str) -> Any:
        def call(*said: Any) -> Any:
            self.calls.append(name)
            return getattr(self.port, name)(*said)

        return call


def test_the_no_is_stored_before_anything_else_is_asked_or_told() -> None:
    world, calls = World(), list[str]()
    send = world.sent()
    ports = world.ports
    world.ports = replace(
        ports,
        consents=Watched(ports.consents, calls),
        sends=Watched(ports.sends, calls),
        customers=Watched(ports.customers, calls),
        news=Watched(ports.news, calls),
    )

    world.ask(link_of(send), ONE_CLICK)

    assert calls == ["say", "recipient", "get", "tell", "held"]


class Partly:
    """Consents of which the second word is not written."""

    def __init__(self, consents: Any) -> None:
        self.consents, self.left = consents, 1

    def say(self, word: Word) -> None:
        if not self.left:
            raise Unavailable("memory", "say")
        self.left -= 1
        self.consents.say(word)

    def held(self, keys: Collection[str]) -> Mapping[str, bool]:
        found: Mapping[str, bool] = self.consents.held(keys)
        return found


def test_of_a_form_that_is_stored_in_part_it_is_the_no_that_stands() -> None:
    world = World()
    send = world.sent(email_news=False)
    world.ports = replace(world.ports, consents=Partly(world.consents))

    done = world.ask(link_of(send), saved(shown="email email/news", ticked="email", on="email/news"))

    assert done.status is HTTPStatus.SERVICE_UNAVAILABLE
    assert [world.refused(replace(send, purpose=each)) for each in ("marketing", "news")] == ["opted_out", "opted_out"]


def saved(*, shown: str, ticked: str, on: str, **more: str) -> dict[str, Any]:
    """The form, as a browser sends it."""
    return {"do": "save", "shown": shown.split(), "ticked": ticked.split(), "on": on.split(), **more}
