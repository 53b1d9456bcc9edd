import shutil
from pathlib import Path

import pytest

from infra.publish.templates import read_content
from tandem.errors import BadPlaybook
from tests.unit.sending.builders import SHOP

LAYOUTS = Path("tests/data/first-layouts")  # in plain HTML, as playbooks of the first releases have them
PHRASES = Path("infra/playbook/templates/_phrases")
GOOD = """\
subject: Thank you
preheader: Hello
heading: Thank you
paragraphs:
  - "Hi {{ customer.first_name | default: 'there' }}"
action:
  label: Go
  url: "{{ shop.url }}"
sms: Thank you
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A playbook's folder without designs: with layouts, and one template, in English."""
    templates = tmp_path / "templates"
    (templates / "_phrases").mkdir(parents=True)
    for layout in LAYOUTS.iterdir():
        shutil.copy(layout, templates)
    shutil.copy(PHRASES / "en.yaml", templates / "_phrases")
    (templates / "thanks").mkdir()
    (templates / "thanks" / "en.yaml").write_text(GOOD)
    return tmp_path


def write(folder: Path, text: str, name: str = "thanks/en.yaml") -> None:
    path = folder / "templates" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def defects(folder: Path) -> list[str]:
    with pytest.raises(BadPlaybook) as caught:
        read_content(folder, SHOP, ())
    return [str(defect) for defect in caught.value.defects]


def test_good_words_become_content(folder: Path) -> None:
    content = read_content(folder, SHOP, ())

    assert content.templates["thanks"]["en"].subject == "Thank you"


def test_yaml_that_is_none_is_named_with_its_line(folder: Path) -> None:
    write(folder, GOOD + "]\n")

    assert defects(folder)[0].startswith("templates/thanks/en.yaml:10: (file): ")


def test_an_unknown_field_is_named_with_its_line(folder: Path) -> None:
    write(folder, GOOD + "subjekt: x\n")

    assert defects(folder) == ["templates/thanks/en.yaml:10: subjekt: there is no such field; did you mean subject?"]


def test_a_syntax_error_is_named_with_its_line_in_the_text(folder: Path) -> None:
    write(folder, GOOD.replace("sms: Thank you", "sms: |\n  Thank you\n  {% if %}"))

    (defect,) = defects(folder)
    assert defect.startswith("templates/thanks/en.yaml:11: sms: ")


def test_a_misspelt_variable_is_found_also_behind_a_default(folder: Path) -> None:
    write(folder, GOOD.replace("first_name", "frist_name"))

    (defect,) = defects(folder)
    assert "5: paragraphs.0: there is no variable customer.frist_name" in defect


def test_a_greeting_without_a_default_is_refused(folder: Path) -> None:
    write(folder, GOOD.replace(" | default: 'there'", ""))

    (defect,) = defects(folder)
    assert defect.startswith("templates/thanks/en.yaml:5: paragraphs.0: customer.first_name may be absent")


def test_what_only_orders_have_may_be_used_without_a_default(folder: Path) -> None:
    write(folder, GOOD.replace("subject: Thank you", 'subject: "Order {{ order.id }}"'))

    assert read_content(folder, SHOP, ()).templates.keys() == {"thanks"}


def test_what_orders_have_and_what_carts_have_cannot_both_be_used(folder: Path) -> None:
    write(folder, GOOD.replace("subject: Thank you", 'subject: "{{ order.id }} {{ cart.id }}"'))

    assert len(defects(folder)) > 0


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{% for i in (1..99999999) %}x{% endfor %}", "ranges are not allowed"),
        ("{{ 'x' | replace: 'x', 'xxxxxxxxx' }}", "there is no filter replace; there are append"),
        ("{% include 'secrets' %}", "unexpected tag 'include'"),
    ],
)
def test_a_text_that_could_run_for_ever_is_refused(folder: Path, text: str, problem: str) -> None:
    write(folder, GOOD.replace("heading: Thank you", f'heading: "{text}"'))

    assert problem in defects(folder)[0]


def test_a_template_without_the_shops_default_language_is_refused(folder: Path) -> None:
    write(folder, GOOD, "other/es.yaml")
    shutil.copy(PHRASES / "es.yaml", folder / "templates/_phrases")

    assert defects(folder) == ["templates/other:1: (folder): there are no words in the shop's default locale, en"]


def test_a_language_in_which_the_layout_says_nothing_is_refused(folder: Path) -> None:
    write(folder, GOOD, "thanks/es.yaml")

    assert defects(folder) == [
        "templates/thanks/es.yaml:1: (file): there is no templates/_phrases/es.yaml to go with it"
    ]


def test_a_file_that_is_no_language_is_refused(folder: Path) -> None:
    write(folder, GOOD, "thanks/english.yml")

    assert "not a language's words" in defects(folder)[0]


def test_words_in_a_language_that_is_written_otherwise_by_now_are_refused(folder: Path) -> None:
    write(folder, GOOD, "thanks/tl.yaml")
    shutil.copy(folder / "templates/_phrases/en.yaml", folder / "templates/_phrases/tl.yaml")

    assert "templates/thanks/tl.yaml:1: (file): nobody would get it: the language is written fil now" in defects(folder)


def test_liquid_without_quotes_is_named_with_its_line(folder: Path) -> None:
    write(folder, GOOD.replace("preheader: Hello", "preheader: {{ customer.tier }}"))

    assert defects(folder)[0].startswith(
        "templates/thanks/en.yaml:2: preheader: YAML takes the braces for its own: put the text in quotes"
    )


def test_a_button_that_does_not_lead_to_https_is_refused(folder: Path) -> None:
    write(folder, GOOD.replace('"{{ shop.url }}"', "javascript:alert(1)"))

    assert "8: action.url: the link javascript:alert(1) is no https address" in defects(folder)[0]


def test_a_defect_of_the_layout_is_named_with_its_line(folder: Path) -> None:
    write(folder, "<html>\n{{ message.subject }}\n{{ nobody.knows }}{{ unsubscribe_url }}", "_layout.html.liquid")

    assert defects(folder)[0].startswith("templates/_layout.html.liquid:3: (file): there is no variable nobody.knows")


@pytest.mark.parametrize("name", ["_layout.html.liquid", "_layout.txt.liquid"])
def test_a_layout_without_a_link_to_unsubscribe_is_refused(folder: Path, name: str) -> None:
    write(folder, "<html>\n{{ message.subject }}\n", name)

    assert defects(folder)[0].startswith(f"templates/{name}:1: (file): there is no link to unsubscribe")


def test_a_layout_that_is_missing_is_named(folder: Path) -> None:
    (folder / "templates/_layout.txt.liquid").unlink()

    assert "templates/_layout.txt.liquid:1: (file): cannot be read: FileNotFoundError" in defects(folder)


def test_every_defect_is_found_in_one_go(folder: Path) -> None:
    write(folder, GOOD + "extra: 1\n")
    write(folder, GOOD.replace("first_name", "nick"), "other/en.yaml")

    assert len(defects(folder)) == 2


def test_a_link_too_long_for_a_phone_is_named_with_its_line(folder: Path) -> None:
    write(folder, GOOD.replace("{{ shop.url }}", "{{ shop.url }}/" + "a" * 3_900))

    assert defects(folder)[0].startswith("templates/thanks/en.yaml:8: action.url: makes a push of ")


def test_a_template_takes_what_it_does_not_say_from_one_that_it_is_like(folder: Path) -> None:
    write(folder, "like: thanks\nsubject: Other\n", "again/en.yaml")
    write(folder, "like: again\nheading: Once more\n", "thrice/en.yaml")

    templates = read_content(folder, SHOP, ()).templates
    thanks, thrice = templates["thanks"]["en"], templates["thrice"]["en"]
    assert thrice == thanks.model_copy(update={"subject": "Other", "heading": "Once more"})


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("thaks", "there is no templates/thaks/en.yaml; did you mean thanks?"),
        ("again", "it is like itself, or like too many others in a row"),
        ("_phrases", "there is no templates/_phrases/en.yaml"),
    ],
)
def test_a_template_that_is_like_none_is_refused(folder: Path, name: str, problem: str) -> None:
    write(folder, f"subject: Other\nlike: {name}\n", "again/en.yaml")

    assert f"templates/again/en.yaml:2: like: {problem}" in defects(folder)[0]


def test_what_is_wrong_with_what_was_taken_is_told_where_it_was_taken(folder: Path) -> None:
    write(folder, GOOD.replace("first_name | default: 'there'", "first_name"))
    write(folder, "subject: Other\nlike: thanks\n", "again/en.yaml")

    assert [each.partition(": ")[0] for each in defects(folder)] == [
        "templates/again/en.yaml:2",
        "templates/thanks/en.yaml:5",
    ]
