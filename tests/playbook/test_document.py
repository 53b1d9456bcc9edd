"""docs/testing.md: every snippet is run, as a user would run it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/testing.md").read_text()
CONFTEST, *SNIPPETS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
TOLD = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
FAILS = "test_this_one_fails"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest says of the document's snippets, each a file, beside a copy of the starter playbook."""
    folder = tmp_path_factory.mktemp("user")
    shutil.copytree(ROOT / "infra/playbook", folder / "my-playbook")
    (folder / "conftest.py").write_text(CONFTEST)
    for number, snippet in enumerate(SNIPPETS):
        (folder / f"test_{number}.py").write_text(snippet)
    (folder / "pytest.ini").write_text("[pytest]\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-rA", "--tb=short"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_every_snippet_of_the_document_does_what_it_says(ran: str) -> None:
    named = [name for snippet in SNIPPETS for name in re.findall(r"def (test_\w+)", snippet)]

    passed, failed = (set(re.findall(rf"^{word} \S+::(test_\w+)", ran, re.MULTILINE)) for word in ("PASSED", "FAILED"))
    assert failed == {FAILS}, ran
    assert passed == set(named) - {FAILS}


def test_what_the_document_shows_of_a_failed_test_is_what_is_told(ran: str) -> None:
    said = "\n".join(line.removeprefix("E").removeprefix("   ") for line in ran.splitlines() if line.startswith("E  "))

    told, *_ = TOLD  # the first; the other one is of the simulator
    assert told.startswith("AssertionError: Expected cart-reminder")
    assert told.strip() in said
