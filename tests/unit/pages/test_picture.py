"""The README's picture: three mails side by side."""

from pathlib import Path

import pytest

from infra.pages.browser import find_browser
from infra.pages.picture import three_mails
from tests.unit.pages.reports import mail

MAILS = tuple(mail(f"m-{tier}", tier) for tier in ("low", "medium", "high"))


def test_the_page_has_the_three_mails_under_their_tiers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    page = three_mails(MAILS, tmp_path / "mails").html.read_text(encoding="utf-8")

    assert [page.count("<iframe"), page.index(">low<") < page.index(">medium<") < page.index(">high<")] == [3, True]


def test_without_a_browser_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    made = three_mails(MAILS, tmp_path / "mails.png")

    assert made.png is None
    assert made.note.startswith("No picture: no browser on PATH (chromium")


@pytest.mark.skipif(not find_browser(), reason="no browser on PATH")
def test_with_a_browser_the_picture_is_1600_pixels_wide_and_the_same_again(tmp_path: Path) -> None:
    made = [three_mails(MAILS, tmp_path / name).png for name in ("once", "again")]
    pictures = [png.read_bytes() for png in made if png]

    assert len(pictures) == 2
    assert all(int.from_bytes(picture[16:20]) == 1600 for picture in pictures)  # a PNG's width
    assert len(set(pictures)) == 1


def test_a_browser_that_fails_leaves_no_old_picture(tmp_path: Path) -> None:
    (tmp_path / "mails.png").write_bytes(b"old")

    made = three_mails(MAILS, tmp_path / "mails.png", browser="false")

    assert made.png is None
    assert "No picture: the browser ended" in made.note or "No picture: Target" in made.note
    assert not (tmp_path / "mails.png").exists()


def test_two_mails_are_no_picture_of_three(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="three mails, not 2"):
        three_mails(MAILS[:2], tmp_path / "mails")
