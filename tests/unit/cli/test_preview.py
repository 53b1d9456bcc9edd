"""`tandem preview` of a folder, without a stack."""

from pathlib import Path

import pytest

from infra.cli.commands.preview import has_display
from tests.unit.cli.typed import Typed, typed
from tests.unit.docs.snippets import copied


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The starter playbook in English, with a campaign that has two variants."""
    made = copied(tmp_path_factory.mktemp("shop") / "playbook")
    welcome = made / "campaigns/welcome-1.yaml"
    variants = "variants: [{ id: warm, content: welcome-1 }, { id: short, content: welcome-2 }]"
    said = welcome.read_text()
    assert "content: welcome-1" in said
    welcome.write_text(said.replace("content: welcome-1", variants))
    return made


def preview(folder: Path, out: Path, *words: str) -> Typed:
    return typed("preview", *words, "--playbook", str(folder), "--out", str(out), "--no-open")


def test_a_page_is_written_and_its_path_is_told(folder: Path, tmp_path: Path) -> None:
    answer = preview(folder, tmp_path, "cart-reminder")
    [written] = tmp_path.iterdir()

    assert answer.code == 0
    assert written.name == "cart-reminder-cart-medium-en-sparsest.html"
    assert str(written) in answer.out
    assert written.read_text().startswith("<!doctype html>")
    assert "for sparsest" in answer.out


def test_tier_variant_and_person_are_chosen_and_each_look_is_a_file_of_its_own(folder: Path, tmp_path: Path) -> None:
    low = preview(folder, tmp_path, "cart-reminder", "--tier", "low", "--customer", "fullest")
    short = preview(folder, tmp_path, "welcome-1", "--variant", "short", "--customer", "hostile")

    assert "cart-low, tier low" in low.out
    assert "welcome-2, tier medium, variant short" in short.out
    assert len([*tmp_path.iterdir()]) == 2


def test_the_other_templates_are_named_with_the_command_to_see_them(folder: Path, tmp_path: Path) -> None:
    by_tier, by_variant = (preview(folder, tmp_path, name).out for name in ("cart-reminder", "welcome-1"))

    told = f"--tier high --playbook {folder}    (high: cart-high)"
    assert f"tandem preview cart-reminder --customer sparsest {told}" in by_tier
    assert "--variant short" in by_variant
    assert "(variant short: welcome-2)" in by_variant
    assert "--customer hostile" in by_variant


@pytest.mark.parametrize(
    ("words", "problem", "hint"),
    [
        (["cart-remindr"], "there is no campaign cart-remindr; did you mean cart-reminder?", "there are birthday"),
        (["cart-reminder", "--tier", "hgh"], "there is no tier hgh; did you mean high?", "there are low, medium"),
        (["cart-reminder", "--variant", "b"], "the campaign cart-reminder has no variants", "leave --variant out"),
        (["welcome-1", "--variant", "shrt"], "no variant shrt; did you mean short?", "it has warm, short"),
        (["welcome-1", "--locale", "de"], "welcome-1 has no words in de", "it has en; such a customer gets en"),
    ],
)
def test_what_there_is_none_of_is_told_with_the_nearest_name(
    words: list[str], problem: str, hint: str, folder: Path, tmp_path: Path
) -> None:
    answer = preview(folder, tmp_path, *words)

    assert answer.code == 2
    assert problem in answer.err
    assert hint in answer.err
    assert [*tmp_path.iterdir()] == []


def test_a_region_of_a_language_that_there_is_is_no_mistake(folder: Path, tmp_path: Path) -> None:
    assert preview(folder, tmp_path, "welcome-1", "--locale", "en-GB").code == 0


def test_without_a_stack_it_says_that_a_folder_does_too(tmp_path: Path) -> None:
    answer = typed("preview", "cart-reminder", "--out", str(tmp_path))

    assert answer.code == 2
    assert "there is no deployed stack" in answer.err
    assert "without a stack: tandem preview cart-reminder --customer sparsest --playbook infra/playbook" in answer.err


def test_a_folder_with_a_mistake_is_told_with_file_and_line(folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "playbook"
    broken.mkdir()

    answer = preview(broken, tmp_path / "out", "cart-reminder")

    assert answer.code == 2
    assert "playbook.yaml:1" in answer.err


def test_where_nothing_can_be_written_another_place_is_asked_for(folder: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")

    answer = preview(folder, taken, "cart-reminder")

    assert answer.code == 2
    assert "--out DIR" in answer.err


@pytest.mark.parametrize(
    ("platform", "environ", "seen"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_a_page_is_opened_where_somebody_would_see_it(platform: str, environ: dict[str, str], seen: bool) -> None:
    assert has_display(platform, environ) is seen
