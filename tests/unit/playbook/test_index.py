"""The index of conditions: what it says is what evaluating every condition says."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from tandem.expressions import Kind, Language
from tandem.playbook.columns import typed
from tandem.playbook.conditions import Known, Verdict, check_in
from tandem.playbook.index import Index, Match

LANGUAGE = Language(
    {
        "customer.n": Kind.INT,
        "customer.m": Kind.INT,
        "customer.d": Kind.DOUBLE,
        "customer.b": Kind.BOOL,
        "customer.s": Kind.STRING,
        "customer.tags": Kind.STRINGS,
        "change.after": Kind.ANY,
        "event.type": Kind.STRING,
        "event.properties": Kind.MAP,
    }
)
Values = Mapping[str, tuple[Any, str]]

INTS = st.sampled_from(["0", "1", "2", "-1", "- 1", "9007199254740992", "9007199254740993", "0x1", "1u"])
DOUBLES = st.sampled_from(["0.0", "-0.0", "1.0", "1.5", "2.5e0", "0.1", "1e999"])
TEXTS = st.sampled_from(
    [
        "'a'",
        '"b"',
        "''",
        "r'a'",
        "'''a'''",
        '"""b\n"""',
        "'it\\'s'",
        "'\\x61'",
        "'\\u00e9'",
        "'é'",
        "'😀'",
        "'\\n'",
        "'&& || ('",
        "'''' && customer.n == 1 && 'a'''",
    ]
)
LITERALS = st.one_of(INTS, DOUBLES, TEXTS, st.sampled_from(["true", "false", "null"]))
PATHS = st.sampled_from(
    ["event.properties.a", "event.properties.a", "event.properties.a.b", "event . properties.a", "event.properties.in_"]
)
NAMES = st.one_of(PATHS, st.sampled_from(list(LANGUAGE.variables)))
RELATIONS = st.sampled_from(["==", "==", "<", "<=", ">", ">=", "!="])
OF_KIND = [
    ("customer.n", INTS),
    ("customer.m", INTS),
    ("customer.d", DOUBLES),
    ("customer.s", TEXTS),
    ("event.type", TEXTS),
]


def written(*parts: st.SearchStrategy[str] | str) -> st.SearchStrategy[str]:
    return st.tuples(*(st.just(each) if isinstance(each, str) else each for each in parts)).map(" ".join)


def among(name: st.SearchStrategy[str] | str, literals: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return written(name, "in [", st.lists(literals, max_size=3).map(", ".join), "]")


def typed_terms() -> list[st.SearchStrategy[str]]:
    return [
        term
        for name, literals in OF_KIND
        for term in (written(name, RELATIONS, literals), written(literals, RELATIONS, name), among(name, literals))
    ]


TERMS = st.one_of(
    *typed_terms(),
    written(PATHS, RELATIONS, LITERALS),
    written(PATHS, RELATIONS, LITERALS),
    written(LITERALS, RELATIONS, PATHS),
    written("change.after", RELATIONS, LITERALS),
    among(PATHS, LITERALS),
    among("change.after", LITERALS),
    PATHS,
    written("has(", PATHS, ")"),
    st.sampled_from(
        ["customer.b", "true", "false", "customer.b == true", "customer.b != true", "'a' in customer.tags"]
    ),
    written(NAMES, RELATIONS, NAMES),
    written("customer.n + 1", RELATIONS, INTS),
    written("size( customer.s )", RELATIONS, INTS),
    st.sampled_from(["customer.s == 'customer.n'", "event.properties.a.b.c == 1", "change.after"]),
)
FEW = st.sampled_from(["1", "1.0", "2", "1.5", "'a'", "'b'", "'\\n'", "true"])
READ_BY_THE_INDEX = st.one_of(
    written(PATHS, st.sampled_from(["==", "<", "<=", ">", ">="]), FEW),
    among(PATHS, FEW),
    written("change.after", st.sampled_from(["==", "<", "<=", ">", ">="]), FEW),
    written("customer.n", st.sampled_from(["==", "<", "<=", ">", ">="]), st.sampled_from(["0", "1", "2"])),
    written("customer.d", st.sampled_from(["==", "<", "<=", ">", ">="]), st.sampled_from(["0.1", "1.0", "1.5"])),
    written("customer.s", st.sampled_from(["==", "<", "<=", ">", ">="]), st.sampled_from(["'a'", "'\\n'", "'\uffff'"])),
    st.sampled_from(["customer.b", "has(event.properties.a)", "event.properties.a", "customer.s == 'customer.n'"]),
)
MIXED = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        written(inner, "&&", inner),
        written(inner, "&&", inner, "&&", inner),
        written("(", inner, "||", inner, ")"),
        written(inner, "||", inner),
        written("(", inner, ")"),
        written("! (", inner, ")"),
        written("(", inner, ") ? (", inner, ") : (", inner, ")"),
    ),
    max_leaves=6,
)
CONJUNCTIONS = st.lists(READ_BY_THE_INDEX, min_size=1, max_size=3).map(" && ".join)
CONDITIONS = st.one_of(CONJUNCTIONS, CONJUNCTIONS, MIXED).filter(lambda source: not check_in(LANGUAGE, source))
INTEGERS = (0, 1, 2, -1, 2**53, 2**53 + 1, 2**63 - 1, 2**63, -(2**63), 2**70)
FRACTIONS = (0.0, -0.0, 1.0, 1.5, 0.1, float("nan"), float("inf"))
DECIMALS = tuple(Decimal(each) for each in ("1", "1.5", "0.1", "1e400", "NaN"))
STRANGE = (
    *INTEGERS,
    *FRACTIONS,
    *DECIMALS,
    True,
    False,
    None,
    "a",
    "\n",
    "é",
    "e\u0301",
    "\ud800",
    b"a",
    ["a"],
    {"a": 1},
)
NUMBERS = st.sampled_from((*INTEGERS, *FRACTIONS, *DECIMALS, True, False))
STRINGS = st.sampled_from(
    ["a", "b", "", "b\n", "it's", "é", "e\u0301", "😀", "\uffff", "\n", "&& || (", "\ud800", "customer.n"]
)
ANYTHING = st.recursive(
    st.one_of(st.none(), NUMBERS, STRINGS, st.just(b"a")),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)),
    max_leaves=4,
)
ORDINARY: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.INT: st.integers(-1, 2),
    Kind.DOUBLE: st.sampled_from([0.0, 0.1, 1.0, 1.5]),
    Kind.BOOL: st.booleans(),
    Kind.STRING: STRINGS,
    Kind.STRINGS: st.lists(STRINGS, max_size=2),
    Kind.ANY: st.one_of(NUMBERS, STRINGS),
    Kind.MAP: st.one_of(
        st.fixed_dictionaries({"a": st.one_of(NUMBERS, STRINGS)}),
        st.dictionaries(st.sampled_from(["a", "in_", "b"]), ANYTHING, max_size=3),
    ),
}


def valued(kind: Kind) -> st.SearchStrategy[tuple[Any, str]]:
    """Mostly of its kind; sometimes missing, anything at all, or incomplete."""
    ordinary = st.tuples(ORDINARY[kind], st.just(""))
    strange = st.one_of(st.tuples(st.one_of(NUMBERS, NUMBERS, ANYTHING), st.just("")), st.just((None, "")))
    late = st.tuples(ORDINARY[kind], st.just("late"))
    return st.one_of(ordinary, ordinary, ordinary, ordinary, strange, strange, strange, late)


VALUES = st.fixed_dictionaries({name: valued(kind) for name, kind in LANGUAGE.variables.items()})


def known(values: Values) -> Known:
    return Known(LANGUAGE, lambda name: values.get(name, (None, "")))


def one_by_one(conditions: list[str], values: Values) -> list[Match]:
    verdicts = [known(values).evaluate(each) for each in conditions]
    return [Match(at, verdict) for at, verdict in enumerate(verdicts) if verdict != Verdict(False)]


ASKED = ("customer.n", "customer.d", "customer.s", "customer.b", "change.after", "event.properties.a")
WORDS = ("0", "1", "2", "1.0", "1.5", "0.1", "'a'", "'\\n'", "'é'", "true")
WRITTEN = [
    *(f"{name} {relation} {word}" for name in ASKED for relation in ("==", "<", "<=", ">", ">=") for word in WORDS),
    *(f"{name} in [{words}]" for name in ASKED for words in ("1", "1, 2", "1, 1.5", "'a'", "'a', 'b'", "true")),
    *("has(event.properties.a)", "event.properties.a", "change.after", "customer.b"),
]
EACH = [source for source in WRITTEN if not check_in(LANGUAGE, source)]


def loosely(value: Any, loose: bool) -> tuple[type | None, Any]:
    """As Python compares: true is 1."""
    return (float if loose else int, value) if type(value) is bool else typed(value, loose)


def differs(type_of: Callable[[Any, bool], tuple[type | None, Any]]) -> Callable[[tuple[list[str], Values]], bool]:
    def found(case: tuple[list[str], Values]) -> bool:
        conditions, values = case
        return Index(conditions, LANGUAGE, type_of).matching(known(values)) != one_by_one(conditions, values)

    return found


@settings(deadline=None, max_examples=400)
@given(st.lists(CONDITIONS, min_size=1, max_size=12), VALUES)
def test_what_the_index_says_is_what_every_condition_says_alone(conditions: list[str], values: Values) -> None:
    index = Index(conditions, LANGUAGE)

    found = index.matching(known(values))

    assert found == one_by_one(conditions, values)


@pytest.mark.parametrize("value", STRANGE, ids=repr)
def test_each_test_of_an_attribute_says_of_any_value_what_the_library_says(value: Any) -> None:
    values = dict.fromkeys(LANGUAGE.variables, (value, "")) | {"event.properties": ({"a": value}, "")}

    found = Index(EACH, LANGUAGE).matching(known(values))

    assert found == one_by_one(EACH, values)


def test_without_the_check_of_types_a_condition_holds_for_true_that_asks_for_one() -> None:
    conditions = st.lists(
        st.sampled_from(["event.properties.a == 1", "event.properties.a >= 1"]), min_size=1, max_size=2
    )
    values = st.sampled_from([True, 1, "a"]).map(lambda value: {"event.properties": ({"a": value}, "")})
    cases: st.SearchStrategy[tuple[list[str], Values]] = st.tuples(conditions, values)

    _, wrong = find(cases, differs(loosely))

    assert wrong == {"event.properties": ({"a": True}, "")}
    with pytest.raises(NoSuchExample):
        find(cases, differs(typed))


def test_a_test_within_a_long_text_is_none() -> None:
    condition = "customer.s == '''' && customer.n == 1 && 'a'''"
    values: Values = {"customer.s": ("' && customer.n == 1 && 'a", ""), "customer.n": (2, "")}

    found = Index([condition], LANGUAGE).matching(known(values))

    assert found == [Match(0, Verdict(True))]


class Counted(Language):
    """Remembers what the library was asked to compile."""

    def __init__(self, variables: Mapping[str, Kind]) -> None:
        super().__init__(variables)
        self.asked: list[str] = []

    def compiled(self, source: str) -> Any:
        self.asked.append(source)
        return super().compiled(source)


def test_of_many_conditions_only_those_left_over_are_asked_of_the_library() -> None:
    language = Counted(LANGUAGE.variables)
    rest = "size(customer.s) == 1"
    conditions = [f"event.properties.a == 'p{number % 100}' && {rest}" for number in range(1000)]
    values = {"event.properties": {"a": "p42"}, "customer.s": "x"}

    found = Index(conditions, language).matching(Known(language, lambda name: (values.get(name), "")))

    assert [match.position for match in found] == list(range(42, 1000, 100))
    assert set(language.asked) == {conditions[42]}


def test_what_the_index_can_read_is_answered_without_the_library() -> None:
    code = """
import sys
from tandem.expressions import Kind, Language
from tandem.playbook.conditions import Known
from tandem.playbook.index import Index
language = Language({"customer.n": Kind.INT, "event.properties": Kind.MAP})
index = Index(["customer.n > 1 && event.properties.a in ['x', 'y']", "customer.n > 5 || customer.n == 2"], language)
values = {"customer.n": 2, "event.properties": {"a": "y"}}
print([match.position for match in index.matching(Known(language, lambda name: (values[name], "")))])
print([name for name in sys.modules if name.startswith("cel_expr_python")])
"""

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert said.splitlines() == ["[0, 1]", "[]"]
