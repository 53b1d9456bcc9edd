"""What the pages on playbooks say is so: their YAML can be published, and nothing is left out."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import pytest

from infra.local.paths import ROOT
from infra.publish.playbook import read_playbook
from infra.replay import replay
from infra.replay.event_file import event_texts
from infra.replay.prepare import prepare
from tandem.actor import paths
from tandem.actor.step import SHOWN_FOR
from tandem.actor.working import MOST_KEPT_LINES
from tandem.decisions import Outcome
from tandem.decisions.model import FINAL
from tandem.events import parse_envelope
from tandem.events.reading import read_object
from tandem.journeys.advance import EXIT, FINISHED, TOO_LONG
from tandem.journeys.entry import KEYED_FOR, LONGEST_KEY, MOST_ENDED, MOST_UNDERWAY
from tandem.playbook import Campaign, Cap, Excludes, Holdout, Journey, Playbook, QuietHours
from tandem.playbook.journey import LONGEST, AnyStep, Wait, WaitStep
from tandem.playbook.triggers import Trigger
from tandem.playbook.vocabulary import Start, variables
from tests.builders import DAY, NOON
from tests.unit.docs.snippets import STARTER, Snippet, copied, of_the_starter, snippets
from tests.unit.explain.test_sentences import TOLD

PAGES = {path.name: path.read_text() for path in (ROOT / "docs").glob("*.md")}
SNIPPETS = list(snippets())
STARTS = {
    "an event": (Start.EVENT, Start.EVENT),
    "a cart": (None, Start.CART),
    "a change": (Start.CHANGE, Start.CHANGE),
    "a timer (`after`)": (Start.EVENT, Start.LATER),
    "a date": (None, Start.DATE),
    "none: a journey says it": (None, Start.LATER),
}


def table(page: str, head: str) -> list[list[str]]:
    """The rows of the table whose head begins so, each as its cells."""
    rows = PAGES[page].partition(f"\n| {head}")[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


def names(cells: Iterable[str]) -> list[str]:
    """What stands in them as code."""
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


@cache
def published(page: str) -> Playbook:
    """The starter playbook with every snippet of a page: those without a name of their own get one."""
    with TemporaryDirectory() as beside:
        folder = copied(Path(beside) / "playbook")
        for number, snippet in enumerate(each for each in SNIPPETS if each.page == page):
            snippet.put(folder, f"example-{number}")
        return read_playbook(folder, published_at=NOON).playbook


@pytest.mark.parametrize("page", sorted({each.page for each in SNIPPETS}))
def test_the_snippets_of_a_page_can_be_published(page: str) -> None:
    assert published(page).campaigns


def test_every_page_on_playbooks_has_snippets() -> None:
    assert {each.page for each in SNIPPETS} >= {"campaigns.md", "journeys.md", "arbitration.md"}


def test_what_is_shown_of_the_starter_playbook_is_in_it() -> None:
    shown = list(of_the_starter())

    assert {snippet.page for snippet, _ in shown} == {"campaigns.md", "journeys.md", "arbitration.md"}
    for snippet, data in shown:
        told = {name: value for name, value in snippet.data.items() if not is_of_its_own(name, snippet)}
        assert told == {name: data.get(name) for name in told}, snippet.text


def is_of_its_own(name: str, snippet: Snippet) -> bool:
    """The example of versions changes the starter's welcome."""
    return "moves_at" in snippet.data and name in ("moves_at", "steps")


def test_every_way_to_start_and_every_step_is_shown() -> None:
    campaigns, journeys = published("campaigns.md").campaigns, published("journeys.md").journeys
    of_examples = [each for each in journeys if each.id.startswith("example-")]
    steps = [step for journey in of_examples for _, step in journey.every_step()]

    assert {type(each.trigger) for each in campaigns if each.id.startswith("example-")} >= set(arms(Trigger))
    assert {type(step) for step in steps} == set(arms(AnyStep))
    assert {type(step.wait) for step in steps if isinstance(step, WaitStep)} == set(arms(Wait))


def arms(union: Any) -> Sequence[type]:
    return [get_args(each)[0] for each in get_args(get_args(union)[0])]


@pytest.mark.parametrize(
    ("page", "model", "beside"),
    [
        ("campaigns.md", Campaign, set()),
        ("journeys.md", Journey, {"version", "replaced_at"}),
        ("arbitration.md", Cap, set()),
        ("arbitration.md", QuietHours, set()),
        ("arbitration.md", Holdout, set()),
        ("arbitration.md", Excludes, set()),
    ],
)
def test_every_field_is_documented(page: str, model: Any, beside: set[str]) -> None:
    written = {info.alias or name for name, info in model.model_fields.items()} - beside

    assert [name for name in written if not re.search(rf"[`{{ ]{name}(`|:)", PAGES[page])] == []


def test_every_field_of_a_campaign_and_a_journey_has_a_row() -> None:
    assert {name for row in table("campaigns.md", "field") for name in names(row[:1])} == set(Campaign.model_fields)
    assert {name for row in table("journeys.md", "field") for name in names(row[:1])} == {*Journey.model_fields} - {
        "version",
        "replaced_at",
    }


def test_the_gates_are_told_in_their_order_and_none_is_left_out() -> None:
    final = [each for each in Outcome if each in FINAL and each is not Outcome.CHOSEN]

    assert names(row[0] for row in table("arbitration.md", "reason")) == final
    assert set(names(row[0] for row in table("arbitration.md", "not yet"))) == {*Outcome} - FINAL


@pytest.mark.parametrize("sample", ["busy-week.jsonl", "first-day.jsonl", "collector.jsonl"])
def test_what_a_gate_saw_is_what_the_page_says(sample: str) -> None:
    rows = (*table("arbitration.md", "reason"), *table("arbitration.md", "not yet"))
    told = {name: set(names(row[2:])) for row in rows for name in names(row[:1])}
    playbook = read_playbook(STARTER, published_at=NOON).playbook

    ready, _ = prepare(event_texts((ROOT / "infra/samples" / sample).read_text()), now=NOON, live=False)
    made = replay([each.arrival for each in ready], playbook).decisions
    held = [each for decision in made for each in decision.candidates if each.outcome is not Outcome.CHOSEN]

    assert held
    assert [each for each in held if not set(each.saw) <= told[each.outcome]] == []


def test_every_reason_is_told_in_a_sentence_that_tandem_why_says() -> None:
    rows = dict(row for row in table("arbitration.md", "word"))

    assert [name.strip("`") for name in rows] == [each for each in Outcome if each is not Outcome.CHOSEN]
    for name, sentence in rows.items():
        assert sentence in [told.partition("reminder. ")[2] for outcome, _, told in TOLD if f"`{outcome}`" == name]


@pytest.mark.parametrize("trigger", STARTS)
def test_which_variables_there_are_is_what_the_page_says(trigger: str, rules: Any) -> None:
    [(_, own, later)] = [row for row in table("campaigns.md", "trigger | its `when`") if row[0] == trigger]

    assert [families(cell) for cell in (own, later)] == [seen(start, trigger, rules) for start in STARTS[trigger]]


def families(cell: str) -> set[str]:
    return {name.partition(".")[0] for name in names([cell])}


def seen(start: Start | None, trigger: str, rules: Any) -> set[str]:
    known = variables(rules, start) if start else {}
    cart = {"cart"} if trigger.startswith("a timer") else set()  # no cart starts a timer: it would have no value
    return {name.partition(".")[0] for name in known} - {"customer", "profile"} - cart


@pytest.fixture(scope="module")
def rules() -> Any:
    return read_playbook(STARTER, published_at=NOON).playbook.ruleset


def test_every_reason_for_which_a_journey_ends_is_documented() -> None:
    source = Path(paths.__file__).read_text()
    reasons = {
        FINISHED,
        TOO_LONG,
        f"{EXIT}…",
        *re.findall(r'return "(\w+)", None', source),
        "cart_ordered",
        "cart_emptied",
    }

    assert {"removed", "ended"} <= reasons
    assert reasons <= set(names(row[0] for row in table("journeys.md", "reason")))


def test_the_starter_s_journeys_are_told_and_no_others() -> None:
    told = re.findall(
        r"^- \*\*([\w-]+)\*\*:", PAGES["journeys.md"].partition("## The starter's journeys")[2], re.MULTILINE
    )

    assert sorted(told) == sorted(path.stem for path in (STARTER / "journeys").glob("*.yaml"))


def test_every_event_of_the_pages_is_understood() -> None:
    blocks = re.findall(r"```json\n(.*?)```", PAGES["campaigns.md"], re.DOTALL)

    assert [parse_envelope(read_object(block), NOON + 30 * DAY).customer_id for block in blocks] == ["ada"]


def test_the_limits_are_those_of_the_code() -> None:
    limits = PAGES["operating.md"].partition("## Limits")[2]

    for said in (
        f"| {MOST_UNDERWAY} journeys of a customer under way |",
        f"| {MOST_ENDED} ended journeys with a key are remembered, for {KEYED_FOR.days} days |",
        f"| {LONGEST_KEY} characters of a key |",
        f"| {MOST_KEPT_LINES} lines of the event that started a journey",
        f"| {LONGEST.days} days of a journey |",
    ):
        assert said in limits
    assert f"remembered for {KEYED_FOR.days} days, and for the last {MOST_ENDED} keys" in PAGES["journeys.md"]
    assert f"({SHOWN_FOR.days} days at least" in PAGES["operating.md"]


@pytest.mark.parametrize(
    ("campaign", "just"),
    [
        ({"patience": "2d", "validity": "3d"}, {"patience": "1d", "validity": "3d"}),
        ({"validity": "15d"}, {"validity": "14d"}),
        ({"max_age": "15d"}, {"max_age": "14d"}),
        ({"trigger": {"cart_abandoned": "29d"}}, {"trigger": {"cart_abandoned": "28d"}}),
        (
            {"trigger": {"after": "order_completed", "wait": "366d"}},
            {"trigger": {"after": "order_completed", "wait": "365d"}},
        ),
    ],
)
def test_a_limit_of_a_campaign_is_the_last_that_is_taken(campaign: dict[str, Any], just: dict[str, Any]) -> None:
    whole = {"id": "example", "channels": ["email"], "content": "second-order"}

    assert Campaign.model_validate(whole | just)
    with pytest.raises(ValueError, match="between"):
        Campaign.model_validate(whole | campaign)
