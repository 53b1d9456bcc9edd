"""`tandem playbook check`: a good folder is summed up, a bad one named by file, line and field."""

from pathlib import Path
from shutil import copytree

import pytest

from infra.cli.files import STARTER
from tests.unit.cli.typed import typed


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copytree(STARTER, tmp_path / "mine")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "mine"


def change(path: Path, old: str, new: str) -> int:
    """Replaces a text that is there once; returns its line."""
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
    return text[: text.index(old)].count("\n") + 1


def test_the_starter_playbook_is_good_and_summed_up(folder: Path) -> None:
    answer = typed("playbook", "check", str(folder))

    assert answer.code == 0
    for word in ("3 messages in 7 days", "second-order", "cart abandoned for 30 minutes", "fil", "is good"):
        assert word in answer.out


SECOND, REMINDER, THANKS = (f"campaigns/{name}.yaml" for name in ("second-order", "cart-reminder", "post-purchase"))
WHEN = "when: customer.orders == 1"
BROKEN = {
    "endless wait": (
        REMINDER,
        "cart_abandoned: 30m",
        "cart_abandoned: 40d",
        "trigger.cart_abandoned",
        "between 1s and 28d",
    ),
    "no wait": (REMINDER, "cart_abandoned: 30m", "cart_abandoned: 0s", "trigger.cart_abandoned", "between 1s and 28d"),
    "endless validity": (REMINDER, "validity: 4h", "validity: 999999d", "validity", "between 1m and 14d"),
    "unknown field": (REMINDER, "validity: 4h", "valdity: 4h", "valdity", "no such field; did you mean validity?"),
    "typo": (SECOND, WHEN, "when: customer.order == 1", "when", "did you mean customer.orders?"),
    "no condition": (SECOND, WHEN, "when: customer.orders", "when", "a condition must be true or false"),
    "no template": (SECOND, "content: second-order", "content: second-oder", "content", "no template second-oder"),
    "key twice": (SECOND, "validity: 24h", "validity: 24h\nvalidity: 1h", "validity", "twice"),
    "a timer": (SECOND, "event: order_completed", "event: timer_fired", "trigger.event", "timer_fired is internal"),
    "a profile": (SECOND, "event: order_completed", "event: profile_refreshed", "trigger.event", "is internal"),
    "bad duration": (REMINDER, "validity: 4h", "validity: 4 hours", "validity", "write a duration as"),
    "wrong type": (THANKS, "priority: 100", "priority: many", "priority", "has to be a whole number"),
    "bad YAML": ("playbook.yaml", "within: 7d", "within: [7d", "(file)", "expected"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
def test_a_defect_is_named_with_its_file_line_and_field(folder: Path, broken: tuple[str, ...]) -> None:
    file, old, new, field, problem = broken
    line = change(folder / file, old, new)
    answer = typed("playbook", "check", str(folder))

    assert answer.code == 2
    [told] = [each for each in answer.err.splitlines() if problem in each]
    where, at, told_field = told.strip().split(":")[:3]
    assert (where, told_field.strip()) == (f"mine/{file}", field)
    assert int(at) in (line, line + 1)  # the second of two keys; the line where YAML gave up


def test_all_defects_are_named_at_once(folder: Path) -> None:
    change(folder / "campaigns/cart-reminder.yaml", "validity: 4h", "validity: soon")
    change(folder / "campaigns/second-order.yaml", "priority: 200", "priority: high")
    answer = typed("playbook", "check", str(folder))

    assert "cart-reminder.yaml" in answer.err
    assert "second-order.yaml" in answer.err
    assert answer.err.startswith("mine has 2 defects")


def test_a_folder_that_is_not_there_is_said_without_a_traceback(folder: Path) -> None:
    answer = typed("playbook", "check", "nowhere")

    assert (answer.code, answer.err.splitlines()[0]) == (2, "there is no folder nowhere")


def test_a_bad_playbook_is_refused_before_aws_is_asked_for_anything(folder: Path) -> None:
    change(folder / "campaigns/cart-reminder.yaml", "validity: 4h", "validity: soon")

    assert typed("playbook", "publish", str(folder)).code == 2
