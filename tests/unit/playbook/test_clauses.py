"""Conditions taken apart: by what is settled when an event arrives, and by what is looked at later."""

import pytest

from tandem.playbook.clauses import clauses, parted


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("customer.b", ("customer.b",)),
        ("a.b == 1 && c.d == 2&&e.f", ("a.b == 1", "c.d == 2", "e.f")),
        ("((a.b && (c.d && e.f)))", ("a.b", "c.d", "e.f")),
        ("(a.b || c.d) && e.f", ("a.b || c.d", "e.f")),
        ("a.b || c.d && e.f", ("a.b || c.d && e.f",)),
        ("a.b ? c.d : e.f && g.h", ("a.b ? c.d : e.f && g.h",)),
        ("!(a.b && c.d) && e.f", ("!(a.b && c.d)", "e.f")),
        ("a.b.exists(x, x && true) && e.f", ("a.b.exists(x, x && true)", "e.f")),
        ("(a.b) && (c.d)", ("a.b", "c.d")),
        ("a.b == '&&' && c.d == \"x && 'y'\"", ("a.b == '&&'", "c.d == \"x && 'y'\"")),
        (r"a.b == 'it\'s && (' && c.d", (r"a.b == 'it\'s && ('", "c.d")),
        (r"a.b == r'\d && \\' && c.d", (r"a.b == r'\d && \\'", "c.d")),
        ("a.b == '''x'\n && \"''' && c.d", ("a.b == '''x'\n && \"'''", "c.d")),
        ('a.b == r"""\\"&&""" && c.d', ('a.b == r"""\\"&&"""', "c.d")),
        ("a.b == '' && c.d == ''", ("a.b == ''", "c.d == ''")),
        ("a.b == b'&&' && c.d", ("a.b == b'&&'", "c.d")),
        ("a.b\n  == 1\n&& c.d", ("a.b\n  == 1", "c.d")),
        ("a.b == 'é😀' && c.d > -1.5e3", ("a.b == 'é😀'", "c.d > -1.5e3")),
    ],
)
def test_a_condition_is_taken_apart_where_all_have_to_hold(source: str, expected: tuple[str, ...]) -> None:
    assert clauses(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "a.b && c.d // && e.f",
        "a.`b` && c.d",
        "a.b && (c.d",
        "a.b && c.d)",
        "a.b && [c.d)",
        "a.b && 'x",
        "a.b &&",
        "",
        "a.b & c.d",
    ],
)
def test_what_cannot_be_read_for_sure_stays_whole(source: str) -> None:
    assert clauses(source) == (source,)


@pytest.mark.parametrize(
    ("source", "now", "later"),
    [
        ("true", "true", "true"),
        ("customer.orders > 1", "true", "customer.orders > 1"),
        ("event.type == 'x'", "event.type == 'x'", "true"),
        ("event.type == 'x' && customer.orders > 1", "event.type == 'x'", "customer.orders > 1"),
        ("change.after > customer.orders && customer.b", "change.after > customer.orders", "customer.b"),
        (
            "customer.a && (event .properties.n > 1 || customer.b) && customer.c",
            "event .properties.n > 1 || customer.b",
            "customer.a && customer.c",
        ),
        (
            "(customer.a || customer.b) && (customer.c ? true : false)",
            "true",
            "(customer.a || customer.b) && (customer.c ? true : false)",
        ),
        (
            "customer.tag == 'event.type' && has(event.properties.a)",
            "has(event.properties.a)",
            "customer.tag == 'event.type'",
        ),
        ("event.type == 'x' // && customer.b", "event.type == 'x' // && customer.b", "true"),
    ],
)
def test_what_reads_the_event_is_settled_when_it_arrives(source: str, now: str, later: str) -> None:
    assert parted(source) == (now, later)
