"""The ledger's sparse index, as template.yaml makes it."""

from typing import Any

from tandem.adapters.ledger_table import UNSETTLED

NAMES = ("unsettled", "unsettled_at")


def ledger_index() -> dict[str, Any]:
    """What `create_table` is told of it beside the table's own key."""
    keys = [{"AttributeName": name, "KeyType": kind} for name, kind in zip(NAMES, ("HASH", "RANGE"), strict=True)]
    index = {"IndexName": UNSETTLED, "KeySchema": keys, "Projection": {"ProjectionType": "ALL"}}
    return {
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", *NAMES)],
        "GlobalSecondaryIndexes": [index],
    }
