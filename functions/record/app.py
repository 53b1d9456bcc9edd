"""Keeps decisions: from the records queue into their table."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

import boto3
from aws_lambda_powertools import Logger

from functions.record.settings import RecordSettings
from tandem.adapters.aws import PATIENT
from tandem.adapters.decision_table import DecisionTable
from tandem.decisions import Decision, read_decision

logger = Logger(service="record")


class Decisions(Protocol):
    """Where decisions are kept."""

    def put(self, decisions: Sequence[Decision]) -> frozenset[str]:
        """Writes them; returns the ids of those that could not be written."""


@cache
def table() -> DecisionTable:
    """The table with its client, made once a worker."""
    settings = RecordSettings.of_this_process()
    return DecisionTable(boto3.client("dynamodb", config=PATIENT), settings.decisions_table)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """An SQS batch in, the messages to deliver again out: among them what is no decision, for the dead letters."""
    return run(event, table())


def run(event: dict[str, Any], decisions: Decisions) -> dict[str, Any]:
    """The same, into this table."""
    read = {record["messageId"]: _decision(record["body"]) for record in event["Records"]}
    undone = decisions.put([decision for decision in read.values() if decision])
    failed = [message for message, decision in read.items() if decision is None or decision.id in undone]
    if failed:
        logger.warning("not all recorded", failed=failed)
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _decision(body: str) -> Decision | None:
    try:
        return read_decision(json.loads(body)["document"])
    except (ValueError, LookupError, TypeError):
        return None
