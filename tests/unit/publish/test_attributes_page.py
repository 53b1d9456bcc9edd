"""docs/attributes.md is so: its YAML can be published, its examples end as shown, its limits are the code's."""

import re
import shlex
from pathlib import Path

import pytest

from infra.publish.written import MOST_AT_N, WrittenRule
from tandem.attributes import merge
from tandem.attributes.contributions import MOST_LINES
from tandem.attributes.functions import EXACT_TO
from tandem.attributes.profile import MOST_DAYS_OLD, MOST_ORDERS, TAKEN_FOR
from tandem.attributes.refunds import REFUNDABLE_FOR
from tandem.attributes.rules import SUBTRACTABLE, Function
from tandem.customer import LIMITS
from tandem.profiles.partition import MOST_BYTES
from tests.unit.cli.typed import typed
from tests.unit.publish.folders import defects_of, folder_with

PAGE = (Path(__file__).parents[3] / "docs/attributes.md").read_text()
BLOCKS = re.findall(r"```(yaml|json|text)\n(.*?)```", PAGE, re.DOTALL)


def examples() -> list[tuple[str, str, str]]:
    """(attributes, events, what was typed and answered), each with what stands above it."""
    found, rules, events = [], "", ""
    for kind, body in BLOCKS:
        if kind == "json":
            events = body
        elif kind == "text":
            found.append((rules, events, body))
        elif body.startswith("attributes:"):
            rules = body
    return found


@pytest.mark.parametrize(("rules", "events", "shown"), examples())
def test_an_example_ends_in_the_values_shown(rules: str, events: str, shown: str, tmp_path: Path) -> None:
    command, _, answer = shown.partition("\n\n")
    words = ["-" if word == "events.json" else word for word in shlex.split(command)[2:]]
    folder = folder_with(tmp_path, rules)
    told = typed(*words, "--playbook", str(folder), stdin=events)

    assert told.code == 0
    assert told.out.partition("\nNext:")[0].strip() == answer.strip()


def test_every_block_of_attributes_can_be_published_and_every_campaign_beside_it(tmp_path: Path) -> None:
    blocks = [body for kind, body in BLOCKS if kind == "yaml"]
    for number, block in enumerate(blocks):
        if block.startswith("attributes:"):
            following = blocks[number + 1] if number + 1 < len(blocks) else ""
            campaign = following if following.startswith("id:") else ""
            assert defects_of(folder_with(tmp_path / str(number), block, campaign)) == ()
        else:
            assert block.startswith("id:")


def test_every_field_of_a_rule_is_documented() -> None:
    assert [name for name in WrittenRule.model_fields if f"| `{name}` |" not in PAGE] == []


def test_every_function_is_documented_with_what_refunds_do_to_it() -> None:
    rows: dict[str, str] = {}
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 7:
            rows |= dict.fromkeys(re.findall(r"`(\w+)`", cells[1]), cells[5])

    assert {name: rows[name] for name in Function} == {
        name: "taken back" if name in SUBTRACTABLE else "`ignore`" for name in Function
    }


def test_every_reason_to_be_left_out_or_incomplete_is_documented() -> None:
    folder = Path(merge.__file__).parent
    source = (folder / "contributions.py").read_text() + (folder / "merge.py").read_text()
    reasons = set(re.findall(r'LeftOut\("(\w+)"', source)) | set(re.findall(r'return "(\w+)"', source))

    assert {"negative", "crowded"} <= reasons
    assert [each for each in reasons if f"`{each}`" not in PAGE] == []


def test_the_limits_are_those_of_the_code() -> None:
    limits = PAGE[PAGE.index("## What is promised") :]
    for said in (
        f"more than {TAKEN_FOR.days} days after it occurred",
        f"more than {REFUNDABLE_FOR.days} days after its order",
        f"| {MOST_ORDERS} orders of a customer in {REFUNDABLE_FOR.days} days |",
        f"| {EXACT_TO:,} different values |",
        f"| {MOST_LINES} product lines of an event |",
        f"more than {MOST_DAYS_OLD.days} days old",
        f"| a record of {LIMITS.size // 1024} KB",
        f"{LIMITS.cart_facts} touches of carts, or {LIMITS.entries:,} events",
        f"have room up to {LIMITS.order_size // 1024} KB)",
        f"| a profile of {MOST_BYTES // 1024} KB",
    ):
        assert said in limits
    assert f"1 to {MOST_AT_N}" in PAGE
