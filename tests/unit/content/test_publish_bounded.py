"""What would run for ever is refused after little work, and named."""

from pathlib import Path

import pytest
from liquid.exceptions import LiquidError

from infra.publish.designs.read import Reader
from tandem.content.bounds import MOST_WORK, WATCH
from tandem.content.liquid import compiled
from tests.unit.content.judged import MORE_LINE, defects, folder_of

LINES = [{"name": str(number)} for number in range(500)]
WORDS = "templates/thanks/en.yaml:5: paragraphs.0: "


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{% if true %}" * 150 + "{% endif %}" * 150, "blocks lie deeper than 20 in each other"),
        ("{{ 'a'" + " | append: 'b'" * 60 + " }}", "more than 20 filters or brackets between braces"),
        ("{{ " + "lines[" * 60 + "0" + "]" * 60 + " }}", "more than 20 filters or brackets between braces"),
        ("{% if " + "true and " * 200 + "true %}x{% endif %}", "more than 1,000 characters between braces"),
        ("{{" * 1_500, "{{ is not closed by }}"),
        ("{%" * 1_500, "{% is not closed by %}"),
        ("{% raw %}" * 300, "raw is not closed by endraw"),
        (
            "{% if " + "a contains 'b' or " * 3 + "a contains 'c' %}x{% endif %}",
            "more than 3 times contains between braces",
        ),
    ],
)
def test_what_is_too_deep_or_too_long_is_refused_before_it_is_parsed(tmp_path: Path, text: str, problem: str) -> None:
    assert defects(folder_of(tmp_path, paragraph=text)) == [f"{WORDS}{problem}"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{% assign a = 'xxxxxxxxxx' %}" + "{% assign a = a | append: a %}" * 40, "append: it makes more than any"),
        ("{% capture a %}xxxxxxxxxx{% endcapture %}" + "{% capture a %}{{a}}{{a}}{% endcapture %}" * 40, "limit"),
        ("{% assign a = 99999 %}" + "{% assign a = a | times: a %}" * 40, "times: it makes more than any"),
    ],
)
def test_what_doubles_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    (found, *_) = defects(folder_of(tmp_path, paragraph=text))

    assert found.startswith(WORDS)
    assert problem in found


def test_loops_together_are_bounded_by_how_often_anything_in_them_is_come_by() -> None:
    wrote = []
    text = "{% for line in lines %}{{ line.name }}{% endfor %}" * 100

    with pytest.raises(LiquidError, match="loops come by more than"):
        compiled(text).render({"lines": LINES, WATCH: lambda node, *_: wrote.append(node)})

    assert 0 < len(wrote) < 2 * MOST_WORK


def test_what_filters_go_through_is_bounded_and_the_filter_is_named() -> None:
    grown = "{% assign x = 'aaaaaaaaaa' %}" + "{% assign x = x | append: x %}" * 9
    chain = "{{ x" + " | url_encode | upcase | downcase" * 6 + " | truncate: 1, '' }}"
    text = f"{grown}{{% for a in lines %}}{{% for b in lines %}}{chain}{{% endfor %}}{{% endfor %}}"

    with pytest.raises(LiquidError, match="the filters of this text go through more than 500,000 characters") as caught:
        compiled(text).render({"lines": LINES[:12]})

    assert caught.value.token is not None
    assert text[caught.value.token.start_index :].startswith(("url_encode", "upcase", "downcase", "truncate"))


def test_filters_that_say_little_are_bounded_in_number() -> None:
    text = "{% for a in lines %}" + "{{ a.name | upcase | downcase | upcase | downcase }}" * 9 + "{% endfor %}"

    with pytest.raises(LiquidError, match="the filters of this text go through"):
        compiled(text).render({"lines": LINES})


def test_an_error_names_the_loop_that_was_too_much() -> None:
    text = "\n\n{% for a in lines %}\n" + "{{ a.name }}" * 300 + "{% endfor %}"

    with pytest.raises(LiquidError) as caught:
        compiled(text).render({"lines": LINES})

    assert caught.value.token is not None
    assert text[caught.value.token.start_index :].startswith("{% for") or caught.value.token.start_index >= 2


def test_partials_that_include_each_other_many_times_are_refused_after_few_of_them(tmp_path: Path) -> None:
    partials = tmp_path / "designs/partials"
    partials.mkdir(parents=True)
    for number in range(5):
        others = (f'<mj-include path="partials/p{other}.mjml" />' for other in range(5) if other != number)
        (partials / f"p{number}.mjml").write_text("".join(others) * 10)
    (tmp_path / "designs/letter.mjml").write_text('<mj-include path="partials/p0.mjml" />')
    reader = Reader(tmp_path)

    reader.read(tmp_path / "designs/letter.mjml")

    (refused,) = (each for each in reader.defects if "more than 200 partials" in each.problem)
    assert refused.file.startswith("designs/partials/p")
    assert len(reader.defects) < 1_000


def test_a_design_is_no_larger_than_all_of_it_may_be(tmp_path: Path) -> None:
    (tmp_path / "designs/partials").mkdir(parents=True)
    (tmp_path / "designs/partials/long.mjml").write_text("x" * 100_000)
    (tmp_path / "designs/letter.mjml").write_text('<mj-include path="partials/long.mjml" />' * 50)
    reader = Reader(tmp_path)

    assert len(reader.read(tmp_path / "designs/letter.mjml").text) <= 300_000
    assert [str(each) for each in reader.defects] == [
        "designs/partials/long.mjml:1: (file): is too large: at most 300,000 characters fit"
    ]


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("<!--" * 60_000, "<!-- is not closed by -->"),
        ("{% comment %}" * 20_000, "{% comment is not closed by endcomment"),
        ("{{" * 100_000, "more than 1,000 characters between braces"),
        ("{% if true %}" * 10_000 + "{% endif %}" * 10_000, "blocks lie deeper than 20 in each other"),
        ("{% if true %}{% endif %}" * 5_000, "more than 3,000 things in braces"),
    ],
)
def test_a_design_that_would_be_read_for_ever_is_refused_at_its_line(tmp_path: Path, more: str, problem: str) -> None:
    found = defects(folder_of(tmp_path, more=more))

    assert f"designs/letter.mjml:{MORE_LINE}: (file): {problem}" in found
