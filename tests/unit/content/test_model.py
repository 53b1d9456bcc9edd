import json

import pytest

from tandem.content import Content, read_published
from tandem.errors import RenderError
from tests.unit.sending.builders import a_content, a_template


def languages(*locales: str) -> Content:
    content = a_content()
    written = {locale: a_template(heading=locale) for locale in locales}
    phrases = dict.fromkeys(locales, content.phrases["en"])
    return content.model_copy(update={"templates": {"thanks": written}, "phrases": phrases})


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("es-MX", "es-MX"),
        ("es_mx", "es-MX"),
        ("ES", "es"),
        ("es-AR", "es"),
        ("tl", "fil"),
        ("tl-PH", "fil"),
        ("fil-PH", "fil"),
        ("de", "en"),
        ("", "en"),
    ],
)
def test_the_words_are_in_the_nearest_language_there_is(asked: str, found: str) -> None:
    locale, template, _ = languages("en", "es", "es-MX", "fil").for_locale("thanks", asked)

    assert (locale, template.heading) == (found, found)


def test_a_template_that_is_not_there_is_a_render_error() -> None:
    with pytest.raises(RenderError, match="no such template"):
        languages("en").for_locale("gone", "en")


def test_what_a_newer_publisher_added_is_ignored_at_any_depth() -> None:
    document = json.loads(a_content().model_dump_json())
    document["added"] = document["shop"]["added"] = document["templates"]["thanks"]["en"]["action"]["added"] = 1

    assert read_published(json.dumps(document).encode()) == a_content()


def test_a_phrase_of_a_design_s_own_is_still_there_when_it_is_read() -> None:
    document = json.loads(a_content().model_dump_json())
    document["phrases"]["en"]["regards"] = "Warmly,"

    assert dict(read_published(json.dumps(document).encode()).phrases["en"])["regards"] == "Warmly,"
