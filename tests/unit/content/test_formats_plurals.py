"""Plural categories are Babel's own, in every language."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.publish.formats import needed_forms
from tandem.content.locale import PLAIN
from tests.unit.content.languages import LOCALES, babel, everywhere, formats

COUNTS = (*range(1_200), 10_000, 100_000, 999_999, 1_000_000, 1_000_001, 2_000_000, 12_000_000)
FRACTIONS = [Decimal(each) for each in ("0.0", "0.1", "0.5", "1.0", "1.00", "1.5", "2.1", "1.31", "10.25", "100.001")]


@pytest.mark.parametrize("locale", LOCALES)
def test_categories_are_babels(locale: str) -> None:
    ours, theirs = formats(locale).plurals, babel(locale).plural_form

    assert [each for each in (*COUNTS, *FRACTIONS) if ours.category(each) != theirs(each)] == []


@given(st.one_of(st.integers(0, 10**9), st.decimals(0, 10**6, places=3)), st.sampled_from(everywhere()))
def test_any_category_is_babels_wherever_it_is_spoken(number: int | Decimal, locale: str) -> None:
    assert formats(locale).plurals.category(number) == babel(locale).plural_form(number)


@pytest.mark.parametrize(
    ("locale", "forms"),
    [
        ("en", ("one", "other")),
        ("es-MX", ("one", "other")),
        ("fil", ("one", "other")),
        ("ja", ("other",)),
        ("pl", ("one", "few", "many", "other")),
        ("ru", ("one", "few", "many", "other")),
        ("cs", ("one", "few", "other")),
        ("he", ("one", "two", "other")),
        ("ar", ("zero", "one", "two", "few", "many", "other")),
        ("tlh", ("one", "other")),
    ],
)
def test_a_language_needs_the_forms_of_its_whole_numbers_below_a_million(locale: str, forms: tuple[str, ...]) -> None:
    assert needed_forms(locale) == forms


def test_a_million_in_spanish_has_a_form_of_its_own_and_may_do_without() -> None:
    forms, million = {"one": "# disco", "other": "# discos"}, 1_000_000

    assert formats("es").plural(million, forms) == "1.000.000 discos"
    assert formats("es").plural(million, {**forms, "many": "# de discos"}) == "1.000.000 de discos"


def test_a_form_that_is_missing_is_named() -> None:
    with pytest.raises(ValueError, match="there is no form few for 3"):
        formats("pl").plural(3, {"one": "# płyta", "other": "# płyty"})


def test_the_number_is_written_as_the_language_writes_it() -> None:
    assert PLAIN.plural(1_234, {"one": "# record", "other": "# records"}) == "1,234 records"
    assert formats("pl").plural(12_345, {"many": "# płyt"}) == "12\u00a0345 płyt"
