"""What a brand would not sign is refused, with the file and line where it is written."""

from pathlib import Path

import pytest

from tests.unit.content.judged import DESIGN, MORE_LINE, PRODUCTS, defects, folder_of

WORDS = "templates/thanks/en.yaml:5: paragraphs.0: "
MAIL = f"designs/letter.mjml:{MORE_LINE}: (file): "


def test_a_good_template_is_published(tmp_path: Path) -> None:
    assert defects(folder_of(tmp_path, paragraph="Hi {{ customer.first_name | default: 'there' }},")) == []


@pytest.mark.parametrize(
    "text",
    [
        "Hi {{ customer.first_name | default: '' }},",
        "{{ customer.first_name | default: '' }}, your cart",
        "Hola {{ customer.first_name | default: '' }}: x",
        "Bonjour {{ customer.first_name | default: '' }} !",
        "We keep ({{ customer.first_name | default: '' }}) it",
        "We have {{ customer.first_name | default: '' }} records",
        "Hello {% if customer.first_name %}{{ customer.first_name }}{% endif %}, you",
        "Hi {{ customer.first_name | default: ' ' }}, you",
        "{% capture n %}Hi {{ customer.first_name | default: '' }},{% endcapture %}{{ n }} hello",
    ],
)
def test_a_hole_in_a_sentence_is_refused(tmp_path: Path, text: str) -> None:
    (found,) = defects(folder_of(tmp_path, paragraph=text))

    assert found.startswith(f"{WORDS}nothing is said here")


def test_a_hole_that_filters_glued_over_is_refused(tmp_path: Path) -> None:
    text = "{% assign n = customer.first_name | default: '' %}{{ 'Hi ' | append: n | append: ', hello' }}"

    (found,) = defects(folder_of(tmp_path, paragraph=text))
    assert found.startswith(f"{WORDS}nothing is said before , here: “Hi , hello”")


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour{% if customer.first_name %} {{ customer.first_name }}{% endif %} !",
        "Hi{% if customer.first_name %} {{ customer.first_name }}{% endif %}, hello",
        "One. {% if customer.first_name %}{{ customer.first_name }}! {% endif %}Two.",
        "{% assign end = '' %}Hi{{ end }}, hello",
        "« Encore » : merci !",
        "{{ customer.first_name | default: 'You' }}{% if customer.tier == 'high' %} (gold){% endif %}, hello",
        "For {{ customer.first_name | default: 'you' }}{% if more_lines > 0 %} and {{ more_lines }} more{% endif %}!",
        "None of your records is gone, True classics stay , NaN or null",
    ],
)
def test_a_languages_own_spacing_is_no_hole(tmp_path: Path, text: str) -> None:
    assert defects(folder_of(tmp_path, paragraph=text)) == []


def test_a_product_may_be_called_none(tmp_path: Path) -> None:
    named = PRODUCTS[0].model_copy(update={"name": "None"})
    folder = folder_of(tmp_path, more="<mj-text>{% for line in lines %}<p>{{ line.name }}</p>{% endfor %}</mj-text>")

    assert defects(folder, "order", products=(named,)) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Hi {{ customer.first_name | default: 'None' }}", "this prints None"),
        ("Hi {{ customer.first_name | default: 'undefined' }}", "this prints undefined"),
        ("Hi {{ customer.first_name | default: false }}", "this prints false"),
        ("{{ '9e9999' | times: 2 }}", "times: "),
        ("{% raw %}{{ name }}{% endraw %}", "the text has {{"),
    ],
)
def test_what_only_programs_say_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    found = defects(folder_of(tmp_path, paragraph=text))

    assert found[0].startswith(f"{WORDS}{problem}")


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://shop.example.com/", "is no https address"),
        ("{{ shop.url }}/cart/{{ customer.favorite | default: '' }}", "a part of the link is missing"),
        ("{{ shop.url }}//records", "has a hole in its path"),
        ("https://evil.example/", "is on none of the brand's hosts"),
        ("{{ shop.url }}/a?b=", "has a parameter without a value"),
        ("{{ shop.url }}/caf{{ 'é' }}", "has characters that no address has"),
    ],
)
def test_a_button_that_leads_astray_is_refused(tmp_path: Path, url: str, problem: str) -> None:
    found = defects(folder_of(tmp_path, url=url))

    assert found[0].startswith("templates/thanks/en.yaml:9: action.url: ")
    assert problem in found[0]


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ('<mj-text><a href="https://evil.example/">x</a></mj-text>', "is on none of the brand's hosts"),
        ('<mj-text><a href="">x</a></mj-text>', "the link is empty"),
        ('<mj-text><a name="x">x</a></mj-text>', "<a> leads nowhere"),
        ('<mj-text><a href="javascript:alert(1)">x</a></mj-text>', "is no https address"),
        ('<mj-text><a href="mailto:">x</a></mj-text>', "is empty"),
        (
            "<mj-text><a href=\"{{ shop.url }}/x/{{ customer.favorite | default: '' }}\">x</a></mj-text>",
            "a part of the link is missing",
        ),
        ('<mj-text><img src="https://shop.example.com/a.png" width="9" /></mj-text>', "the picture has no alt text"),
        ('<mj-text><img src="https://evil.example/a.png" alt="A" width="9" /></mj-text>', "is on none of the brand's"),
        ('<mj-text><img src="a.png" alt="A" width="9" /></mj-text>', "is no https address"),
        ('<mj-text><img src="https://shop.example.com/a.png" alt="A" /></mj-text>', "the picture has no width"),
        (
            '<mj-text><a href="{{ shop.url }}"><img src="{{ shop.url }}/a.png" alt="" width="9" /></a></mj-text>',
            "the link has no words",
        ),
        ("<mj-text><h1>Again</h1></mj-text>", "more than one <h1>"),
        ("<mj-text><table><tr><td>x</td></tr></table></mj-text>", "<table> is for looks"),
        ("<mj-text><p><div>a</div></p></mj-text>", "no valid HTML"),
        ('<mj-text><p id="a">a</p><p id="a">a</p></mj-text>', "two elements have the id a"),
        ("<mj-text>Hi {{ customer.first_name | default: '' }}, you</mj-text>", "nothing is said here"),
        ("<mj-text>Hi <b>{{ customer.first_name | default: '' }}</b>, you</mj-text>", "nothing is said here"),
    ],
)
def test_what_a_design_must_not_hold_is_refused_with_its_line(tmp_path: Path, more: str, problem: str) -> None:
    found = defects(folder_of(tmp_path, more=more))

    assert any(problem in each for each in found)
    assert all(each.startswith("designs/letter.mjml:") for each in found)


def test_a_mail_without_a_heading_is_refused(tmp_path: Path) -> None:
    design = DESIGN.replace("<h1>", "<p>").replace("</h1>", "</p>")

    assert any("there is no <h1>" in each for each in defects(folder_of(tmp_path, design=design)))


def test_a_mail_without_a_language_is_refused(tmp_path: Path) -> None:
    design = DESIGN.replace(' lang="{{ locale }}"', ' lang=""')

    assert any("<html> has no lang" in each for each in defects(folder_of(tmp_path, design=design)))


def test_a_mail_that_gmail_would_clip_is_refused(tmp_path: Path) -> None:
    more = f"<mj-text>{'<p>Much to say, and all of it matters to us.</p>' * 2_100}</mj-text>"

    (found,) = defects(folder_of(tmp_path, more=more))
    assert "Gmail clips mails of more than 102,000" in found


def test_a_text_part_without_the_buttons_link_is_refused(tmp_path: Path) -> None:
    design = DESIGN.replace(
        '<mj-button href="{{ message.action.url }}">{{ message.action.label }}</mj-button>',
        '<mj-text><a data-text="words" href="{{ message.action.url }}">{{ message.action.label }}</a></mj-text>',
    )

    assert any("the text part lacks the link of button" in each for each in defects(folder_of(tmp_path, design=design)))


def test_what_only_a_cart_without_prices_lacks_is_refused(tmp_path: Path) -> None:
    more = "<mj-text>{% for line in lines %}{{ line.price }}{% endfor %}x</mj-text>"

    assert any("line.price may be absent" in each for each in defects(folder_of(tmp_path, more=more), "cart"))


def test_a_text_message_of_too_many_parts_is_refused(tmp_path: Path) -> None:
    found = defects(folder_of(tmp_path, sms="long " * 400))

    assert found == ["templates/thanks/en.yaml:10: sms: 14 segments, more than 10"]


EVIL = "https://evil.example/a.png"


@pytest.mark.parametrize(
    "outward",
    [
        f'<p style="background:url({EVIL})">x</p>',
        f'<p\nstyle="background:/**/url(&quot;{EVIL}&quot;)">x</p>',
        f'<table role="presentation" background="{EVIL}"><tr><td>x</td></tr></table>',
        f'<img src="https://shop.example.com/a.png" srcset="{EVIL} 2x" alt="A" width="9">',
        f'<map name="m"><area href="{EVIL}" alt="x"></map>',
        f'<p data-x="{EVIL}">x</p>',
        f'<!--[if mso]><a href="{EVIL}">x</a><![endif]-->x',
        f'<!--[if gte mso 9]><v:rect style="width:9px"><v:fill type="frame" src="{EVIL}" /></v:rect><![endif]-->x',
        f'<!--[if (mso)|(IE)]><img src="{EVIL}" alt="" width="9"><![endif]-->x',
        f"<style>p{{background:url({EVIL})}}</style>",
    ],
)
def test_nothing_leads_or_loads_from_elsewhere(tmp_path: Path, outward: str) -> None:
    found = defects(folder_of(tmp_path, more=f"<mj-text>{outward}</mj-text>"))

    assert found
    assert all(each.startswith(MAIL) and "is on none of the brand's hosts" in each for each in found)


@pytest.mark.parametrize("component", ["section", "wrapper", "hero"])
def test_a_picture_behind_words_is_from_the_brands_hosts(tmp_path: Path, component: str) -> None:
    inner = "<mj-text>x</mj-text>"
    inner = inner if component == "hero" else f"<mj-column>{inner}</mj-column>"
    inner = f"<mj-section>{inner}</mj-section>" if component == "wrapper" else inner
    behind = f"\n<mj-{component} {{PICTURE}}>{inner}</mj-{component}>"
    design = DESIGN.replace("<mj-body>", f"<mj-body>{behind}")

    for number, (url, refused) in enumerate(((EVIL, True), ("https://shop.example.com/a.png", False))):
        said = design.replace("{PICTURE}", f'background-url="{url}"')
        found = defects(folder_of(tmp_path / str(number), design=said))
        assert bool(found) is refused
        assert all(each.startswith("designs/letter.mjml:3: ") for each in found)


@pytest.mark.parametrize(
    "markup",
    [
        '<base href="https://shop.example.com/">',
        '<meta http-equiv="refresh" content="0;url=https://shop.example.com/">',
        '<link rel="stylesheet" href="https://shop.example.com/a.css">',
        "<script>x</script>",
        "<iframe></iframe>",
        "<form></form>",
        "<input>",
        "<button>x</button>",
        "<video></video>",
        "<embed>",
        "<object></object>",
        "<svg></svg>",
        '<p onclick="alert(1)">x</p>',
        '<p action="/x">x</p>',
        "<!--[if mso]><form></form><![endif]-->x",
    ],
)
def test_what_has_no_place_in_a_mail_is_refused(tmp_path: Path, markup: str) -> None:
    found = defects(folder_of(tmp_path, more=f"<mj-text>{markup}</mj-text>"))

    assert any(each.startswith(MAIL) and "has no place in a mail" in each for each in found)


@pytest.mark.parametrize(
    ("markup", "problem"),
    [
        ("<style>@import url(https://shop.example.com/a.css);</style>", "styles have @import"),
        ('<p style="width:expression(alert(1))">x</p>', "styles have expression("),
        ("<!--[if mso]><p>Hi {{ customer.first_name | default: '' }}, you</p><![endif]-->x", "nothing is said here"),
    ],
)
def test_styles_and_what_outlook_reads_are_judged(tmp_path: Path, markup: str, problem: str) -> None:
    found = defects(folder_of(tmp_path, more=f"<mj-text>{markup}</mj-text>"))

    assert any(each.startswith(f"{MAIL}{problem}") for each in found)


@pytest.mark.parametrize(
    "markup",
    [
        '<!--[if mso]><table role="presentation" width="100%"><tr><td><![endif]-->x'
        "<!--[if mso]></td></tr></table><![endif]-->",
        '<!--[if gte mso 9]><v:rect fill="true" stroke="f" style="width:9px"><v:fill type="frame"'
        ' src="https://shop.example.com/a.png" /><v:textbox inset="0,0,0,0"><![endif]-->x'
        "<!--[if gte mso 9]></v:textbox></v:rect><![endif]-->",
        "<!--[if !mso]><!--><b>day</b><!--<![endif]-->",
        '<p style="background:url(https://shop.example.com/a.png) no-repeat">x</p>',
        '<a href="https://shop.example.com/" aria-label="Shop"><span style="display:block"></span></a>',
    ],
)
def test_what_mails_are_made_of_is_taken(tmp_path: Path, markup: str) -> None:
    assert defects(folder_of(tmp_path, more=f"<mj-text>{markup}</mj-text>")) == []


@pytest.mark.parametrize(
    ("markup", "problem"),
    [
        ('<a href="{{ shop.url }}"></a>', "the link has no words"),
        ('<a href="{{ shop.url }}"><b>&nbsp;&#8203;</b> </a>', "the link has no words"),
        ("<a href=\"{{ shop.url }}\">{{ customer.first_name | default: '' }}</a>", "the link has no words"),
        ('<img src="{{ shop.url }}/a.png" alt=" " width="9">', "the alt text is blank"),
        (
            '<img src="{{ shop.url }}/a.png" alt="{{ customer.first_name | default: \'\' }}" width="9">',
            "nothing is said in the alt text",
        ),
        (
            '<img src="{{ shop.url }}/a.png" alt="{% if customer.first_name %}Hi{% endif %}" width="9">',
            "nothing is said in the alt text",
        ),
    ],
)
def test_a_link_and_a_picture_say_something(tmp_path: Path, markup: str, problem: str) -> None:
    found = defects(folder_of(tmp_path, more=f"<mj-text>{markup}</mj-text>"))

    assert any(each.startswith(f"{MAIL}{problem}") for each in found)


NAME = "{{ customer.first_name | default: 'x' }}"


@pytest.mark.parametrize(
    "markup",
    [
        f"<p {NAME}>x</p>",
        f'<p title="x" {NAME}="y">x</p>',
        f'<p style="color:{NAME}">x</p>',
        "{% assign colour = customer.first_name | default: 'red' %}<p style=\"color:{{ colour }}\">x</p>",
        "{% capture c %}{{ customer.first_name | default: 'red' }}{% endcapture %}<p style=\"color:{{ c }}\">x</p>",
        "{% if lines.size > 0 %}<p style=\"color:{{ 'a' | append: lines.first.name }}\">x</p>{% endif %}y",
        "<style>p{color:{% for line in lines %}{{ line.name }}{% endfor %}}</style>",
        '<!--[if mso]><p style="color:{{ locale }}">x</p><![endif]-->x',
    ],
)
def test_what_a_customer_could_say_is_not_printed_where_it_would_be_markup(tmp_path: Path, markup: str) -> None:
    found = defects(folder_of(tmp_path, more=f"<mj-text>{markup}</mj-text>"), "order")

    assert any(each.startswith(f"{MAIL}this is printed in ") for each in found)


@pytest.mark.parametrize(
    "markup",
    [
        f'<p title="{NAME}" class="a {{{{ customer.tier }}}}">x</p>',
        "<p style=\"{% if direction == 'rtl' %}text-align:right{% endif %}\">x {{ shop.name }}</p>",
        '<p style="text-align:{{ direction }};width:{{ lines.size | times: 9 }}px">x</p>',
        '<p style="color:{{ brand.colours.text }}">x</p>',
        "{% for line in lines %}<p style=\"color:{{ line.cover.sleeve | default: 'red' }}\">x</p>{% endfor %}",
        "{% assign c = 'red' %}{% if more_lines > 1 %}{% assign c = 'a' %}{% endif %}<p style=\"color:{{ c }}\">x</p>",
    ],
)
def test_what_the_shop_alone_says_may_be_printed_in_styles(tmp_path: Path, markup: str) -> None:
    assert defects(folder_of(tmp_path, more=f"<mj-text>{markup}</mj-text>")) == []
