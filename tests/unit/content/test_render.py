from dataclasses import replace
from decimal import Decimal

import pytest

from tandem.content import Action, Content, Mail, Sms, Template, render
from tandem.content.items import Items
from tandem.content.locale import PLAIN
from tandem.content.money import money_text
from tandem.content.variables import variables
from tandem.errors import RenderError
from tandem.events import Line
from tandem.playbook import Product
from tests.unit.sending.builders import a_content, a_send, a_template, a_text


def mail(content: Content, **changes: object) -> Mail:
    message = render(content, a_send(**changes))
    assert isinstance(message, Mail)
    return message


def saying(*paragraphs: str) -> Content:
    return a_content(thanks=a_template(paragraphs=paragraphs))


def said(paragraph: str, **changes: object) -> str:
    return mail(saying(paragraph), **changes).text.splitlines()[0]


def test_a_mail_has_the_customers_name_her_lines_and_a_link() -> None:
    message = mail(a_content())

    assert message.subject == "Thank you, Ana"
    assert "<li>2 Blue Tape</li>" in message.html
    assert message.text.endswith("https://shop.example.com/new\n")


@pytest.mark.parametrize("name", ["", " ", "\x00", "\u202e", "\u3164"])
def test_a_customer_without_a_name_is_greeted_by_the_default(name: str) -> None:
    message = mail(a_content(), first_name=name)

    assert message.subject == "Thank you, music lover"
    assert "Hi there," in message.text


def test_a_greeting_without_a_default_refuses_the_send_rather_than_greet_nobody() -> None:
    with pytest.raises(RenderError, match="first_name is undefined"):
        mail(saying("Hi {{ customer.first_name }},"), first_name="")


def test_template_code_in_a_name_prints_as_text() -> None:
    message = mail(a_content(), first_name="{{ 6 | times: 7 }}{% if %}")

    assert "Hi {{ 6 | times: 7 }}{% if %}," in message.text


def test_html_in_a_name_prints_as_text() -> None:
    message = mail(a_content(), first_name="<img src=x onerror=alert(1)>", lines=(Line("?", 1, "<b>&"),))

    assert "<img" not in message.html
    assert "&lt;img src=x" in message.html
    assert "&lt;b&gt;&amp;" in message.html
    assert "<img src=x" in message.text


def test_a_name_of_ten_kilobytes_leaves_the_greeting_short() -> None:
    assert len(mail(a_content(), first_name="Ana " * 2_500).subject) < 60


def test_an_undefined_variable_refuses_the_send_and_names_the_field() -> None:
    with pytest.raises(RenderError) as caught:
        mail(saying("Fine.", "{{ customer.nickname }}"))

    assert caught.value.reason.startswith("paragraphs.1: ")


@pytest.mark.parametrize("field", ["subject", "heading", "preheader"])
def test_a_text_that_comes_out_empty_refuses_the_send(field: str) -> None:
    content = a_content(thanks=a_template(**{field: "{% if customer.tier == 'x' %}!{% endif %}"}))

    with pytest.raises(RenderError, match="nothing to say"):
        mail(content)


def test_a_paragraph_that_comes_out_empty_is_left_out() -> None:
    assert mail(saying("{% if customer.tier == 'x' %}!{% endif %}", "Hello.")).text.startswith("Hello.")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://shop.example.com", 'https://a"b', "https://a b"])
def test_a_button_that_leads_nowhere_safe_refuses_the_send(url: str) -> None:
    content = a_content(thanks=a_template(action=Action(label="Go", url=url)))

    with pytest.raises(RenderError, match="not an https address"):
        mail(content)


def test_a_loop_without_end_is_stopped() -> None:
    nested = "{% for a in lines %}" * 4 + "x" + "{% endfor %}" * 4

    with pytest.raises(RenderError, match="loop iteration limit"):
        mail(saying(nested), lines=tuple(Line(str(number), 1, "x") for number in range(12)))


@pytest.mark.parametrize(
    "source",
    ["{{ (1..99999999) | size }}", "{% for i in (1..9) %}{% endfor %}", "{% if (1..9) == (1..8) %}{% endif %}"],
)
def test_ranges_are_no_part_of_the_language(source: str) -> None:
    with pytest.raises(RenderError, match="ranges are not allowed"):
        mail(saying(source))


@pytest.mark.parametrize("filter_", ["replace: 'a', 'b'", "split: ''", "safe"])
def test_filters_that_grow_or_escape_are_no_part_of_the_language(filter_: str) -> None:
    with pytest.raises(RenderError, match="unknown filter"):
        mail(saying("{{ 'a' | " + filter_ + " }}"))


def test_a_line_takes_its_name_from_the_event_then_the_product() -> None:
    lines = (Line("lp-1", 1, "Their name"), Line("lp-1", 1), Line("unknown-7", 1))

    assert said("{% for line in lines %}[{{ line.name }}]{% endfor %}", lines=lines) == "[Their name][Blue Tape]"


def test_a_product_price_is_not_shown_in_another_currency() -> None:
    line = "{% for line in lines %}{{ line.price | default: 'none' }}{% endfor %}"

    assert said(line, lines=(Line("lp-1", 1),)) == "$24.00"
    assert said(line, lines=(Line("lp-1", 1),), currency="EUR") == "none"


def test_only_twelve_lines_are_shown_and_the_others_counted() -> None:
    lines = tuple(Line(str(number), 1, "x") for number in range(30))

    assert said("{{ lines.size }} and {{ more_lines }}", lines=lines) == "12 and 18"


def test_a_recommended_product_that_was_bought_or_is_gone_is_not_recommended() -> None:
    text = "{% for item in recommendations %}{{ item.name }} {{ item.price }} {{ item.url }}{% endfor %}"

    assert said(text, recommended=("lp-1", "brush", "gone")) == ("Record brush $9.50 https://shop.example.com/brush")


def test_tips_are_those_of_the_products_that_were_bought() -> None:
    assert said("{% for item in tips %}{{ item.tip }}{% endfor %}") == "Keep it upright."


def test_a_carts_address_is_quoted() -> None:
    assert said("{{ cart.url }}", cart_id='a/b"c d') == "https://shop.example.com/cart/a%2Fb%22c%20d"


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(0, "USD", "$0.00"), (123456, "USD", "$1,234.56"), (1200, "JPY", "JPY 1,200"), (1500, "KWD", "KWD 1.500")],
)
def test_money_has_the_decimals_of_its_currency(minor: int, currency: str, text: str) -> None:
    assert money_text(minor, currency) == text


def test_a_text_message_counts_its_segments() -> None:
    plain, accented = render(a_content(), a_text()), render(a_content(), a_text(first_name="María 🎷"))

    assert plain == Sms("Hi Ana, thank you! https://shop.example.com/new", 1)
    assert isinstance(accented, Sms)
    assert accented.segments == 1


def test_a_text_message_longer_than_carriers_take_refuses_the_send() -> None:
    content = a_content(thanks=a_template(sms="{% for line in lines %}{{ line.name }}{% endfor %}"))
    lines = tuple(Line(str(number), 1, "🎷" * 100) for number in range(12))

    with pytest.raises(RenderError, match="segments"):
        render(content, a_text(lines=lines))


def test_a_template_says_its_own_heading_over_its_lines() -> None:
    content = a_content(thanks=Template.model_validate({**a_template().model_dump(), "lines_heading": "In your cart"}))
    framed = content.model_copy(
        update={"layouts": content.layouts.model_copy(update={"text": "{{ phrases.lines_heading }}"})}
    )

    assert mail(framed).text == "In your cart\n"


def test_the_same_send_renders_the_same_message() -> None:
    assert render(a_content(), a_send()) == render(a_content(), replace(a_send()))


def test_a_line_of_which_nothing_can_be_said_is_left_out() -> None:
    message = mail(a_content(), lines=(Line("\u202e", 1), Line("lp", 1, "Harbor")))

    assert message.html.count("<li>") == 1
    assert "Harbor" in message.html


def test_an_order_whose_id_cannot_be_seen_is_said_as_in_addresses() -> None:
    send = a_send(order_id="\u3164")

    assert variables(a_content(), send, "en")["order"]["id"] == "%E3%85%A4"


def test_links_in_a_products_name_are_not_said() -> None:
    message = mail(a_content(), lines=(Line("lp", 1, "Win at https://evil.example/now or www.evil.example"),))

    assert "evil.example" not in message.text + message.html
    assert "1 Win at or<" in message.html


def test_a_name_that_is_cut_keeps_a_text_message_in_gsm7() -> None:
    content = a_content(thanks=a_template(sms="Hi {{ customer.first_name | default: 'you' }}"))

    message = render(content, a_text(first_name="A" * 100))
    assert isinstance(message, Sms)
    assert (message.text[-4:], message.segments) == ("A...", 1)


def test_a_product_is_called_as_its_language_calls_it() -> None:
    brush = Product(id="brush", name="Record brush", names={"es": "Cepillo"}, price=Decimal(16))
    content = a_content().model_copy(update={"products": (brush,)})
    told, untold = Line("brush", 1, "RB-100 Record brush"), Line("brush", 1)

    assert [Items(content, "es-MX", PLAIN).line(each, "USD")["name"] for each in (told, untold)] == ["Cepillo"] * 2
    assert Items(content, "es", PLAIN).product(brush)["name"] == "Cepillo"
    assert [Items(content, "en", PLAIN).line(each, "USD")["name"] for each in (told, untold)] == [
        "RB-100 Record brush",
        "Record brush",
    ]


def test_an_id_is_no_name() -> None:
    message = mail(a_content(), lines=(Line("sku-4711", 1), Line("lp", 1, "Harbor")))

    assert "sku-4711" not in message.html + message.text
    assert "Harbor" in message.html
