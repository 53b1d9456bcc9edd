"""What a stack's tables hold of a time, read in parallel: decisions, the goals they reached, the ledger's rows."""

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from infra.report.model import Heard, Judged
from infra.report.tally import Tally
from tandem.adapters.aws import calling
from tandem.adapters.ledger_table import KEPT
from tandem.decisions import Candidate, Outcome, Reached, read_record
from tandem.events.times import read_time, to_text
from tandem.sending.outcome import Status

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SEGMENTS: Final = 8
_MOMENTS: Final = ("reserved_at", "refused_at", "sent_at", "shadow_at", "unknown_at")
Item = Mapping[str, Any]
Done = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Tables:
    """The two tables that a report is read from. A scan of either reads all of it: on AWS it costs a read unit for
    every 8 KB, whatever the time asked for."""

    client: "DynamoDBClient"
    decisions: str
    ledger: str

    def size(self) -> int:
        """About how many items there are: AWS counts them every six hours. Raises Unavailable."""
        with calling("dynamodb", "DescribeTable"):
            return sum(
                self.client.describe_table(TableName=each)["Table"].get("ItemCount", 0)
                for each in (self.decisions, self.ledger)
            )

    def tally(self, since: datetime, done: Done = lambda _: None) -> Tally:
        """Counts what was decided since then. `done` is told how many more items were read. Raises Unavailable."""
        found = Tally(since)
        for record in self._read(self.decisions, "sk >= :since", {"S": _second(since)}, read_judged, done):
            if isinstance(record, Judged):
                found.decision(record)
            else:
                found.goal(record)
        expires = {"N": str(int((since + KEPT).timestamp()))}
        for row in self._read(self.ledger, "expires_at >= :since", expires, read_heard, done):
            if row:
                found.row(row)
        return found

    def _read[T](self, table: str, which: str, since: Any, read: Callable[[Item], T], done: Done) -> Iterator[T]:
        with ThreadPoolExecutor(SEGMENTS) as pool:
            scan = partial(self._segment, table, which, since, read)
            for found, scanned in pool.map(scan, range(SEGMENTS)):
                done(scanned)
                yield from found

    def _segment[T](
        self, table: str, which: str, since: Any, read: Callable[[Item], T], segment: int
    ) -> tuple[list[T], int]:
        with calling("dynamodb", "Scan"):
            pages = self.client.get_paginator("scan").paginate(
                TableName=table,
                Segment=segment,
                TotalSegments=SEGMENTS,
                FilterExpression=which,
                ExpressionAttributeValues={":since": since},
            )
            found, scanned = list[T](), 0
            for page in pages:
                found += [read(item) for item in page["Items"]]
                scanned += page["ScannedCount"]
        return found, scanned


def read_judged(item: Item) -> Judged | Reached:
    """As much of an item of the decisions' table as is counted: a decision has much that is not."""
    document = json.loads(item["data"]["S"])
    if "reached_at" in document:
        found = read_record(document)
        if isinstance(found, Reached):
            return found
    return Judged(
        id=document["id"],
        customer_id=document["customer_id"],
        at=read_time(document["at"], "at"),
        candidates=tuple(
            Candidate(each["campaign"], Outcome(each["outcome"]), each.get("saw", {}))
            for each in document["candidates"]
        ),
    )


def read_heard(item: Item) -> Heard | None:
    """What a ledger row tells; None where it is none."""
    fields = {name: next(iter(value.values())) for name, value in item.items()}
    moments = [fields[name] for name in _MOMENTS if name in fields]
    if not moments or not {"status", "campaign"} <= fields.keys():
        return None
    return Heard(
        id=fields["pk"],
        campaign=fields["campaign"],
        status=Status(fields["status"]),
        at=min(read_time(each, "at") for each in moments),
        customer_id=fields.get("customer_id", ""),
        reason=fields.get("reason", ""),
        marks=frozenset(name for name in fields if name.endswith("_at") and name not in _MOMENTS),
    )


def _second(moment: datetime) -> str:
    """Before every moment of that second, as text is compared."""
    return to_text(moment.replace(microsecond=0)).removesuffix("Z")
