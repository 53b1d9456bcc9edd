from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.customer import Channel
from tandem.unsubscribing import BadToken, Links, Ticket, Why, read_token, token_of
from tandem.unsubscribing.token import _signature
from tests.unit.sending.builders import a_send, a_text

KEY = b"k" * 32
TICKET = Ticket(Channel.EMAIL, "marketing", "5e" * 16, "af" * 32)
TOKEN = token_of(TICKET, KEY)


@given(
    channel=st.sampled_from(Channel),
    purpose=st.from_regex(r"[a-z][a-z0-9-]{0,62}", fullmatch=True),
    send_id=st.from_regex(r"[0-9a-f]{16,64}", fullmatch=True),
    hashed=st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
)
def test_a_token_says_what_its_ticket_said_and_ends_in_a_letter_or_digit(
    channel: Channel, purpose: str, send_id: str, hashed: str
) -> None:
    ticket = Ticket(channel, purpose, send_id, hashed)
    token = token_of(ticket, KEY)

    assert read_token(token, KEY) == ticket
    assert token[-1].isalnum()
    assert len(token) < 300


@pytest.mark.parametrize("place", range(len(TOKEN)))
def test_a_token_changed_in_any_letter_is_refused(place: int) -> None:
    changed = TOKEN[:place] + ("A" if TOKEN[place] != "A" else "B") + TOKEN[place + 1 :]

    found = read_token(changed, KEY)

    assert found == BadToken(Why.FORGED) or urlsafe_b64decode(_padded(changed)) == urlsafe_b64decode(_padded(TOKEN))


@pytest.mark.parametrize("length", range(1, len(TOKEN)))
def test_a_token_that_was_cut_off_is_refused(length: int) -> None:
    assert isinstance(read_token(TOKEN[:length], KEY), BadToken)


@pytest.mark.parametrize(
    ("token", "why"),
    [
        ("", Why.MISSING),
        ("favicon.ico", Why.UNREADABLE),
        ("a", Why.UNREADABLE),
        (TOKEN + "=", Why.UNREADABLE),
        ("é" * 20, Why.UNREADABLE),
        ("A" * 513, Why.UNREADABLE),
        ("A" * 40, Why.FORGED),
        (token_of(TICKET, b"another key"), Why.FORGED),
    ],
)
def test_what_is_no_token_of_ours_is_refused_with_its_reason(token: str, why: Why) -> None:
    assert read_token(token, KEY) == BadToken(why)


@pytest.mark.parametrize("payload", ["2\nemail\nmarketing\n5e\naf", "1\nfax\nmarketing\n5e\naf", "1\nemail", ""])
def test_a_token_that_a_newer_release_signed_is_refused_as_such(payload: str) -> None:
    raw = _signature(payload.encode(), KEY) + payload.encode()

    assert read_token(_encoded(raw), KEY) == BadToken(Why.UNKNOWN_VERSION)


def test_a_link_says_nothing_of_the_person() -> None:
    link = Links("https://u.example.com/", KEY).of(a_send(address="ana@example.com", first_name="Ana"))

    said = urlsafe_b64decode(_padded(link.removeprefix("https://u.example.com/")))

    assert link.startswith("https://u.example.com/")
    assert not any(word in said.lower() for word in (b"ana", b"example.com", b"c-1"))


def test_a_link_is_the_same_for_every_way_of_writing_the_address() -> None:
    links = Links("https://u.example.com", KEY)

    assert links.of(a_send(address=" ANA@Example.com")) == links.of(a_send())
    assert links.of(a_send(id="0a" * 16)) != links.of(a_send())


def test_only_mails_that_are_not_transactional_have_a_link() -> None:
    links = Links("https://u.example.com", KEY)

    assert links.of(a_send())
    assert [links.of(each) for each in (a_text(), a_send(transactional=True))] == ["", ""]
    assert replace(links, base="").of(a_send()) == ""
    assert "kkk" not in repr(links)


def _padded(token: str) -> str:
    return token + "=" * (-len(token) % 4)


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
