"""Addresses in words lead to the shop and are whole, in mails, text messages and pushes."""

from pathlib import Path

import pytest

from tests.unit.content.judged import defects, folder_of

WHERE = {"paragraph": "templates/thanks/en.yaml:5: paragraphs.0: ", "sms": "templates/thanks/en.yaml:10: sms: "}


@pytest.mark.parametrize("field", ["paragraph", "sms"])
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("See https://evil.example/x now", "the link https://evil.example/x is on none of the brand's hosts"),
        ("See HTTPS://evil.example/x now", "the link HTTPS://evil.example/x is no https address"),
        ("Visit http://shop.example.com/.", "the link http://shop.example.com/ is no https address"),
        ("See www.evil.example", "the link www.evil.example is no https address"),
        ("See WWW.shop.example.com!", "the link WWW.shop.example.com is no https address"),
        ("See //evil.example/a", "the link //evil.example/a is no https address"),
        ("See ftp://shop.example.com/a", "the link ftp://shop.example.com/a is no https address"),
        ("See {{ 'https:' }}//evil.example", "the link https://evil.example is on none of the brand's hosts"),
    ],
)
def test_an_address_in_words_leads_to_the_shop(tmp_path: Path, field: str, text: str, problem: str) -> None:
    (found,) = defects(folder_of(tmp_path, **{field: text}))

    assert found.startswith(WHERE[field] + problem)


@pytest.mark.parametrize("field", ["paragraph", "sms"])
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{{ cart.url | truncate: 30 }}", "a filter cut or changed the address"),
        ("{{ cart.url | truncate: 12, '' }} x", "a filter cut or changed the address"),
        ("{{ cart.url | upcase }}", "a filter cut or changed the address"),
        ("{{ cart.url | url_encode }}", "a filter cut or changed the address"),
        ("{{ cart.url }}now", "what follows runs into the link"),
        ("{{ cart.url }}へ", "what follows runs into the link"),
        ("{{ cart.url }}/pay", "what follows runs into the link"),
        ("{{ cart.url }}.html", "what follows runs into the link"),
        ("{{ cart.url }}{{ customer.first_name | default: 'x' }}", "what follows runs into the link"),
        ("{{ cart.url | append: 'now' }}", "a filter cut or changed the address"),
        ("now{{ cart.url }}", "a word runs into the link"),
    ],
)
def test_an_address_of_the_shops_is_whole(tmp_path: Path, field: str, text: str, problem: str) -> None:
    found = defects(folder_of(tmp_path, **{field: text}), "cart")

    assert any(each.startswith(WHERE[field] + problem) for each in found)
    assert all(each.startswith(WHERE[field]) for each in found)


def test_a_buttons_address_is_whole(tmp_path: Path) -> None:
    found = defects(folder_of(tmp_path, url="{{ cart.url | truncate: 32, '' }}"), "cart")

    assert any(
        each.startswith("templates/thanks/en.yaml:9: action.url: a filter cut or changed the address") for each in found
    )


@pytest.mark.parametrize("field", ["paragraph", "sms"])
@pytest.mark.parametrize(
    "text",
    [
        "Cart: {{ cart.url }}.",
        "({{ cart.url }}), it waits",
        "«{{ cart.url }}»、カート:{{ cart.url }}。",
        "{{ cart.url }}?step=pay {{ cart.url }}#top",
        "{{ cart.url | append: '?a=1' }}",
        "{{ shop.url }}/records, {{ shop.url | append: '/cart-help' }}",
        "{{ shop.url }}/login?next={{ cart.url | url_encode }}",
        "{{ order.url | default: 'https://shop.example.com/orders' }}",
        "https://shop.example.com/records and/or 24/7",
        "{% capture link %}{{ cart.url }}{% endcapture %}{{ link }}!",
    ],
)
def test_a_whole_address_of_the_shops_may_be_said(tmp_path: Path, field: str, text: str) -> None:
    assert defects(folder_of(tmp_path, **{field: text}), "cart") == []
