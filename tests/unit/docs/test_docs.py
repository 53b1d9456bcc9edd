"""What the README shows is what the code says, on a fixed day, with real orders."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from infra.docs.__main__ import check, renew
from infra.docs.files import BEGIN, END, HTML, PNG, README, SUMS, WHY, Made, make, stale, write
from infra.docs.story import lived, why
from infra.docs.world import World, world
from infra.local.paths import ROOT
from infra.pages.browser import find_browser
from tandem.attributes import Tier
from tandem.decisions import Outcome
from tandem.sending import Status

needs_browser = pytest.mark.skipif(not find_browser(), reason="no browser on PATH")


@pytest.fixture(scope="module")
def made() -> Made:
    return make()


@pytest.fixture(scope="module")
def shop() -> World:
    return world()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository whose README has room for both, and no browser."""
    (tmp_path / README).write_text(f"# Tandem\n\n![Mails]({PNG})\n\n{BEGIN}\nold\n{END}\n\nThe rest.\n")
    return tmp_path


@pytest.fixture
def no_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


def test_what_is_committed_is_what_the_code_says_now(made: Made) -> None:
    assert stale(ROOT, made) == [], "run: make docs"


def test_the_committed_picture_is_light_enough_for_a_readme() -> None:
    content = (ROOT / PNG).read_bytes()

    assert int.from_bytes(content[16:20]) == 1600  # a PNG's width
    assert len(content) <= 300_000


def test_the_same_code_says_the_same_again_whatever_terminal_asks(
    made: Made, shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")

    assert why(shop) == made.why
    assert "\x1b" not in made.why
    assert max(map(len, made.why.splitlines())) <= 110


def test_a_real_order_raises_her_tier_and_the_decision_on_it_knows(shop: World) -> None:
    reminded, thanked, *_ = lived(shop).replayed.decisions
    order = shop.order_of(shop.cast.raised)

    assert shop.known.tier(shop.cast.raised) is Tier.LOW
    assert reminded.attributes["customer.basket_tier"] == "low"
    assert thanked.attributes["customer.basket_tier"] == "high"
    assert thanked.attributes["customer.purchase_total_today_minor"] == order.amount * 100


def test_two_events_come_twice_and_count_once_and_a_fourth_message_is_held_back(shop: World) -> None:
    ran = lived(shop)
    *others, last = ran.replayed.decisions

    assert (ran.replayed.events, ran.replayed.again, ran.replayed.refused) == (5, 2, 0)
    assert [each.campaign for each in others] == ["cart-reminder", "post-purchase", "cart-reminder"]
    assert [row.status for row in ran.ledger.rows.values()] == [Status.SENT] * 3
    assert [each.outcome for each in last.candidates] == [Outcome.CAP]


def test_the_same_cart_is_three_mails_to_real_customers_of_three_tiers(made: Made, shop: World) -> None:
    cast = shop.cast

    assert [mail.tier for mail in made.mails] == ["low", "medium", "high"]
    assert [str(shop.known.tier(each)) for each in (cast.low, cast.medium, cast.high)] == ["low", "medium", "high"]
    assert [mail.template for mail in made.mails] == ["cart-low", "cart-medium", "cart-high"]
    assert all("Harbor Lights" in mail.html and "$51.00" in mail.html for mail in made.mails)


@needs_browser
def test_after_make_docs_nothing_is_stale_and_the_rest_of_the_readme_is_as_it_was(made: Made, root: Path) -> None:
    assert renew(root, made) == 0

    before, rest = (root / README).read_text().split(made.block)
    assert before.startswith("# Tandem")
    assert rest == "\n\nThe rest.\n"


@needs_browser
@pytest.mark.parametrize(
    ("name", "told"),
    [
        (WHY, f"{WHY} is not what `tandem why` says now"),
        (README, f"{README} must have the lines"),
        (HTML, f"{HTML} is not what the mails look like now"),
        (PNG, f"{PNG} is not there"),
        (SUMS, f"{PNG} is not a picture of {HTML} as it is now"),
    ],
)
def test_what_is_missing_is_named_with_the_command(
    name: str, told: str, made: Made, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(root, made)
    (root / name).unlink()
    capsys.readouterr()

    assert check(root, made) == 1
    said = capsys.readouterr().out
    assert told in said
    assert said.endswith("run: make docs\n")


CHANGES: dict[str, Callable[[Made], Made]] = {
    "a sentence": lambda made: replace(made, why=made.why.replace("Chosen", "Taken")),
    "a template": lambda made: replace(made, mails=(replace(made.mails[0], html="<p>Hi</p>"), *made.mails[1:])),
}


@pytest.mark.parametrize(("change", "told"), [("a sentence", [WHY, README]), ("a template", [HTML])])
def test_a_change_that_was_not_followed_by_make_docs_is_found(change: str, told: list[str], made: Made) -> None:
    assert [problem.split()[0] for problem in stale(ROOT, CHANGES[change](made))] == told


@needs_browser
def test_a_page_renewed_without_a_browser_leaves_the_picture_and_says_that_it_is_old(
    made: Made, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(root, made)
    old = (root / PNG).read_bytes()
    monkeypatch.setenv("PATH", str(root))

    assert renew(root, CHANGES["a template"](made)) == 1
    assert (root / PNG).read_bytes() == old
    said = capsys.readouterr().out
    assert f"{PNG} is not a picture of {HTML} as it is now" in said
    assert "apt-get install chromium" in said


@pytest.mark.usefixtures("no_browser")
@pytest.mark.parametrize("readme", ["# Tandem\n", f"{BEGIN}\n{END}\n{BEGIN}\n{END}\n", f"{END}\n{BEGIN}\n"])
def test_a_readme_without_its_marks_is_said_and_left_alone(readme: str, made: Made, root: Path) -> None:
    (root / README).write_text(readme)

    write(root, made)

    assert any(problem.startswith(f"{README} must have the lines") for problem in stale(root, made))
    assert (root / README).read_text() == readme
