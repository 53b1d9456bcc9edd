"""Numbers and amounts are Babel's own, in every language; where Babel is not CLDR's, they are CLDR's."""

from decimal import Decimal

import pytest
from babel.numbers import format_currency, format_decimal
from hypothesis import given
from hypothesis import strategies as st

from tandem.content.locale import PLAIN, Numbers
from tandem.content.money import money_text
from tandem.events.money import to_major
from tests.unit.content.languages import CURRENCIES, LOCALES, as_cldr_writes_it, babel, everywhere, formats

# The edges of groups, of decimals and of signs; hypothesis adds what nobody thinks of.
AMOUNTS = (
    0,
    1,
    9,
    10,
    99,
    100,
    999,
    1000,
    9_999,
    99_999,
    100_000,
    999_999,
    1_234_567,
    123_456_789,
    10**15,
    -1,
    -123_456,
)
DECIMALS = [
    Decimal(each) for each in ("0", "1", "-1", "0.5", "0.125", "0.0625", "1234.5", "99999.9995", "-1234567.891")
]


def babels_money(minor: int, currency: str, locale: str) -> str:
    return with_babel(format_currency, to_major(minor, currency), locale, currency=currency)


def babels_number(number: Decimal, locale: str) -> str:
    return with_babel(format_decimal, number, locale)


def with_babel(print_: object, number: Decimal, locale: str, **more: str) -> str:
    assert callable(print_)
    ours, least = formats(locale), formats(locale).numbers.least
    grouped = abs(number) >= 10 ** (2 + least)  # CLDR's minimumGroupingDigits, which Babel has not
    text = print_(number, **more, locale=babel(locale), numbering_system="default", group_separator=grouped)
    return as_cldr_writes_it(text, ours)


def differences(amounts: tuple[int, ...], locales: tuple[str, ...]) -> list[tuple[str, str, str]]:
    found = [
        (locale, formats(locale).money(minor, currency), babels_money(minor, currency, locale))
        for locale in locales
        for currency in CURRENCIES
        for minor in amounts
    ]
    return [each for each in found if each[1] != each[2]]


@pytest.mark.parametrize("locale", [each for each in LOCALES if each not in {"de-AT", "fr-CH"}])
def test_amounts_are_babels(locale: str) -> None:
    assert differences(AMOUNTS, (locale,)) == []


@given(st.integers(-(10**15), 10**15), st.sampled_from(CURRENCIES), st.sampled_from(LOCALES))
def test_any_amount_is_babels(minor: int, currency: str, locale: str) -> None:
    if locale not in {"de-AT", "fr-CH"}:
        assert formats(locale).money(minor, currency) == babels_money(minor, currency, locale)


@pytest.mark.parametrize("locale", LOCALES)
def test_numbers_are_babels(locale: str) -> None:
    found = [
        (formats(locale).number(each), babels_number(each, locale)) for each in (*DECIMALS, *map(Decimal, AMOUNTS))
    ]

    assert [each for each in found if each[0] != each[1]] == []


@given(st.decimals(-(10**12), 10**12, places=4), st.sampled_from(LOCALES))
def test_any_number_is_babels(number: Decimal, locale: str) -> None:
    if round(number, 3):  # Babel writes what is rounded to nothing as -0
        assert formats(locale).number(number) == babels_number(number, locale)


def test_every_locale_that_babel_knows_can_be_written_in() -> None:
    assert len(everywhere()) > 900
    assert [each for each in everywhere() if not formats(each).money(123_456, "USD")] == []


# What follows is what ICU 78 prints, and Babel does not.
@pytest.mark.parametrize(
    ("locale", "minor", "currency", "text"),
    [
        ("en", 1_500, "KWD", "KWD 1.500"),
        ("en", 123_450, "USD", "$1,234.50"),
        ("en-GB", 123_450, "USD", "US$1,234.50"),
        ("en-IN", 12_345_678, "INR", "₹1,23,456.78"),
        ("es", 123_450, "USD", "1234,50 US$"),
        ("es", 1_234_500, "USD", "12.345,00 US$"),
        ("es-MX", 123_450, "MXN", "$1,234.50"),
        ("es-MX", 3_995, "USD", "USD 39.95"),
        ("fil", 123_450, "PHP", "₱1,234.50"),
        ("de-AT", 123_450, "EUR", "€ 1.234,50"),
        ("fr-CH", 123_450, "EUR", "1\u202f234.50 €"),
        ("fr-FR", 123_450, "EUR", "1\u202f234,50 €"),
        ("pl", 123_450, "EUR", "1234,50 €"),
        ("sv", -123_450, "EUR", "−1 234,50 €"),
        ("pt-BR", 123_450, "BRL", "R$ 1.234,50"),
        ("pt-PT", 123_450, "EUR", "1234,50 €"),
        ("ja", 1_200, "JPY", "￥1,200"),
        ("ar", 123_450, "USD", "\u200f1,234.50 US$"),
        ("ar-EG", 123_450, "USD", "\u200f١٬٢٣٤٫٥٠ US$"),
        ("fa", 123_450, "EUR", "\u200e€ ۱٬۲۳۴٫۵۰"),
        ("hi", 12_345_678, "INR", "₹1,23,456.78"),
        ("mr", 12_345_678, "INR", "₹१२३,४५६.७८"),
        ("he", 123_450, "USD", "\u200f1,234.50 \u200f$"),
    ],
)
def test_amounts_are_cldrs(locale: str, minor: int, currency: str, text: str) -> None:
    # The table writes a plain space where CLDR has U+00A0.
    assert formats(locale).money(minor, currency).replace("\u00a0", " ") == text


@given(st.integers(-(10**15), 10**15), st.sampled_from(CURRENCIES))
def test_without_formats_an_amount_is_what_it_was(minor: int, currency: str) -> None:
    assert PLAIN.money(minor, currency) == money_text(minor, currency)


@pytest.mark.parametrize("number", [Decimal("NaN"), Decimal("Infinity"), 10**19])
def test_a_number_that_cannot_be_written_out_is_none(number: Decimal | int) -> None:
    with pytest.raises(ValueError, match="no number"):
        Numbers().text(number)
