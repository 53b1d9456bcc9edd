"""A message's amounts and dates are those of the customer's region, where its language is hers."""

import json
from datetime import date

import pytest

from infra.publish.formats import formats_of
from tandem.content import Content, Mail, Sms, read_published, render
from tests.unit.sending.builders import a_content, a_send, a_template, a_text

WORDS = "{{ order.total }} on {{ order.date }}, {{ order.date | date: 'short' }}"


def written_in(*locales: str) -> Content:
    content, words = a_content(), a_template(paragraphs=[WORDS], sms=WORDS)
    return content.model_copy(
        update={
            "templates": {"thanks": dict.fromkeys(locales, words)},
            "phrases": dict.fromkeys(locales, content.phrases["en"]),
            "formats": formats_of(locales),
        }
    )


def said(content: Content, locale: str) -> str:
    message = render(content, a_send(locale=locale, total_minor=123_456, happened_on="2026-11-02"))
    assert isinstance(message, Mail)
    return message.text.splitlines()[0].replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "$1,234.56 on November 2, 2026, 11/2/26"),
        ("en-US", "$1,234.56 on November 2, 2026, 11/2/26"),
        ("en_GB", "US$1,234.56 on 2 November 2026, 02/11/2026"),
        ("en-XX", "$1,234.56 on November 2, 2026, 11/2/26"),
        ("es", "1234,56 US$ on 2 de noviembre de 2026, 2/11/26"),
        ("es-MX", "USD 1,234.56 on 2 de noviembre de 2026, 02/11/26"),
        ("es-419", "USD 1,234.56 on 2 de noviembre de 2026, 2/11/26"),
        ("tl-PH", "$1,234.56 on Nobyembre 2, 2026, 11/2/26"),
        ("de-DE", "$1,234.56 on November 2, 2026, 11/2/26"),
        ("", "$1,234.56 on November 2, 2026, 11/2/26"),
    ],
)
def test_amounts_and_dates_are_the_customers(locale: str, text: str) -> None:
    assert said(written_in("en", "es", "fil"), locale) == text


def test_a_template_written_for_a_region_is_read_as_there() -> None:
    assert said(written_in("en", "es-MX"), "es-MX") == "USD 1,234.56 on 2 de noviembre de 2026, 02/11/26"


def test_a_script_keeps_to_its_own_regions() -> None:
    chinese = formats_of(["zh", "zh-Hant"])

    assert {"SG", "HK"} <= chinese["zh"].regions.keys()
    assert "TW" not in chinese["zh"].regions
    assert chinese["zh-Hant"].in_region("HK").date(date(2026, 11, 2), "short") == "2/11/2026"


def test_prices_are_the_customers_too() -> None:
    content = written_in("en", "es")
    shown = content.model_copy(
        update={
            "layouts": content.layouts.model_copy(
                update={"text": "{{ lines[0].price }} {{ recommendations[0].price }}"}
            )
        }
    )
    message = render(shown, a_send(locale="es", happened_on="2026-11-02"))

    assert isinstance(message, Mail)
    assert message.text == "24,00\u00a0US$ 9,50\u00a0US$\n"


def test_content_of_an_older_publisher_is_written_as_it_was() -> None:
    content = written_in("en", "es").model_copy(update={"formats": {}})

    assert said(content, "es-MX") == "$1,234.56 on 2026-11-02, 2026-11-02"


def test_what_is_published_reads_back_the_same_and_what_a_newer_publisher_adds_is_ignored() -> None:
    content = written_in("en", "es")
    document = json.loads(content.model_dump_json())
    document["formats"]["es"]["regions"]["MX"]["numbers"]["newer"] = 1
    document["formats"]["es"]["times"] = {}

    assert read_published(content.model_dump_json().encode()) == content
    assert said(read_published(json.dumps(document).encode()), "es-MX") == said(content, "es-MX")


def test_a_date_that_is_not_known_is_no_variable() -> None:
    content = a_content(thanks=a_template(paragraphs=["{{ order.date | default: 'soon' }}"]))
    message = render(content, a_send())

    assert isinstance(message, Mail)
    assert message.text.splitlines()[0] == "soon"


def test_a_mail_keeps_an_amount_on_one_line_and_a_text_message_has_plain_spaces_only() -> None:
    content = written_in("en", "es")
    mail = render(content, a_send(locale="es", total_minor=123_456, happened_on="2026-11-02"))
    message = render(content, a_text(locale="es", total_minor=123_456, happened_on="2026-11-02"))

    assert message == Sms("1234,56 US$ on 2 de noviembre de 2026, 2/11/26", 1)
    assert isinstance(mail, Mail)
    assert "1234,56\u00a0US$ on" in mail.text


def test_three_languages_take_less_than_forty_five_kilobytes() -> None:
    content = written_in("en", "es", "fil")
    without = content.model_copy(update={"formats": {}})

    assert len(content.model_dump_json().encode()) - len(without.model_dump_json().encode()) < 45_000
