"""A mail shows what its template says, in the language of that, and whose it is."""

from pathlib import Path

import pytest

from tests.unit.content.judged import DESIGN, defects, folder_of

WORDS = "templates/thanks/en.yaml:"
OFFER = "offer:\n  code: SIDEB & <more>\n  text: 15% off\n"
PICTURE = "picture:\n  image: /images/hero.png\n  alt: Records\n"
SHOWS_OFFER = (
    "<mj-text>{% for offer in message.offer %}<p>{{ offer.text | upcase }}</p>"
    "<p>{{ offer.code }}</p>{% endfor %}</mj-text>"
)
SHOWS_PICTURE = (
    "<mj-text>{% for each in message.picture %}"
    '<img src="{{ each.url }}" alt="{{ each.alt }}" width="9">{% endfor %}</mj-text>'
)
SHOWS_LINES = "<mj-text>{% for line in lines %}<p>{{ line.name | truncate: 15 }}</p>{% endfor %}</mj-text>"


def with_more(folder: Path, more: str) -> Path:
    """The folder, whose template says more: from line 11 on."""
    path = folder / "templates/thanks/en.yaml"
    path.write_text(path.read_text() + more)
    return folder


@pytest.mark.parametrize(
    ("more", "shows", "fields"),
    [
        (OFFER, SHOWS_OFFER, {"12: offer.code: ", "13: offer.text: "}),
        (PICTURE, SHOWS_PICTURE, {"12: picture.image: "}),
    ],
)
def test_what_a_template_has_and_its_design_leaves_out_is_refused_where_it_is_written(
    tmp_path: Path, more: str, shows: str, fields: set[str]
) -> None:
    left = defects(with_more(folder_of(tmp_path / "left"), more))
    shown = defects(with_more(folder_of(tmp_path / "shown", more=shows), more))

    assert {each.partition("the design")[0].removeprefix(WORDS) for each in left} == fields
    assert all("letter does not show it" in each for each in left)
    assert shown == []


def test_lines_that_no_design_shows_are_refused_where_they_are_asked_for(tmp_path: Path) -> None:
    left = defects(folder_of(tmp_path / "left", show="lines"), "order")
    shown = defects(folder_of(tmp_path / "shown", more=SHOWS_LINES, show="lines"), "order")

    assert [each.partition("the design")[0] for each in left] == [f"{WORDS}6: show.0: "]
    assert shown == []


@pytest.mark.parametrize(
    ("shows", "field"),
    [
        ("<p>{{ paragraph }}</p>", "5: paragraphs.0: "),
        ("{{ message.action.label }}", "8: action.label: "),
        ("{{ message.heading }}", "3: heading: "),
    ],
)
def test_words_that_no_design_shows_are_refused(tmp_path: Path, shows: str, field: str) -> None:
    found = defects(
        folder_of(tmp_path, design=DESIGN.replace(shows, "Something else"), paragraph="Welcome", heading="Hey")
    )

    assert any(each.startswith(f"{WORDS}{field}the design letter does not show it") for each in found)


def test_an_offer_that_the_text_part_alone_leaves_out_is_refused(tmp_path: Path) -> None:
    hidden = SHOWS_OFFER.replace("<p>", '<p data-text="none">')

    found = defects(with_more(folder_of(tmp_path, more=hidden), OFFER))

    assert [each.partition("the design")[0] for each in found] == [
        f"{WORDS}12: offer.code: ",
        f"{WORDS}13: offer.text: ",
    ]


def test_a_mail_without_a_postal_address_is_refused(tmp_path: Path) -> None:
    found = defects(folder_of(tmp_path, design=DESIGN.replace("{{ shop.postal_address }}", "Here")))

    assert all(each.startswith("designs/letter.mjml:") for each in found)
    assert [each.partition("(file): ")[2].partition(":")[0] for each in found] == [
        "the mail does not say the shop's postal address",
        "the text part does not say the shop's postal address",
    ]


@pytest.mark.parametrize(
    ("lang", "problem"),
    [("", "the mail has no lang"), (' lang="de"', "lang is de, and the words are in en"), (' lang="en"', "")],
)
def test_the_lang_of_a_mail_is_that_of_its_words(tmp_path: Path, lang: str, problem: str) -> None:
    found = defects(folder_of(tmp_path, design=DESIGN.replace(' lang="{{ locale }}"', lang)))

    assert bool(found) is bool(problem)
    assert all(each.startswith(f"designs/letter.mjml:1: (file): {problem}") for each in found)
