"""Cold start of `trigger` and `send`: everything imported and every client made, beside the stack that is usual for the
job. `send` then reads the starter's content and renders a mail, as a worker does before its first message leaves.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from infra.local import build
from infra.publish.playbook import read_playbook
from tests.bench.report import Report
from tests.bench.timing import processes
from tests.builders import NOON

_TYPICAL: Final = """
import boto3, jinja2, pydantic
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType
from aws_lambda_powertools.utilities.data_classes import SQSEvent
from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer
from aws_lambda_powertools.utilities.parser import event_parser
Logger(service="a"), Metrics(namespace="a", service="a"), Tracer(service="a"), BatchProcessor(EventType.SQS)
for name in ("dynamodb", "sqs", "ses"):
    boto3.client(name, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
"""
_OURS: Final = """
import os, sys
sys.path = [{paths}] + [path for path in sys.path if "site-packages" not in path and "main" not in path.split("/")]
sys.meta_path = [finder for finder in sys.meta_path if "editable" not in repr(finder).lower()]
os.environ.update(AWS_DEFAULT_REGION="us-east-1", AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b")
"""
_TRIGGER: Final = """
from functions.trigger.settings import TriggerSettings
for name in TriggerSettings.model_fields:
    os.environ[name.upper()] = "900"
from functions.trigger.app import actor
actor()
"""
# The one call that a worker of `send` makes while it starts is answered here.
_SEND: Final = """
from functions.send.settings import SendSettings
for name, field in SendSettings.model_fields.items():
    if field.is_required():
        os.environ[name.upper()] = "900"
os.environ.update(SEND_MODE="live", UNSUBSCRIBE_URL="https://u.example.com")
import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
class Raw:
    def stream(self, *_, **__):
        return [b'{"SecretString": "s"}']
boto3.setup_default_session()
boto3.DEFAULT_SESSION.events.register(
    "before-send.secretsmanager", lambda request, **_: AWSResponse(request.url, 200, HTTPHeaders(), Raw())
)
from functions.send.app import desk
desk()
"""
_FIRST: Final = """
from datetime import UTC, datetime
from pathlib import Path
from tandem.content import read_published, render, to_bytes
from tandem.customer import Channel, Send
content = read_published(Path({content!r}).read_bytes())
now = datetime.now(UTC)
who = ("5e" * 16, "c", "browsing", "browsing", Channel.EMAIL, "a@example.com", "en", 7, "low", "USD", now, now)
mail = render(content, Send(*who))
to_bytes(mail, sender=("Shop", "b@example.com"), recipient="a@example.com", decision="5e" * 16, date=now)
"""


def run() -> list[Report]:
    """Ours runs from what `sam build` made: trimmed, compiled, by layer."""
    return [compared(build().parent)]


def compared(built: Path) -> Report:
    """The functions that lie in a folder with their layers, as `sam build` leaves them."""
    trigger = _ours(built, "TriggerFunction", "TandemLayer", "VendorHotLayer") + _TRIGGER
    send = _ours(built, "SendFunction", "TandemLayer", "VendorHotLayer", "VendorSendingLayer") + _SEND
    content = read_playbook(Path("infra/playbook"), published_at=NOON, number=7).content
    with TemporaryDirectory() as folder:
        published = Path(folder) / "content.json"
        published.write_text(content.model_dump_json())
        first = send + _FIRST.format(content=str(published))
        costs = processes(
            {"typical": _TYPICAL, "trigger": trigger, "send": send, "send, first mail": first, "bare python": "pass"}
        )
    report = Report("cold start", ("CPU ms", "of typical", "peak RSS MB"), "Budget: 0.60 of typical, 70 MB")
    for name, cost in costs.items():
        report.add(name, cost.cpu_ms, cost.cpu_ms / costs["typical"].cpu_ms, cost.rss_mb)
    return report


def _ours(built: Path, function: str, *layers: str) -> str:
    paths = [str(built / function), *(str(built / layer / "python") for layer in layers)]
    return _OURS.format(paths=", ".join(repr(path) for path in paths))
