"""Keeps decisions, and the goals they reach: from the records queue into their table."""

import json
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger

from functions.record.settings import RecordSettings
from tandem.adapters.aws import PATIENT
from tandem.adapters.decision_table import DecisionTable
from tandem.decisions import read_record
from tandem.decisions.ports import Recordable, Records

logger = Logger(service="record")


@cache
def table() -> DecisionTable:
    """The table with its client, made once a worker."""
    settings = RecordSettings.of_this_process()
    return DecisionTable(boto3.client("dynamodb", config=PATIENT), settings.decisions_table, settings.tombstones_table)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """An SQS batch in, the messages to deliver again out: among them what is no record, for the dead letters."""
    return run(event, table())


def run(event: dict[str, Any], records: Records) -> dict[str, Any]:
    """The same, into this table."""
    read = {record["messageId"]: _read(record["body"]) for record in event["Records"]}
    undone = records.put([each for each in read.values() if each])
    failed = [message for message, each in read.items() if each is None or each.id in undone]
    if failed:
        logger.warning("not all recorded", failed=failed)
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _read(body: str) -> Recordable | None:
    try:
        return read_record(json.loads(body)["document"])
    except (ValueError, LookupError, TypeError):
        return None
