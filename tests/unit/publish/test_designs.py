"""Liquid inside MJML: what becomes of a design, and what is refused."""

from pathlib import Path
from typing import Any

import pytest

from infra.publish.designs import Located, Made, compile_design, read_designs
from tandem.content import Brand, brand_of
from tandem.content.liquid import compiled
from tandem.errors import Defect
from tests.unit.content.judged import defects, folder_of
from tests.unit.sending.builders import SHOP

BRAND = {"colours": {"accent": "#b8481a"}, "logo": {"width": 168}}
FRAME = """\
<mjml lang="{{ locale }}">
  <mj-head><mj-title>{{ message.subject }}</mj-title></mj-head>
  <mj-body>
    <mj-section><mj-column>
BODY
    </mj-column></mj-section>
  </mj-body>
</mjml>
"""
FIRST = 5  # the line of BODY


def made(body: str, brand: dict[str, Any] | None = None) -> Made:
    defects: list[Defect] = []
    found = compile_design(Located.of_file("designs/x.mjml", FRAME.replace("BODY", body)), brand or BRAND, defects)
    assert found, defects
    return found


def defects_of(body: str) -> list[tuple[int, str]]:
    defects: list[Defect] = []
    assert compile_design(Located.of_file("designs/x.mjml", FRAME.replace("BODY", body)), BRAND, defects) is None
    return [(each.line, each.problem) for each in defects]


def filled(source: str, **values: Any) -> str:
    return compiled(source).render(locale="en", message={"subject": "s"}, **values)


def test_liquid_is_kept_where_it_stands() -> None:
    design = made('<mj-text>{% if lines.size < 2 %}one{% endif %}</mj-text><mj-button href="{{ url }}">Go</mj-button>')

    assert "{% if lines.size < 2 %}one{% endif %}" in design.html
    assert 'href="{{ url }}"' in design.html
    assert '<html lang="{{ locale }}"' in design.html


def test_what_stands_in_a_loop_between_components_is_repeated() -> None:
    design = made("{% for line in lines %}\n<mj-text><p>{{ line.name }}</p></mj-text>\n{% endfor %}")

    html = filled(design.html, lines=[{"name": "Harbor"}, {"name": "Glass"}])
    assert html.count("<tr") == filled(design.html, lines=[{"name": "Harbor"}]).count("<tr") + 1
    assert filled(design.text, lines=[{"name": "Harbor"}, {"name": "Glass"}]) == "\n\nHarbor\n\nGlass\n"


def test_sections_within_a_wrapper_may_be_left_out() -> None:
    source = """<mjml><mj-body><mj-wrapper>
      <mj-section><mj-column><mj-text>before</mj-text></mj-column></mj-section>
      {% if more %}<mj-section><mj-column><mj-text>more</mj-text></mj-column></mj-section>{% endif %}
      <mj-section><mj-column><mj-text>after</mj-text></mj-column></mj-section>
    </mj-wrapper></mj-body></mjml>"""
    found = compile_design(Located.of_file("designs/x.mjml", source), BRAND, [])
    assert found

    without, whole = (filled(found.html, more=more) for more in (False, True))
    assert ("more" in without, "more" in whole) == (False, True)
    for html in (without, whole):  # what Outlook reads stays whole, too
        assert html.count("<!--[if") == html.count("<![endif]-->")
        assert html.count("<table") == html.count("</table>")
        assert html.count("<td") == html.count("</td>")
    assert filled(found.text, more=False).split() == ["before", "after"]
    assert filled(found.text, more=True).split() == ["before", "more", "after"]


def test_the_brands_values_are_filled_in_when_it_is_compiled() -> None:
    design = made('<mj-button background-color="{{ brand.colours.accent }}" href="{{ url }}">Go</mj-button>')

    assert "background:#b8481a" in design.html
    assert "brand." not in design.html


def test_a_value_that_the_brand_has_not_is_named_with_its_line() -> None:
    assert defects_of('\n<mj-text color="{{ brand.colours.acent }}">x</mj-text>') == [
        (FIRST + 1, "brand.colours.acent is undefined")
    ]


def test_no_font_is_loaded_from_elsewhere() -> None:
    assert "fonts.googleapis.com" not in made('<mj-text font-family="Roboto, Open Sans, sans-serif">x</mj-text>').html


def test_comments_are_left_out() -> None:
    assert "secret" not in made("<!-- secret {{ nobody.knows }} --><mj-text>x</mj-text>").html


def test_what_outlook_alone_reads_or_does_not_is_kept() -> None:
    design = made("<mj-text><!--[if !mso]><!--><b>day</b><!--<![endif]--><!--[if mso]><i>o</i><![endif]--></mj-text>")

    assert "<!--[if !mso]><!--><b>day</b><!--<![endif]--><!--[if mso]><i>o</i><![endif]-->" in design.html
    assert design.text == "day\n"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("\n<mj-txt>x</mj-txt>", "there is no <mj-txt>; did you mean mj-text?"),
        ('\n<mj-text colour="red">x</mj-text>', "<mj-text> has no attribute colour; did you mean color?"),
        ("\n<mj-section></mj-section>", "<mj-section> may lie in <mj-body> or <mj-wrapper>, not in <mj-column>"),
        ("\nHello", "text in <mj-column>: 'Hello' has to stand in <mj-text>, <mj-table> or <mj-raw>"),
        ("\n<mj-text>x", "<mj-text> is not closed"),
        ("\n</mj-text>", "</mj-text> closes nothing"),
        ('\n<mj-image src="https://x.example/y.png" />', "the picture has no alt text"),
        ("\n<mj-text>{% if %}</mj-text>", "missing expression"),
        ("\n<mj-social>{% if a %}{% endif %}</mj-social>", "Liquid cannot stand in <mj-social>"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(body: str, problem: str) -> None:
    [(line, told), *others] = defects_of(body)

    assert (line, told[: len(problem)], others) == (FIRST + 1, problem, [])


def test_a_components_end_that_lacks_is_told_of_where_it_begins() -> None:
    source = "<mjml>\n<mj-body>\n<mj-section>\n<mj-column>\n</mj-section>\n</mj-body>\n</mjml>"
    defects: list[Defect] = []

    assert compile_design(Located.of_file("designs/x.mjml", source), BRAND, defects) is None
    assert [(each.line, each.problem) for each in defects] == [(4, "<mj-column> is not closed")]


def test_an_error_of_what_is_sent_is_found_again_in_the_source() -> None:
    design = made("<mj-text>a</mj-text>\n\n<mj-text>{{ nobody }}</mj-text>")

    assert design.html_places.at(design.html.index("{{ nobody")) == ("designs/x.mjml", FIRST + 2)
    assert design.text_places.at(design.text.index("{{ nobody")) == ("designs/x.mjml", FIRST + 2)


# The text part


def test_the_text_part_has_headings_paragraphs_links_and_rows_on_lines_of_their_own() -> None:
    design = made(
        "<mj-text><h1>{{ heading }}</h1><p>One &amp; two</p><p>Three <b>four</b>,<br>five</p></mj-text>"
        "<mj-table><tr><td>Name</td><td>2</td></tr><tr><td>Other</td><td>1</td></tr></mj-table>"
        '<mj-button href="{{ url }}">Back to it</mj-button>'
    )

    text = filled(design.text, heading="Hello", url="https://shop.example.com/")
    assert text == (
        "Hello\n\nOne & two\n\nThree four,\nfive\n\nName 2\nOther 1\nBack to it: https://shop.example.com/\n"
    )


def test_the_text_part_says_what_is_seen_on_pictures_and_leaves_out_what_is_hidden() -> None:
    design = made(
        '<mj-text><img src="https://x.example/a.png" alt="Needle and Groove">'
        '<img src="https://x.example/b.png" alt=""><span style="display:none">hidden</span>'
        '<i data-text="none">ornament</i><a href="https://x.example/" data-text="words">a shop</a></mj-text>'
    )

    assert design.text == "Needle and Groove a shop\n"
    assert "data-text" not in design.html


def test_a_link_that_says_its_address_says_it_once() -> None:
    assert made('<mj-text><a href="{{ u }}">{{ u }}</a></mj-text>').text == "{{ u }}\n"


@pytest.mark.parametrize(
    ("after", "text"),
    [
        ("へどうぞ", "x: {{ u }} へどうぞ"),
        ("-page", "x: {{ u }} -page"),
        ("»", "x: {{ u }} »"),
        (" now", "x: {{ u }} now"),
        (". Then", "x: {{ u }}. Then"),
        ("{{ v }}", "x: {{ u }} {{ v }}"),
    ],
)
def test_an_address_is_not_run_into_by_what_follows(after: str, text: str) -> None:
    assert made(f'<mj-text><p><a href="{{{{ u }}}}">x</a>{after}</p></mj-text>').text == f"{text}\n"


def test_a_link_around_a_picture_that_says_nothing_is_left_out() -> None:
    design = made(
        '<mj-text><a href="{{ u }}">{% if image %}<img src="{{ image }}" alt="">{% endif %}</a><p>x</p></mj-text>'
    )

    assert filled(design.text, u="https://x.example/", image="https://x.example/a.png").strip() == "x"


def test_a_part_that_is_left_out_leaves_no_gap_in_the_text() -> None:
    design = made("<mj-text><p>a</p>{% if b %}<p>b</p>{% else %}<p>c</p>{% endif %}<p>d</p></mj-text>")

    assert filled(design.text, b=True) == "a\n\nb\n\nd\n"
    assert filled(design.text, b=False) == "a\n\nc\n\nd\n"


# A folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "designs/partials").mkdir(parents=True)
    (tmp_path / "designs/letter.mjml").write_text(
        FRAME.replace("BODY", '<mj-include path="partials/end.mjml" />\n<mj-text>{{ message.heading }}</mj-text>')
    )
    (tmp_path / "designs/partials/end.mjml").write_text(
        "<mj-text>\n{% if unsubscribe_url != '' %}<a href=\"{{ unsubscribe_url }}\">{{ phrases.unsubscribe }}</a>"
        "{% endif %}</mj-text>\n"
    )
    return tmp_path


def read(folder: Path, brand: Brand | None = None) -> list[str]:
    defects: list[Defect] = []
    read_designs(folder, brand or brand_of(SHOP), defects)
    return [str(each) for each in defects]


def test_a_partial_is_put_in(folder: Path) -> None:
    defects: list[Defect] = []
    designs = read_designs(folder, brand_of(SHOP), defects)

    assert defects == []
    assert "{{ phrases.unsubscribe }}" in designs.standard.html
    assert "{{ phrases.unsubscribe }}: {{ unsubscribe_url }}" in designs.standard.text


def test_what_is_wrong_in_a_partial_is_named_with_its_own_line(folder: Path) -> None:
    (folder / "designs/partials/end.mjml").write_text("<mj-text>{{ unsubscribe_url }}\n{% if %}x{% endif %}</mj-text>")

    assert read(folder)[0].startswith("designs/partials/end.mjml:2: ")


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("partials/ned.mjml", "mj-include: there is no designs/partials/ned.mjml; there are partials/end.mjml"),
        ("../secrets.mjml", "mj-include: ../secrets.mjml is not in the folder designs"),
        ("", "mj-include: it has no path"),
    ],
)
def test_a_partial_that_is_not_there_is_named_where_it_is_asked_for(folder: Path, path: str, problem: str) -> None:
    letter = folder / "designs/letter.mjml"
    letter.write_text(letter.read_text().replace("partials/end.mjml", path))

    assert read(folder)[0].startswith(f"designs/letter.mjml:{FIRST}: (file): {problem}")


@pytest.mark.parametrize("around", ["<!-- {} -->", "{{% comment %}}\n{}{{% endcomment %}}"])
def test_a_partial_that_is_commented_out_is_not_put_in(folder: Path, around: str) -> None:
    letter = folder / "designs/letter.mjml"
    include = '<mj-include path="partials/nope.mjml" />'
    letter.write_text(letter.read_text().replace("<mj-include", f"{around.format(include)}\n<mj-include", 1))

    assert read(folder) == []


def test_a_partial_that_outlook_alone_reads_is_put_in(folder: Path) -> None:
    letter = folder / "designs/letter.mjml"
    include = '<mj-include path="partials/nope.mjml" />'
    letter.write_text(letter.read_text().replace("<mj-include", f"<!--[if mso]>{include}<![endif]-->\n<mj-include", 1))

    assert read(folder)[0].startswith(
        f"designs/letter.mjml:{FIRST}: (file): mj-include: there is no designs/partials/nope"
    )


def test_tags_that_lie_too_deep_are_refused_before_the_compiler_sees_them() -> None:
    deep = f"<mj-text>\n{'<div>' * 20_000}x{'</div>' * 20_000}</mj-text>"

    assert defects_of(deep) == [(FIRST + 1, "<div> lies too deep: at most 100 tags may lie in each other")]
    assert made(f"<mj-text>{'<div>' * 90}x<br>{'<br>' * 200}{'</div>' * 90}</mj-text>")


def test_a_partial_that_includes_itself_is_refused(folder: Path) -> None:
    (folder / "designs/partials/end.mjml").write_text('<mj-include path="partials/end.mjml" />')

    assert read(folder)[0].startswith(
        "designs/partials/end.mjml:1: (file): mj-include: partials/end.mjml includes itself"
    )


def test_a_design_without_a_link_to_unsubscribe_is_refused(folder: Path) -> None:
    (folder / "designs/partials/end.mjml").write_text("<mj-text>bye</mj-text>")

    assert "designs/letter.mjml:1: (file): there is no link to unsubscribe" in read(folder)[0]


def test_a_folder_without_the_standard_design_is_refused(folder: Path) -> None:
    (folder / "designs/letter.mjml").rename(folder / "designs/card.mjml")

    assert read(folder) == ["designs:1: (folder): there is no letter.mjml, the design of templates that name none"]


@pytest.mark.parametrize(
    ("literal", "compiled_to"),
    [
        ('<mj-text><p>a</p>\n<a title="a > b" href="https://shop.example.com/">x</a></mj-text>', "<a title"),
        ("<mj-text>{{ shop.name }}\n<img></mj-text>", "<img"),
        ('\n<mj-button href="https://shop.example.com/b">x</mj-button>', '<a href="https://shop.example.com/b"'),
        ('\n<mj-image src="https://shop.example.com/i.png" alt="x" />', "<img"),
        ("<mj-text>a<!--[if mso]>\n<b>b</b><![endif]--></mj-text>", "<b>"),
        ('<mj-text>a\n<a class="x" href="{{ shop.url }}">x</a></mj-text>', "<a class"),
    ],
)
def test_markup_without_liquid_is_found_again_in_the_source(literal: str, compiled_to: str) -> None:
    design = made(literal)

    assert design.html_places.at(design.html.index(compiled_to)) == ("designs/x.mjml", FIRST + 1)
    assert "data-lq" not in design.html


def test_words_that_look_like_what_stands_for_liquid_mean_themselves() -> None:
    design = made("<mj-text>{{ a }} lq00000q lq99999q</mj-text>\n")

    assert "{{ a }} lq00000q lq99999q" in design.html
    assert design.text == "{{ a }} lq00000q lq99999q\n"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("\n<p>x<p>y", "<p> is not closed"),
        ("\n<a href=https://shop.example.com/>x</a>", 'the value of href stands in no quotes: write href="…"'),
        ("\na < b", "< begins no tag: write &lt;"),
        ("\nx</b>", "</b> closes nothing"),
        ("\n<p{% if x %} dir='rtl'{% endif %}>x</p>", "Liquid may stand within the quotes of a value alone"),
        ("\n<p class='a'", "<p… is not closed by >"),
        ("\n<!--[if mso]><p><![endif]--><div><p>{{ x }}</div>", "<p> is not closed"),
    ],
)
def test_html_that_cannot_be_read_is_named_with_its_line(words: str, problem: str) -> None:
    body = f"<mj-text><p>fine</p></mj-text>\n<mj-text>{words}</mj-text>\n<mj-button href='x'>fine</mj-button>"

    ((line, told),) = defects_of(body)
    assert (line, told[: len(problem)]) == (FIRST + 2, problem)


def test_nobody_is_blamed_for_a_design_that_is_there_and_cannot_be_read(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, phrases="regards: Yours\n")
    (folder / "designs/other.mjml").write_text("<mjml>\n<mj-body>\n{{ phrases.regards\n</mj-body></mjml>")
    words = folder / "templates/thanks/en.yaml"
    words.write_text(words.read_text() + "design: other\n")

    assert [each.partition(": ")[0] for each in defects(folder)] == ["designs/other.mjml:3"]
