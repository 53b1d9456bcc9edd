from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from liquid.exceptions import LiquidError

from tandem.content.filters import read_by
from tandem.content.liquid import compiled
from tandem.content.locale import Day
from tests.unit.content.languages import formats


def printed(source: str, locale: str = "en", currency: str = "USD", *, html: bool = False, **values: object) -> str:
    return compiled(source, html=html).render({**values, **read_by(formats(locale), currency)})


@pytest.mark.parametrize(
    ("source", "locale", "text"),
    [
        ("{{ 1234567.891 | number }}", "es-MX", "1,234,567.891"),
        ("{{ '1234.5' | number }}", "de", "1.234,5"),
        ("{{ 123456 | money }}", "en", "$1,234.56"),
        ("{{ 123456 | money: 'EUR' }}", "es", "1234,56\u00a0€"),
        ("{{ 1200 | money: 'JPY' }}", "en", "¥1,200"),
        ("{{ '2026-11-22' | date }}", "en", "November 22, 2026"),
        ("{{ '2026-11-22' | date: 'long' }}", "en-GB", "22 November 2026"),
        ("{{ '2026-11-22' | date: 'medium' }}", "es", "22 nov 2026"),
        ("{{ '2026-11-22T23:30:00-05:00' | date: 'short' }}", "fil", "11/22/26"),
        ("{{ 1 | plural: one: '# record', other: '# records' }}", "en", "1 record"),
        ("{{ 1200 | plural: one: '# record', other: '# records' }}", "en", "1,200 records"),
        ("{{ 3 | plural: one: '# płyta', few: '# płyty', many: '# płyt', other: '# płyty' }}", "pl", "3 płyty"),
        ("{{ 2 | plural: one: 'تسجيل', two: 'تسجيلان', other: '#' }}", "ar", "تسجيلان"),
    ],
)
def test_a_value_is_written_as_the_reader_does(source: str, locale: str, text: str) -> None:
    assert printed(source, locale) == text


@pytest.mark.parametrize(
    "value",
    [
        date(2026, 11, 22),
        datetime(2026, 11, 22, 23, 59, tzinfo=UTC),
        Day(date(2026, 11, 22), formats("en")),
        "2026-11-22",
    ],
)
def test_a_date_may_be_a_day_a_moment_or_text(value: object) -> None:
    assert printed("{{ day | date: 'full' }}", day=value) == "Sunday, November 22, 2026"


def test_a_day_prints_without_a_filter_and_compares_as_present() -> None:
    day = Day(date(2026, 11, 22), formats("en"))

    assert printed("{% if day %}{{ day }}{% endif %}", day=day, html=True) == "November 22, 2026"
    assert printed("{{ day | default: 'soon' }}", day=day) == "November 22, 2026"


def test_what_a_form_says_is_escaped_in_html() -> None:
    assert printed("{{ 2 | plural: other: name, one: '' }}", name="<b>#</b>", html=True) == "&lt;b&gt;2&lt;/b&gt;"


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("{{ nobody | number }}", "'nobody' is undefined"),
        ("{{ nil | money }}", "money: there is no value"),
        ("{{ nil | date }}", "date: there is no value"),
        ("{{ 'ten' | number }}", "number: 'ten' is no number"),
        ("{{ true | number }}", "number: True is no number"),
        ("{{ huge | number }}", "number: a number of more than 30 digits is no number"),
        ("{{ 39.95 | money }}", "money: 39.95 is no amount in minor units, such as 3995 for 39.95"),
        ("{{ 3995 | money: 'euro' }}", "money: 'euro' is no currency, such as USD"),
        ("{{ 3995 | money: nobody }}", "'nobody' is undefined"),
        ("{{ 'now' | date }}", "date: 'now' is no date, such as 2026-11-22"),
        ("{{ 'today' | date: 'short' }}", "date: 'today' is no date"),
        ("{{ 5 | date }}", "date: 5 is no date"),
        ("{{ '2026-11-22' | date: '%Y' }}", "date: there is no style '%Y'; there are short, medium, long, full"),
        ("{{ 5 | plural: one: '#' }}", "plural: there is no form other for 5"),
        ("{{ 5 | plural }}", "plural: there is no form other for 5"),
        (
            "{{ 5 | plural: uno: '#', other: '#' }}",
            "plural: uno is no form; there are zero, one, two, few, many, other",
        ),
        ("{{ 5 | plural: one: 1, other: '#' }}", "plural: one is no form"),
        ("{{ 'many' | plural: one: '#', other: '#' }}", "plural: 'many' is no number"),
        ("{{ 5 | plural: context: 'x', other: '#' }}", "context: there is no such argument"),
        ("{{ 5 | number: 2 }}", "number: "),
    ],
)
def test_bad_input_is_an_error_that_names_it(source: str, problem: str) -> None:
    with pytest.raises(LiquidError) as caught:
        printed(source, huge=10**5_000)

    assert problem in str(caught.value.message)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), Decimal("NaN"), Decimal("Infinity")])
def test_what_is_no_number_is_an_error(number: object) -> None:
    with pytest.raises(LiquidError, match="is no number"):
        printed("{{ value | number }}", value=number)


@pytest.mark.parametrize("name", ["Reader", "_formats", "formats", "['Reader']"])
def test_a_template_cannot_name_what_the_filters_read(name: str) -> None:
    with pytest.raises(LiquidError, match="undefined"):
        printed("{{ " + name + " }}")


def test_without_a_reader_a_value_is_written_plainly() -> None:
    source = "{{ 3995 | money: 'USD' }} {{ '2026-11-22' | date }} {{ 2 | plural: one: '# day', other: '# days' }}"

    assert compiled(source).render() == "$39.95 2026-11-22 2 days"
