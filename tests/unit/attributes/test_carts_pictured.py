"""Pictures of what lies in carts: told last, wherever; what tells none takes none away."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.attributes import CartAction, CartFact, carts
from tandem.customer.pictures import told_once
from tandem.events import Line
from tests.builders import HOUR, MINUTE, NOON

OLD, NEW = "https://img.example.com/old.jpg", "https://img.example.com/new.jpg"
PAGE = "https://shop.example.com/a"


def touch(
    minute: int, *lines: Line, action: CartAction = CartAction.ADDED, cart: str = "one", identity: str = ""
) -> CartFact:
    at = NOON - HOUR + minute * MINUTE
    return CartFact(identity or f"t{minute}", action, cart, at, at, lines)


def a(image_url: str = "", url: str = "") -> Line:
    return Line("a", 1, "A", 1200, image_url, url)


def shown(*facts: CartFact, cart: str = "one") -> list[tuple[str, str]]:
    found = carts(facts, (), now=NOON).open
    return [(line.image_url, line.url) for line in found[cart].lines] if cart in found else []


def test_a_picture_is_the_one_that_was_told_last() -> None:
    assert shown(touch(0, a(OLD)), touch(1, a(NEW))) == [(NEW, "")]


@pytest.mark.parametrize("action", [CartAction.ADDED, CartAction.VIEWED, CartAction.CHECKOUT])
def test_what_tells_no_picture_takes_none_away(action: CartAction) -> None:
    assert shown(touch(0, a(OLD, PAGE)), touch(1, a(), action=action)) == [(OLD, PAGE)]


def test_picture_and_page_are_told_each_by_itself() -> None:
    assert shown(touch(0, a(OLD, PAGE)), touch(1, a(NEW))) == [(NEW, PAGE)]
    assert shown(touch(0, a(OLD, PAGE)), touch(1, a(url=NEW))) == [(OLD, NEW)]


def test_what_was_taken_out_and_put_back_has_its_picture_again() -> None:
    taken = touch(1, a(), action=CartAction.REMOVED)

    assert shown(touch(0, a(OLD)), taken, touch(2, a())) == [(OLD, "")]


def test_a_product_has_one_picture_in_all_carts() -> None:
    assert shown(touch(0, a(OLD)), touch(1, a(NEW), cart="two")) == [(NEW, "")]


def test_of_two_lines_of_a_product_in_one_event_the_first_one_with_a_picture_counts() -> None:
    assert shown(touch(0, a(), a(OLD), a(NEW))) == [(OLD, "")]


LINES = st.builds(
    Line,
    st.sampled_from(["a", "b"]),
    st.integers(1, 2),
    st.just(""),
    st.just(100),
    st.sampled_from(["", OLD, NEW]),
    st.sampled_from(["", PAGE, NEW]),
)


@st.composite
def histories(draw: st.DrawFn) -> list[CartFact]:
    return [
        touch(
            draw(st.integers(0, 3)),
            *draw(st.lists(LINES, max_size=3)),
            action=draw(st.sampled_from(CartAction)),
            cart=draw(st.sampled_from(["one", "two"])),
            identity=f"t{number}",
        )
        for number in range(draw(st.integers(1, 5)))
    ]


def kept_one_by_one(facts: Sequence[CartFact]) -> tuple[CartFact, ...]:
    held: tuple[CartFact, ...] = ()
    for fact in facts:
        held = told_once((*held, fact))
    return held


@settings(max_examples=300, deadline=None)
@given(histories().flatmap(lambda facts: st.tuples(st.just(facts), st.permutations(facts))))
def test_carts_are_the_same_whatever_the_order_of_arrival_when_each_picture_is_kept_once(
    both: tuple[list[CartFact], list[CartFact]],
) -> None:
    facts, arriving = both

    kept = kept_one_by_one(arriving)

    assert carts(kept, (), now=NOON) == carts(facts, (), now=NOON)
    told = [(line.product_id, line.image_url) for fact in kept for line in fact.lines if line.image_url]
    assert len({product for product, _ in told}) == len(told)
