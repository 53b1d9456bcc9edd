"""Every name is known from the playbook: a typo is refused with the nearest one, wherever it stands."""

from pathlib import Path

import pytest

from infra.publish.judging.kinds import variables
from infra.publish.judging.known import attributes_used
from tandem.content import VARIABLES
from tests.unit.content.judged import MORE_LINE, RULES, defects, folder_of, read

WORDS = "templates/thanks/en.yaml:5: paragraphs.0: "


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{{ customer.frist_name | default: 'x' }}", "customer.frist_name; did you mean customer.first_name?"),
        ("{% for line in lines %}{{ line.nmae }}{% endfor %}", "line.nmae; did you mean line.name?"),
        (
            "{% for line in lines %}{{ line.cover.sleve }}{% endfor %}",
            "line.cover.sleve; did you mean line.cover.sleeve?",
        ),
        ("{% assign all = lines %}{{ all[0].nam }}", "all.0.nam; did you mean all.0.name?"),
        ("{% capture it %}{{ shop.nam }}{% endcapture %}{{ it }}", "shop.nam; did you mean shop.name?"),
        ("{% if customer.tier == 'never' %}{{ lins.size }}{% endif %}x", "lins.size; did you mean lines?"),
        ("{% case customer.tier %}{% when 'never' %}{{ lins }}{% else %}x{% endcase %}", "lins; did you mean lines?"),
        ("{{ 'x' | append: shop.nam }}", "shop.nam; did you mean shop.name?"),
        ("{% if customer.ordrs %}x{% endif %}x", "customer.ordrs; did you mean customer.orders?"),
        ("{% for line in lins %}x{% endfor %}x", "lins; did you mean lines?"),
    ],
)
def test_a_typo_is_refused_with_the_nearest_name(tmp_path: Path, text: str, problem: str) -> None:
    assert defects(folder_of(tmp_path, paragraph=text)) == [f"{WORDS}there is no variable {problem}"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{{ lines }}", "lines is a list"),
        ("{{ customer }}", "customer has parts"),
        ("{{ customer.has_bought | default: true }}", "is yes or no"),
        ("{% if customer.has_bought %}{{ customer.has_bought }}{% endif %}", "is yes or no"),
        ("{{ nil }}", "says nothing"),
        (
            "{% if customer.tier == 'never' %}{{ 'a' | upcas }}{% endif %}x",
            "there is no filter upcas; did you mean upcase?",
        ),
        ("{{ lines | upcase }}", "upcase: a list does not fit"),
        ("{{ shop.name | times: 2 }}", "times: a text does not fit"),
        ("{{ shop.name | money }}", "money: a text does not fit"),
        ("{% for line in shop %}x{% endfor %}", "shop is no list; there are lines, recommendations, tips"),
        ("{% if shop.name > 3 %}x{% endif %}x", "shop.name is a text: only numbers are more or less"),
        ("{{ customer.last_products | default: '' }}", "is a list of strings: only single values can be said"),
        ("{% if customer.tier == 'never' %}{{ customer.first_name }}{% endif %}x", "customer.first_name may be absent"),
        ("{{ customer.orders }}", "customer.orders may be absent"),
        ("{{ cart.url }}", "cart.url may be absent"),
        ("{% if cart.url == blank %}{{ cart.url }}{% endif %}x", "cart.url may be absent"),
        ("{% if cart.url == nil and shop.url == nil %}x{% else %}{{ cart.url }}{% endif %}x", "cart.url may be absent"),
        ("{% if customer.tier == 'low' %}{% assign a = 'x' %}{% endif %}{{ a }}", "a may be absent"),
    ],
)
def test_what_does_not_fit_is_refused_in_branches_too_that_nobody_takes(
    tmp_path: Path, text: str, problem: str
) -> None:
    (found,) = defects(folder_of(tmp_path, paragraph=text))

    assert found.startswith(WORDS)
    assert problem in found


@pytest.mark.parametrize(
    "text",
    [
        "{{ customer.orders | default: 0 | number }} x",
        "{% if customer.orders %}{{ customer.orders }}{% endif %} x",
        "{% if customer.orders and customer.orders > 3 %}x{% endif %} x",
        "{% unless customer.favorite %}x{% else %}{{ customer.favorite }}{% endunless %}",
        "{% if customer.last_order_at %}{{ customer.last_order_at | date: 'short' }}{% endif %} x",
        "Hi{% if customer.first_name != blank %} {{ customer.first_name }}{% endif %}, you",
        "Hi{% unless customer.first_name == nil %} {{ customer.first_name }}{% endunless %}, you",
        "Hi{% if customer.first_name == empty %}{% else %} {{ customer.first_name }}{% endif %}, you",
        "Hi{% if '' == customer.first_name %}{% elsif true %} {{ customer.first_name }}{% endif %}, you",
        "Hi{% if order.total == nil or order.date == nil %}{% else %} {{ order.total }}{% endif %}, you",
        "{{ order.id }}: {% for line in lines %}{{ forloop.index }} {{ line.name }}{% endfor %}",
        "{% assign price = 'x' %}{% if lines.size > 0 %}{% assign price = 'y' %}{% endif %}{{ price }}",
    ],
)
def test_what_is_asked_for_or_has_a_default_may_be_absent(tmp_path: Path, text: str) -> None:
    assert defects(folder_of(tmp_path, paragraph=text), "order") == []


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("<mj-text>{{ message.headin }}</mj-text>", "message.headin; did you mean message.heading?"),
        ("<mj-text>{{ phrases.unsubscrib }}</mj-text>", "phrases.unsubscrib; did you mean phrases.unsubscribe?"),
        ("<mj-text>{% if brand.colour.text %}x{% endif %}x</mj-text>", "brand.colour; did you mean brand.colours?"),
    ],
)
def test_a_designs_typo_is_refused_with_the_designs_own_line(tmp_path: Path, more: str, problem: str) -> None:
    assert defects(folder_of(tmp_path, more=more)) == [
        f"designs/letter.mjml:{MORE_LINE}: (file): there is no variable {problem}"
    ]


def test_a_phrase_that_a_language_lacks_is_named_with_who_says_it(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, more="<mj-text>{{ phrases.regards }}</mj-text>", phrases="regards: Yours\n")
    for name in ("_phrases", "thanks"):
        written = (folder / f"templates/{name}/en.yaml").read_text().replace("regards: Yours\n", "")
        (folder / f"templates/{name}/es.yaml").write_text(written)

    assert defects(folder) == [
        f"templates/_phrases/es.yaml:1: regards: it is missing: designs/letter.mjml:{MORE_LINE} says it"
    ]


def test_a_phrase_that_no_design_says_is_named_with_its_line(tmp_path: Path) -> None:
    assert defects(folder_of(tmp_path, phrases="regards: Yours\n")) == [
        "templates/_phrases/en.yaml:8: regards: no design says it"
    ]


def test_a_line_within_a_text_of_several_lines_is_named(tmp_path: Path) -> None:
    text = "|\n    Hello,\n    {{ shop.name }} and\n    {{ shop.nam }} say"

    assert defects(folder_of(tmp_path, paragraph=text))[0].startswith("templates/thanks/en.yaml:8: paragraphs.0: ")


def test_the_variables_of_the_documents_are_those_that_are_judged() -> None:
    names = variables(RULES, frozenset())

    assert {name.partition(".")[0] for name in VARIABLES} == names.keys()
    for name in VARIABLES:
        root, _, part = name.partition(".")
        assert not part or part in getattr(names[root].kind, "parts", {})


def test_attributes_are_told_of_words_and_designs_together(tmp_path: Path) -> None:
    more = "<mj-text>{% if customer.orders %}{{ customer.orders }}{% endif %}x</mj-text>"
    folder = folder_of(tmp_path, more=more, sms="Hi {{ customer.favorite | default: 'you' }} {{ customer.tier }}")

    assert attributes_used(read(folder)) == {"thanks": ("favorite", "orders")}


def test_of_two_that_look_alike_the_one_that_is_wrong_is_named(tmp_path: Path) -> None:
    text = "|\n    {% assign it = 'x' %}\n    {{ it }}\n    {% assign it = lines %}\n    {{ it }}"

    assert defects(folder_of(tmp_path, paragraph=text))[0].startswith(
        "templates/thanks/en.yaml:9: paragraphs.0: it is a"
    )
