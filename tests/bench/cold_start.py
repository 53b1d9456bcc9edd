"""Cold start of `trigger`: everything imported and every client made, beside the stack that is usual for the job."""

from infra.local import build
from tests.bench.report import Report
from tests.bench.timing import processes

_TYPICAL = """
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
_OURS = """
import os, sys
sys.path = [{paths}] + [path for path in sys.path if "site-packages" not in path and "main" not in path.split("/")]
sys.meta_path = [finder for finder in sys.meta_path if "editable" not in repr(finder).lower()]
os.environ.update(AWS_DEFAULT_REGION="us-east-1", AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b")
from functions.trigger.settings import TriggerSettings
for name in TriggerSettings.model_fields:
    os.environ[name.upper()] = "900"
from functions.trigger.app import actor
actor()
"""


def run() -> list[Report]:
    """Ours runs from what `sam build` made: trimmed, compiled, by layer."""
    built = build().parent
    layers = [
        str(built / "TriggerFunction"),
        *(str(built / layer / "python") for layer in ("TandemLayer", "VendorHotLayer")),
    ]
    ours = _OURS.format(paths=", ".join(repr(path) for path in layers))
    costs = processes({"typical": _TYPICAL, "trigger": ours, "bare python": "pass"})
    report = Report("cold start", ("CPU ms", "of typical", "peak RSS MB"), "Budget: 0.60 of typical, 70 MB")
    for name, cost in costs.items():
        report.add(name, cost.cpu_ms, cost.cpu_ms / costs["typical"].cpu_ms, cost.rss_mb)
    return [report]
