"""Every function has tests that kill it at its calls, once and twice in a row; a new one without them fails here."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = sorted(each.parent.name for each in ROOT.glob("functions/*/app.py"))


def killed() -> set[tuple[str, str]]:
    """The functions with the ways in which a test of theirs says that it kills them."""
    found: set[tuple[str, str]] = set()
    for path in ROOT.glob("tests/aws/test_*.py"):
        for each in ast.parse(path.read_text()).body:
            if isinstance(each, ast.FunctionDef) and each.name.startswith("test_"):
                found |= {way for mark in each.decorator_list for way in ways(mark)}
    return found


def ways(mark: ast.expr) -> set[tuple[str, str]]:
    """Of `@pytest.mark.kill_points("send", "single", "pairs")`."""
    if not (isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.kill_points"):
        return set()
    function, *said = (ast.literal_eval(each) for each in mark.args)
    return {(function, way) for way in said}


@pytest.mark.parametrize("way", ["single", "pairs"])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_is_killed_at_its_calls(function: str, way: str) -> None:
    assert (function, way) in killed()


def test_no_mark_names_a_function_that_is_not_there() -> None:
    assert {function for function, _ in killed()} == set(FUNCTIONS)
