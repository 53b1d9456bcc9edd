"""docs/faults.md: every fault has a test that proves what is promised, and every test that is named is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs/faults.md").read_text()
ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
FAULTS = 31


@cache
def promises_of(path: str) -> frozenset[str]:
    """The names of a file's tests."""
    tree = ast.parse((ROOT / path).read_text())
    return frozenset(each.name for each in tree.body if isinstance(each, ast.FunctionDef))


def test_every_fault_has_its_row_in_order() -> None:
    assert [int(number) for number, *_ in ROW.findall(PAGE)] == list(range(1, FAULTS + 1))


@pytest.mark.parametrize(("number", "tests"), [(row[0], row[3]) for row in ROW.findall(PAGE)])
def test_every_fault_is_proved_by_tests_that_are_there(number: str, tests: str) -> None:
    named = NAMED.findall(tests)

    assert named, number
    assert [f"{path}::{name}" for path, name in named if name not in promises_of(path)] == []
