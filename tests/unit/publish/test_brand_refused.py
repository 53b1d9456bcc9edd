"""What is wrong with a brand, its pictures and phrases is told where it is written, in words, and nothing else is."""

from pathlib import Path

import pytest

from tests.unit.publish.folders import defects_of, folder_with

HOST = "brand.yaml:38: hosts.0: write a host such as shop.example.com"
HOSTS = "hosts: [shop.example.com]"


def changed(root: Path, file: str, old: str, new: str) -> Path:
    folder = folder_with(root)
    path = folder / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    return folder


def told(folder: Path) -> list[str]:
    return [str(each) for each in defects_of(folder)]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (HOSTS, "hosts: [https://shop.example.com]", HOST),
        (HOSTS, "hosts: [Shop.Example.com]", HOST),
        (HOSTS, "hosts: [münchen.de]", HOST),
        ('line: "#e5dbcc"', "line: red", "brand.yaml:16: colours.line: write a colour such as"),
        ("source: needle-and-groove", 'source: "a&b"', "brand.yaml:44: utm.source: write letters, digits"),
        ("currency: USD", "currency: usd", "brand.yaml:47: sms.currency: write a currency's three letters"),
        ("cart: /cart/{cart_id}", "cart: cart/{cart_id}", "brand.yaml:41: links.cart: write a path of the shop"),
        ("alt: Needle & Groove", 'alt: " "', "brand.yaml:6: logo.alt: it is blank"),
        (
            "heading: Georgia, 'Times New Roman', serif",
            "heading: 'x; } body { display: none } a {'",
            "brand.yaml:32: fonts.heading: ; has no place in a list of fonts",
        ),
    ],
)
def test_a_slip_in_a_brand_is_told_once_and_in_words(tmp_path: Path, old: str, new: str, problem: str) -> None:
    (found,) = told(changed(tmp_path, "brand.yaml", old, new))

    assert found.startswith(problem)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("image: /images/logo.png", "image: https://shop.example.com/images/logo.png"),
        ("  dark: /images/logo-dark.png", "  # no other at night"),
    ],
)
def test_a_logo_may_be_an_address_and_need_not_have_a_dark_one(tmp_path: Path, old: str, new: str) -> None:
    assert told(changed(tmp_path, "brand.yaml", old, new)) == []


def test_a_logo_from_another_host_is_told_in_the_brand(tmp_path: Path) -> None:
    (found,) = told(changed(tmp_path, "brand.yaml", "image: /images/logo.png", "image: https://evil.example/a.png"))

    assert found.startswith("brand.yaml:4: logo.image: the picture https://evil.example/a.png is on none of")


@pytest.mark.parametrize(("host", "refused"), [("evil.example", True), ("shop.example.com", False)])
def test_a_products_picture_is_from_a_host_of_the_brands(tmp_path: Path, host: str, refused: bool) -> None:
    product = f"products:\n  - id: lp\n    name: Harbor\n    price: 9\n    image: https://{host}/a.png\n"
    found = told(changed(tmp_path, "products.yaml", "products: []\n", product))

    assert bool(found) is refused
    assert all(each.startswith("products.yaml:5: products.0.image: the picture https://evil") for each in found)


def test_a_phrase_that_is_mistyped_is_told_of_alone(tmp_path: Path) -> None:
    found = told(changed(tmp_path, "templates/_phrases/en.yaml", "\nmore:", "\nmroe:"))

    assert {each.partition(": ")[0].partition(":")[0] for each in found} == {"templates/_phrases/en.yaml"}
    assert sorted(each.split(": ")[1] for each in found) == ["more", "mroe"]


def test_phrases_that_cannot_be_read_are_told_of_alone(tmp_path: Path) -> None:
    (found,) = told(changed(tmp_path, "templates/_phrases/en.yaml", "\nmore:", "\nmore]:["))

    assert found.startswith("templates/_phrases/en.yaml:")
