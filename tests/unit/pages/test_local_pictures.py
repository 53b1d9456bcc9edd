"""A mail with the shop's pictures inside it."""

from base64 import b64encode
from pathlib import Path

import pytest

from infra.pages.local_pictures import with_local_pictures

SHOP = "https://shop.example.com"
AT = f"{SHOP}/images/lp.png"
DATA = f"data:image/png;base64,{b64encode(b'a record').decode()}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A playbook's, with one picture; beside the pictures lies what is none of them."""
    (tmp_path / "images/covers").mkdir(parents=True)
    for name in ("images/lp.png", "images/covers/lp.png", "secret.png"):
        (tmp_path / name).write_bytes(b"a record")
    (tmp_path / "images/notes.txt").write_text("not a picture")
    return tmp_path


@pytest.mark.parametrize(
    "page",
    [
        '<img alt="A record" src="{}" width="96">',
        "<img src='{}'>",
        "<img src={}>",
        '<IMG SRC = "{}">',
        '<td background="{}">',
        '<source srcset="{}">',
        "<style>.logo {{ background: url({}) }}</style>",
        "<style>.logo {{ background: url( '{}' ) }}</style>",
        '<div style="background:url(&quot;{}&quot;)">',
    ],
)
def test_a_picture_that_the_folder_has_is_shown_from_it(page: str, folder: Path) -> None:
    assert with_local_pictures(page.format(AT), SHOP, folder) == page.format(DATA)


@pytest.mark.parametrize("address", [f"{SHOP}/images/covers/lp.png", f"{AT}?v=2"])
def test_a_folder_in_the_folder_or_a_version_makes_no_difference(address: str, folder: Path) -> None:
    assert with_local_pictures(f'<img src="{address}">', f"{SHOP}/", folder) == f'<img src="{DATA}">'


@pytest.mark.parametrize(
    "page",
    [
        f'<a href="{AT}">The cover, large</a>',
        f"<p>It is at {AT}</p>",
        f'<img src="{SHOP}/images/absent.png">',
        f'<img src="{SHOP}/images/notes.txt">',
        f'<img src="{SHOP}/images/../secret.png">',
        f'<img src="{SHOP}/images/lp.png.exe">',
        '<img src="https://elsewhere.example.com/images/lp.png">',
        '<img src="https://shop.example.com.evil.example/images/lp.png">',
        '<img src="data:image/gif;base64,R0lGOD">',
    ],
)
def test_everything_else_stays_as_it_is(page: str, folder: Path) -> None:
    assert with_local_pictures(page, SHOP, folder) == page


def test_all_of_a_mails_pictures_are_found(folder: Path) -> None:
    line = '<img src="{0}"><a href="{0}"><img src="{0}"></a>'

    shown = with_local_pictures(line.format(AT), SHOP, folder)

    assert [shown.count(DATA), shown.count(AT)] == [2, 1]


def test_a_picture_that_was_drawn_again_is_shown_as_it_is_now(folder: Path) -> None:
    before = with_local_pictures(f'<img src="{AT}">', SHOP, folder)

    (folder / "images/new.png").write_bytes(b"another record")
    (folder / "images/new.png").replace(folder / "images/lp.png")

    assert before != with_local_pictures(f'<img src="{AT}">', SHOP, folder)
