"""checkov finds nothing in the template as deployed but what docs/security.md says, with its reason."""

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHECKOV = ROOT / ".tools/checkov/bin/checkov"
ROW = re.compile(r"^\| (CKV2?_\w+) \| (.+) \| (.+) \|$", re.MULTILINE)
pytestmark = pytest.mark.skipif(not CHECKOV.exists(), reason="checkov is not installed: make setup")


def findings(template: Mapping[str, Any], folder: Path) -> dict[str, set[str]]:
    """The resources that fail, by check."""
    path = folder / "template.json"
    path.write_text(json.dumps(template))
    command: list[str | Path] = [
        CHECKOV,
        "--file",
        path,
        "--framework",
        "cloudformation",
        "--output",
        "json",
        "--skip-download",
    ]
    done = subprocess.run(
        [*command, "--skip-download", "--quiet", "--compact"],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    found: dict[str, set[str]] = {}
    for failed in json.loads(done.stdout)["results"]["failed_checks"]:
        found.setdefault(failed["check_id"], set()).add(failed["resource"])
    return found


def test_checkov_finds_what_is_decided_and_nothing_else(transformed: dict[str, Any], tmp_path: Path) -> None:
    baseline = {check for check, *_ in ROW.findall((ROOT / "docs/security.md").read_text())}

    assert set(findings(transformed, tmp_path)) == baseline


def test_checkov_would_speak_up(transformed: dict[str, Any], tmp_path: Path) -> None:
    broken = json.loads(json.dumps(transformed))
    broken["Resources"]["Bucket"]["Properties"].pop("PublicAccessBlockConfiguration")
    [policy] = broken["Resources"]["RecordRole"]["Properties"]["Policies"]
    policy["PolicyDocument"]["Statement"][0] |= {"Action": "*", "Resource": "*"}

    found = findings(broken, tmp_path)

    assert {"CKV_AWS_53", "CKV_AWS_63"} <= set(found)
