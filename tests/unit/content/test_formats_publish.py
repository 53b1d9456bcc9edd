"""What a filter lacks is found when publishing, in branches too that no sample takes."""

from pathlib import Path
from shutil import copy

import pytest

from infra.publish.filters import missing_forms
from infra.publish.templates import read_content
from tandem.content import Phrases
from tandem.errors import BadPlaybook
from tests.unit.sending.builders import SHOP

WORDS = """\
subject: Thank you
preheader: Hello
heading: Thank you
paragraphs:
  - Hello
  - "{% if customer.tier == 'high' %}SAID{% endif %}"
action:
  label: Go
  url: "{{ shop.url }}"
sms: Thank you
"""


def playbook(folder: Path, **said: str) -> Path:
    """A playbook's folder with one template that says something in each of these languages."""
    templates = folder / "templates"
    (templates / "_phrases").mkdir(parents=True)
    (templates / "thanks").mkdir()
    for layout in Path("tests/data/first-layouts").iterdir():
        copy(layout, templates)
    for locale, words in said.items():
        (templates / f"_phrases/{locale}.yaml").write_text("".join(f"{name}: Words\n" for name in Phrases.model_fields))
        (templates / f"thanks/{locale}.yaml").write_text(WORDS.replace("SAID", words))
    return folder


def defects(folder: Path, **said: str) -> list[str]:
    with pytest.raises(BadPlaybook) as caught:
        read_content(playbook(folder, **said), SHOP, ())
    return [str(defect) for defect in caught.value.defects]


def test_a_plural_without_the_forms_of_its_language_is_refused_with_file_and_line(tmp_path: Path) -> None:
    said = "{{ lines.size | plural: one: '# płyta', other: '# płyty' }}"

    assert defects(tmp_path, en=said, pl=said) == [
        "templates/thanks/pl.yaml:6: paragraphs.1: plural lacks few, many: pl needs one, few, many, other"
    ]


def test_a_form_that_no_language_has_is_refused_with_the_nearest(tmp_path: Path) -> None:
    said = "{{ lines.size | plural: one: '#', other: '#', mony: '#' }}"

    assert defects(tmp_path, en=said) == [
        "templates/thanks/en.yaml:6: paragraphs.1: plural: there is no form mony; did you mean many?"
    ]


def test_a_style_that_there_is_not_is_refused_with_the_nearest(tmp_path: Path) -> None:
    said = "{% if order.date %}{{ order.date | date: 'lang' }}{% endif %}"

    assert defects(tmp_path, en=said) == [
        "templates/thanks/en.yaml:6: paragraphs.1: date: there is no style lang; did you mean long?"
    ]


def test_the_offset_of_a_plural_is_told_with_what_it_lacks() -> None:
    text = "{{ 1 | plural: one: '#', other: '#' }}{% assign few = 2 | plural: other: '#' %}"

    assert list(missing_forms(text, "en")) == [(text.rindex("plural"), ("one",))]


def test_what_is_published_has_the_formats_of_the_languages_it_is_written_in(tmp_path: Path) -> None:
    content = read_content(playbook(tmp_path, en="Fine", pl="Fine", tlh="Fine"), SHOP, ())

    assert list(content.formats) == ["en", "pl"]
    assert {"AU", "GB", "IN"} <= content.formats["en"].regions.keys()
