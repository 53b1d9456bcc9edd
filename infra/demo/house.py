"""The stack, deployed and with a playbook: where the day takes place."""

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from infra.demo.bus import listen
from infra.demo.stages import Stages
from infra.local import LocalStack, StackError, build
from infra.local.paths import ROOT
from infra.publish.playbook import Draft
from infra.publish.publish import Publisher

STARTER: Final = ROOT / "infra/playbook"
# What each is woken with. `send` cannot do with nothing at all: it hands back a message that it cannot read.
_HOT: Final[Mapping[str, Sequence[Any]]] = {
    "TriggerFunctionName": [],
    "RecordFunctionName": [],
    "SendFunctionName": [
        {
            "messageId": "wake",
            "receiptHandle": "wake",
            "body": "",
            "attributes": {"ApproximateReceiveCount": "1"},
            "eventSource": "aws:sqs",
        }
    ],
    "FeedbackFunctionName": [],
}
_AT_ONCE: Final = 2  # template.yaml's MaximumConcurrency on the local stack
_AWAY: Final = timedelta(minutes=1)  # far longer than a batch of sends takes here
_WAIT: Final = re.compile(r"(cart_abandoned:\s*)\w+")
# Nobody of the stories is among them; a test says so.
HELD_OUT: Final = {"percent": 20, "salt": "spring-78"}
WITH_HOLDOUT: Final = ("post-purchase", "second-order")
_QUIET: Final = re.compile(r"(?m)^quiet_hours:\n(?:  - .*\n)+")


@dataclass(frozen=True, slots=True)
class House:
    """A deployed stack with its outputs, the playbook that is live on it, and `listener`, a queue on its event bus."""

    stack: LocalStack
    outputs: Mapping[str, str]
    draft: Draft
    listener: str = ""


def furnish(stack: LocalStack, out: Path, wait_seconds: int, stages: Stages) -> House:
    """Builds and deploys the template, verifies the sender, and publishes the starter playbook with a shorter wait."""
    with stages.stage("Build the functions and layers (sam build)"):
        build()
    with stages.stage("Deploy template.yaml on the local stack (sam deploy)"):
        outputs = stack.deploy({"SendMode": "live"})
        stack.verify_sender(outputs["FromAddress"])
        listener = listen(stack, outputs)
        come_back_soon(stack.client("sqs"), outputs)
    with stages.stage(f"Publish the starter playbook, its cart wait cut to {wait_seconds} s"):
        folder = hurried_copy(STARTER, out / "playbook", wait_seconds)
        publisher = Publisher(
            stack.client("s3"), stack.client("dynamodb"), outputs["BucketName"], outputs["PlaybooksTableName"]
        )
        draft = publisher.publish(folder, now=datetime.now(UTC))
    return House(stack, outputs, draft, listener)


def come_back_soon(sqs: Any, outputs: Mapping[str, str]) -> None:
    """A send that met its own copy under way stays away from its queue for nine minutes: the day is over by then."""
    seconds = str(int(_AWAY.total_seconds()))
    sqs.set_queue_attributes(QueueUrl=outputs["SendsQueueUrl"], Attributes={"VisibilityTimeout": seconds})


def wake(house: House) -> None:
    """Calls the hot functions with nothing to do, as often as they may run at once here: the day meets them warm."""
    client = house.stack.client("lambda", max_pool_connections=len(_HOT) * _AT_ONCE)
    with ThreadPoolExecutor(len(_HOT) * _AT_ONCE) as pool:
        calls = list(_HOT.items()) * _AT_ONCE
        for answer in pool.map(lambda call: _invoke(client, house.outputs[call[0]], call[1]), calls):
            if "FunctionError" in answer:
                raise StackError(f"a function fails with nothing to do: {answer['Payload'].read().decode()}")


def _invoke(client: Any, function: str, records: Sequence[Any]) -> Any:
    return client.invoke(FunctionName=function, Payload=json.dumps({"Records": records}).encode())


def hurried_copy(source: Path, target: Path, wait_seconds: int) -> Path:
    """A copy of a playbook in which abandoned carts wait for seconds, and without quiet hours: the day is lived at any
    hour. Of two campaigns some customers are held out, to compare. The source stays as it is."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    changed = 0
    head = target / "playbook.yaml"
    head.write_text(_QUIET.sub("", head.read_text(encoding="utf-8")), encoding="utf-8")
    for path in [*target.glob("campaigns/*.y*ml"), *target.glob("journeys/*.y*ml")]:
        text, count = _WAIT.subn(rf"\g<1>{wait_seconds}s", path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
        changed += count
    if not changed:
        raise StackError(f"nothing in {source} waits for an abandoned cart, and the stories need it")
    for name in WITH_HOLDOUT:
        campaign = target / "campaigns" / f"{name}.yaml"
        held_out = ", ".join(f"{key}: {value}" for key, value in HELD_OUT.items())
        campaign.write_text(f"{campaign.read_text(encoding='utf-8')}holdout: {{ {held_out} }}\n", encoding="utf-8")
    return target
