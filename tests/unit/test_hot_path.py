"""What `trigger` and `send` load at a cold start."""

import subprocess
import sys

import pytest

TRIGGER_FORBIDS = {
    "jinja2",
    "liquid",
    "numpy",
    "duckdb",
    "ibis",
    "yaml",
    "aws_xray_sdk",  # what Powertools' Tracer costs; the class itself comes with the package
    "aws_lambda_powertools.utilities.idempotency",
    "aws_lambda_powertools.utilities.batch",
    "aws_lambda_powertools.utilities.parser",
    "tandem.profiles",
    "tandem.content",
    "tandem.sending",
}


def modules_after(statement: str) -> set[str]:
    code = f"import sys; {statement}; print('\\n'.join(sys.modules))"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_trigger_loads_nothing_that_its_budget_forbids() -> None:
    assert modules_after("import functions.trigger.app") & TRIGGER_FORBIDS == set()


def test_send_loads_nothing_of_the_batch_side() -> None:
    assert modules_after("import functions.send.app") & {"duckdb", "ibis", "numpy", "tandem.profiles", "yaml"} == set()


@pytest.mark.parametrize(
    "name", ["trigger", "send", "feedback", "record", "archive", "build_profiles", "load_profiles", "unsubscribe"]
)
def test_importing_a_function_needs_no_environment(name: str) -> None:
    code = f"import os; os.environ.clear(); import functions.{name}.app"

    subprocess.run([sys.executable, "-c", code], check=True)
