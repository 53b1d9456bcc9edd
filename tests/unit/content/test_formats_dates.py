"""Days are Babel's own, in every language, with the language's digits."""

from datetime import date, timedelta

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from tandem.content.locale import PLAIN, STYLES, Day, Style
from tests.unit.content.languages import LOCALES, babel, formats

# Urdu's short months are missing in Babel 2.18: it prints `M11`.
BUT_URDU = [each for each in LOCALES if each != "ur"]
YEAR = [date(2026, 1, 1) + timedelta(days=each) for each in range(0, 366, 5)]


def babels(day: date, style: Style, locale: str) -> str:
    return formats(locale).numbers.in_digits(format_date(day, style, babel(locale)))


@pytest.mark.parametrize("locale", BUT_URDU)
@pytest.mark.parametrize("style", STYLES)
def test_days_are_babels(locale: str, style: Style) -> None:
    found = [(formats(locale).date(day, style), babels(day, style, locale)) for day in YEAR]

    assert [each for each in found if each[0] != each[1]] == []


@given(st.dates(date(1000, 1, 1)), st.sampled_from(STYLES), st.sampled_from(BUT_URDU))
def test_any_day_is_babels(day: date, style: Style, locale: str) -> None:
    assert formats(locale).date(day, style) == babels(day, style, locale)


@pytest.mark.parametrize(
    ("locale", "style", "text"),
    [
        ("en-US", "long", "November 22, 2026"),
        ("en-GB", "long", "22 November 2026"),
        ("en-GB", "short", "22/11/2026"),
        ("es-MX", "full", "domingo, 22 de noviembre de 2026"),
        ("fil", "long", "Nobyembre 22, 2026"),
        ("de-CH", "medium", "22.11.2026"),
        ("pl", "long", "22 listopada 2026"),
        ("ru", "long", "22 ноября 2026\u202fг."),
        ("ja", "full", "2026年11月22日日曜日"),
        ("hi", "long", "22 नवंबर 2026"),
        ("ar", "long", "22 نوفمبر 2026"),
        ("ar-EG", "long", "٢٢ نوفمبر ٢٠٢٦"),
        ("fa", "short", "۲۰۲۶/۱۱/۲۲"),
        ("he", "long", "22 בנובמבר 2026"),
        ("ur", "medium", "22 نومبر، 2026"),
    ],
)
def test_days_are_cldrs(locale: str, style: Style, text: str) -> None:
    assert formats(locale).date(date(2026, 11, 22), style) == text


def test_a_day_prints_in_the_long_form() -> None:
    assert str(Day(date(2026, 11, 22), formats("en"))) == "November 22, 2026"


def test_without_formats_a_day_is_iso() -> None:
    assert PLAIN.date(date(2026, 1, 5), "short") == "2026-01-05"
