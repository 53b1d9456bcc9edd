"""The demo's own runner on a fresh local stack: a small day comes true."""

import json
from pathlib import Path

from rich.console import Console

from infra.demo.__main__ import tell
from infra.demo.making import Scale
from infra.demo.run import Settings, live
from infra.demo.stages import Stages
from infra.local import start


def test_a_small_day_ends_with_every_story_told_and_nothing_failed(tmp_path: Path) -> None:
    scale = Scale(seconds=15, carts_ordered=3, carts_left_after_order=2, carts_left_by_others=2)
    settings, stages = Settings(tmp_path, scale=scale, customers=13), Stages(Console(quiet=True))

    with start() as stack:
        lived = live(stack, settings, stages)
    found = tell(lived, settings, stages, whole_day=False)

    summary = json.loads((tmp_path / "summary.json").read_text())
    assert found == []
    assert summary["failures"] == 0
    assert summary["customers"] == 13
    assert summary["sent_by_channel"]["email"] == len(lived.findings.mails)
    assert len(list((tmp_path / "mails").glob("*.eml"))) == len(lived.findings.mails)
    assert (tmp_path / "index.html").stat().st_size > 0
