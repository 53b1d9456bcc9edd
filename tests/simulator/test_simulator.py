"""Whatever fails, whatever comes twice or late, whoever is killed: nothing is lost, nothing is sent twice."""

from datetime import timedelta

import pytest
from samtranslator.yaml_helper import yaml_parse

from infra.local.paths import ROOT
from tests.simulator.quiet import quiet
from tests.simulator.run import play
from tests.simulator.workers import PATIENCE, QUEUES

PARTS = 4  # for the workers of a parallel run
WORLDS = 60


@pytest.mark.parametrize("part", range(PARTS))
def test_no_world_breaks_a_promise(part: int) -> None:
    with quiet():
        worlds = [play(f"{seed}").counted() for seed in range(part, WORLDS, PARTS)]

    assert sum(each["messages"] for each in worlds) > len(worlds)


def test_a_seed_is_always_the_same_world() -> None:
    with quiet():
        told = [play("7").story.told() for _ in range(2)]

    assert told[0] == told[1]


NAMES = {
    "events": ("EventsQueue", "TriggerFunction"),
    "archive": ("ArchiveQueue", "ArchiveFunction"),
    "sends": ("SendsQueue", "SendFunction"),
    "records": ("RecordsQueue", "RecordFunction"),
    "feedback": ("FeedbackQueue", "FeedbackFunction"),
}


def test_queues_and_patience_are_those_of_the_template() -> None:
    template = yaml_parse((ROOT / "template.yaml").read_text())
    properties = {name: each.get("Properties", {}) for name, each in template["Resources"].items()}
    timeout = template["Globals"]["Function"]["Timeout"]

    stated = {
        name: (
            properties[queue]["VisibilityTimeout"],
            properties[function].get("Timeout", timeout),
            properties[queue]["RedrivePolicy"]["maxReceiveCount"],
        )
        for name, (queue, function) in NAMES.items()
    }

    assert {name: numbers[:3] for name, numbers in QUEUES.items()} == stated
    assert timedelta(minutes=template["Parameters"]["SettleAfter"]["Default"]) == PATIENCE
