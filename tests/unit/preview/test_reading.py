"""A mail read back from its bytes."""

import pytest

from infra.preview.reading import Link, Picture, inbox_line, read_mail
from tandem.content import Mail, to_bytes
from tests.builders import NOON

HTML = """<html><head><title>Not shown</title><style>p { color: red }</style></head><body>
<div style="display:none">Saved for you.\u034f\u200c \u00ad</div><!-- nor this -->
<a href="https://shop.example.com/"><img src="https://shop.example.com/images/logo.png" alt="Shop">
<img src="d.png" alt="Shop"></a>
<h1>Still here</h1><a href="https://shop.example.com/cart?utm_source=x&amp;a=1">Back to <b>my cart</b></a>
<img src="https://cdn.example.com/p.png"></body></html>"""


MAIL = read_mail(
    to_bytes(
        Mail("Ada\u2019s cart", HTML, "Still here\n"),
        sender=("Née & Co", "shop@example.com"),
        recipient="ada@example.com",
        decision="5e" * 8,
        date=NOON,
        unsubscribe_url="https://u.example.com/token",
    )
)


def test_headers_are_decoded_and_the_bytes_own_are_kept() -> None:
    assert MAIL.header("subject") == "Ada\u2019s cart"
    assert MAIL.header("From") == "Née & Co <shop@example.com>"
    assert MAIL.header("List-Unsubscribe") == "<https://u.example.com/token>"
    assert MAIL.header("Reply-To") == ""
    assert "Subject: =?utf-8?" in MAIL.head
    assert MAIL.head.isascii()


def test_the_tree_says_what_lies_in_what() -> None:
    assert [(part.depth, part.kind) for part in MAIL.tree] == [
        (0, "multipart/alternative"),
        (1, "text/plain"),
        (1, "text/html"),
    ]
    assert MAIL.tree[1].encoding == "quoted-printable"
    assert MAIL.tree[2].size >= len(HTML)


def test_both_parts_are_as_they_were_written() -> None:
    assert MAIL.html.strip() == HTML
    assert MAIL.text.strip() == "Still here"


def test_a_link_has_its_words_its_host_and_what_it_tells_web_analytics() -> None:
    logo, cart = MAIL.links

    assert logo == Link("https://shop.example.com/", "Shop")
    assert (cart.label, cart.host, cart.utm) == ("Back to my cart", "shop.example.com", {"utm_source": "x"})


def test_a_picture_without_alt_text_is_told_from_one_that_says_nothing() -> None:
    assert MAIL.pictures[-1] == Picture("https://cdn.example.com/p.png", None)
    assert [each.alt for each in MAIL.pictures] == ["Shop", "Shop", None]


def test_an_inbox_shows_the_first_words_and_neither_styles_nor_what_fills_the_line() -> None:
    assert MAIL.first_words == "Saved for you. Still here Back to my cart"


@pytest.mark.parametrize(("longest", "shown"), [(40, "Saved for you"), (13, "Saved for you"), (7, "Saved…")])
def test_a_line_shows_as_much_as_fits(longest: int, shown: str) -> None:
    assert inbox_line("Saved for you", longest) == shown
