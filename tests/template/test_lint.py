"""The linters have nothing to say, before the SAM transform and after it."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cfnlint.api import lint_all

ROOT = Path(__file__).resolve().parents[2]
# cfn-lint looks at every region; where there is no SES, or no function URL (docs/sending.md), Tandem is not deployed.
NOT_THERE = re.compile(r"'AWS::(SES::\w+|Lambda::Url)' does not exist in '(?!us-east-1')")
SAM = ROOT / ".tools/sam/bin/sam"


def test_cfn_lint_is_silent_on_the_transformed_template(transformed: dict[str, Any]) -> None:
    findings = [finding for finding in lint_all(json.dumps(transformed)) if finding.rule.severity != "informational"]

    assert [str(finding) for finding in findings if not NOT_THERE.search(str(finding))] == []


@pytest.mark.parametrize("fault", ["visibility below the timeout", "an action that does not exist"])
def test_cfn_lint_would_speak_up(transformed: dict[str, Any], fault: str) -> None:
    broken = json.loads(json.dumps(transformed))
    if fault == "visibility below the timeout":
        broken["Resources"]["EventsQueue"]["Properties"]["VisibilityTimeout"] = 10
    else:
        [policy] = broken["Resources"]["RecordRole"]["Properties"]["Policies"]
        policy["PolicyDocument"]["Statement"][0]["Action"] = ["logs:PutLogsSomewhere"]

    findings = {finding.rule.severity for finding in lint_all(json.dumps(broken))}

    assert findings & {"error", "warning"}


@pytest.mark.skipif(not SAM.exists(), reason="the SAM CLI is not installed: make setup")
def test_sam_validate_is_silent(tmp_path: Path) -> None:
    shutil.copy(ROOT / "template.yaml", tmp_path)

    done = subprocess.run(
        [SAM, "validate", "--lint", "--region", "us-east-1"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "SAM_CLI_TELEMETRY": "0"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
