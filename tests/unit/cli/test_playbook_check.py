"""`tandem playbook check`: a good folder is summed up, a bad one named by file, line and field."""

from pathlib import Path

import pytest

from infra.cli.files import STARTER
from tests.unit.cli.typed import typed
from tests.unit.publish.folders import folder_with

REMINDER = """\
id: cart-reminder
priority: 50
trigger: { cart_abandoned: 30m }
channels: [email]
content: second-order
validity: 4h
"""
WELCOME = """\
id: welcome
start: { event: customer_identified }
when: customer.orders == 0
exit_on:
  - { event: order_completed }
steps:
  - { wait: 2d, id: pause }
  - branch:
      - when: customer.open_carts > 0
        steps:
          - campaign: cart-reminder
    otherwise:
      - { exit: nothing to say }
  - { wait: { until: "10:00", on: [monday] } }
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return folder_with(tmp_path, "", REMINDER, WELCOME)


def change(path: Path, old: str, new: str) -> int:
    """Replaces a text that is there once; returns its line."""
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
    return text[: text.index(old)].count("\n") + 1


def test_the_starter_playbook_is_good() -> None:
    answer = typed("playbook", "check", str(STARTER))

    assert answer.code == 0
    assert "is good" in answer.out


def test_a_good_playbook_is_summed_up(folder: Path) -> None:
    answer = typed("playbook", "check", str(folder))

    assert answer.code == 0
    for line in (
        "caps      overall: 3 messages in 7 days",
        "second-order   200       order_completed               customer.orders == 1  email, sms  -",
        "cart-reminder  50        cart abandoned for 30 minutes  everybody",
        "starts on      customer_identified",
        "for whom       customer.orders == 0",
        "ends on        order_completed",
        "  wait 2 days   [pause]",
        "  if customer.open_carts > 0:",
        "    campaign cart-reminder",
        "  otherwise:",
        "    end: nothing to say",
        "  wait until 10:00 on monday, local time",
        "Templates by language (en)",
        "The playbook is good.",
    ):
        assert " ".join(line.split()) in " ".join(answer.out.split())


SECOND, MINE = "campaigns/second-order.yaml", "campaigns/mine.yaml"
WHEN = "audience: customer.orders == 1"
BROKEN = {
    "endless wait": (
        MINE,
        "cart_abandoned: 30m",
        "cart_abandoned: 40d",
        "trigger.cart_abandoned",
        "between 1s and 28d",
    ),
    "no wait": (MINE, "cart_abandoned: 30m", "cart_abandoned: 0s", "trigger.cart_abandoned", "between 1s and 28d"),
    "endless validity": (MINE, "validity: 4h", "validity: 999999d", "validity", "between 1m and 14d"),
    "unknown field": (MINE, "validity: 4h", "valdity: 4h", "valdity", "no such field; did you mean validity?"),
    "typo": (SECOND, WHEN, "audience: customer.order == 1", "audience", "did you mean customer.orders?"),
    "no condition": (SECOND, WHEN, "audience: customer.orders", "audience", "a condition must be true or false"),
    "old name": (SECOND, WHEN, "when: customer.orders", "when", "a condition must be true or false"),
    "no template": (SECOND, "content: second-order", "content: second-oder", "content", "no template second-oder"),
    "key twice": (MINE, "validity: 4h", "validity: 4h\nvalidity: 1h", "validity", "twice"),
    "a timer": (SECOND, "event: order_completed", "event: timer_fired", "trigger.event", "timer_fired is internal"),
    "bad duration": (MINE, "validity: 4h", "validity: 4 hours", "validity", "write a duration as"),
    "wrong type": (MINE, "priority: 50", "priority: many", "priority", "has to be a whole number"),
    "bad YAML": ("playbook.yaml", "within: 7d", "within: [7d", "(file)", "expected"),
    "a step": ("journeys/mine.yaml", "exit: nothing", "exti: nothing", "steps.1.otherwise.0", "did you mean exit?"),
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
    change(folder / MINE, "validity: 4h", "validity: soon")
    change(folder / SECOND, "priority: 200", "priority: high")
    answer = typed("playbook", "check", str(folder))

    assert MINE in answer.err
    assert SECOND in answer.err
    assert answer.err.startswith("mine has 2 defects")


def test_a_folder_that_is_not_there_is_said_without_a_traceback(folder: Path) -> None:
    answer = typed("playbook", "check", "nowhere")

    assert (answer.code, answer.err.splitlines()[0]) == (2, "there is no folder nowhere")


def test_a_bad_playbook_is_refused_before_aws_is_asked_for_anything(folder: Path) -> None:
    change(folder / MINE, "validity: 4h", "validity: soon")

    assert typed("playbook", "publish", str(folder)).code == 2
