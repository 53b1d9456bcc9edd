"""`tandem playbook diff` of two folders: no AWS is asked."""

from pathlib import Path

from tests.unit.cli.typed import typed
from tests.unit.publish.folders import SECOND_ORDER, folder_with

WELCOME = "id: welcome\nstart: { event: customer_identified }\nsteps:\n  - wait: 2d\n  - campaign: second-order\n"


def test_two_folders_are_compared_without_aws(tmp_path: Path) -> None:
    views = "attributes:\n  - { attribute: views, on: product_viewed, function: count }\n"
    first = folder_with(tmp_path / "a", "", "", WELCOME)
    second = folder_with(tmp_path / "b", views, "", WELCOME.replace("2d", "3d"))
    (second / "campaigns/second-order.yaml").write_text(SECOND_ORDER.replace("priority: 200\n", ""))

    answer = typed("playbook", "diff", str(first), str(second))

    assert answer.code == 0
    assert "campaign second-order: changed\n  priority: 200 → nothing\n" in answer.out
    assert "journey welcome: changed\n  - wait 2 days\n  + wait 3 days\n    campaign second-order\n" in answer.out
    assert "attribute views: added" in answer.out
    assert "Begin anew: views." in answer.out


def test_a_folder_that_cannot_be_published_is_not_compared(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "", "id: mine\n")

    answer = typed("playbook", "diff", str(folder), str(folder))

    assert answer.code == 2
    assert "campaigns/mine.yaml:1: channels: is missing" in answer.err
