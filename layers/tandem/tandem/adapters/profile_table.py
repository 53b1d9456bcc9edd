"""Profiles and the snapshot's header in DynamoDB. A newer one is never overwritten; loading again changes nothing.

Few profiles are put one by one. Of many, a hundred conditional puts travel in one transaction: nothing needs them to be
atomic, it is one request instead of a hundred, for a fifteenth of the CPU and twice the write units.
"""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime
from functools import reduce
from typing import TYPE_CHECKING, Any, Final

from botocore.config import Config
from botocore.exceptions import ClientError

from tandem.adapters.aws import code_of, passing_faults
from tandem.attributes import SnapshotHeader
from tandem.attributes.stored import pack_header, unpack_header
from tandem.errors import Unavailable
from tandem.events.times import read_time, to_text
from tandem.profiles.checkpoint import Checkpoint, Dated, Loaded
from tandem.profiles.difference import Row

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

HEADER_KEY: Final = "snapshot"
PROFILE_KEY: Final = "profile#"
LOAD_KEY: Final = "load#"
WORKERS: Final = 4
MOST_PUTS: Final = 100  # DynamoDB's limit for a transaction
MOST_BYTES: Final = 2 * 1024 * 1024  # half of it
CONFIG: Final = Config(
    retries={"mode": "standard", "total_max_attempts": 6},
    max_pool_connections=WORKERS,
    connect_timeout=3,
    read_timeout=20,
    parameter_validation=False,
)
_REFUSED: Final = "ConditionalCheckFailed"
_PASSING: Final = frozenset({"None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
Put = dict[str, Any]
Pair = tuple[Row, Put]


class ProfileTable:
    """Fulfils `Table`. `client` is shared by threads; make it with CONFIG."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def header(self) -> SnapshotHeader | None:
        """Strongly consistent."""
        item = self._get(HEADER_KEY)
        return unpack_header(json.loads(item["data"]["S"])) if item else None

    def put(self, rows: Sequence[Row], *, together: bool) -> Loaded:
        """All are tried before Unavailable is raised."""
        pairs = [(row, self._conditional(row)) for row in rows]
        with ThreadPoolExecutor(WORKERS) as pool:
            done = pool.map(self._put_all, _transactions(pairs)) if together else pool.map(self._put_one, pairs)
            loaded = reduce(Loaded.__add__, done, Loaded())
        if loaded.failed:
            raise Unavailable("dynamodb", "TransactWriteItems" if together else "PutItem", f"{loaded.failed} not put")
        return loaded

    def put_header(self, header: SnapshotHeader) -> None:
        """It so names the last completely loaded snapshot."""
        as_of = {"N": str(int(header.as_of.timestamp()))}
        document = json.dumps(pack_header(header), sort_keys=True, separators=(",", ":"))
        try:
            with passing_faults("dynamodb", "PutItem"):
                self._client.put_item(
                    TableName=self._table,
                    Item={"pk": {"S": HEADER_KEY}, "as_of": as_of, "data": {"S": document}},
                    ConditionExpression="attribute_not_exists(pk) OR as_of <= :as_of",
                    ExpressionAttributeValues={":as_of": as_of},
                )
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise

    def checkpoint(self, as_of: datetime) -> Checkpoint | None:
        """Strongly consistent."""
        item = self._get(LOAD_KEY + to_text(as_of))
        if item is None:
            return None
        said = json.loads(item["data"]["S"])
        return Checkpoint(
            as_of=as_of,
            base=_moment(said["base"]),
            since=_moment(said["since"]),
            put=said["put"],
            told=said["told"],
            refreshed=said["refreshed"],
            loaded=Loaded(**said["loaded"]),
            finished=said["finished"],
            dated=Dated(**said.get("dated", {})),
        )

    def save(self, checkpoint: Checkpoint) -> None:
        """One small item a snapshot."""
        said = {
            "base": checkpoint.base and to_text(checkpoint.base),
            "since": checkpoint.since and to_text(checkpoint.since),
            "put": checkpoint.put,
            "told": checkpoint.told,
            "refreshed": checkpoint.refreshed,
            "loaded": asdict(checkpoint.loaded),
            "finished": checkpoint.finished,
            "dated": asdict(checkpoint.dated),
        }
        key = LOAD_KEY + to_text(checkpoint.as_of)
        with passing_faults("dynamodb", "PutItem"):
            self._client.put_item(TableName=self._table, Item={"pk": {"S": key}, "data": {"S": json.dumps(said)}})

    def _get(self, key: str) -> Any:
        with passing_faults("dynamodb", "GetItem"):
            found = self._client.get_item(TableName=self._table, Key={"pk": {"S": key}}, ConsistentRead=True)
        return found.get("Item")

    def _conditional(self, row: Row) -> Put:
        as_of = {"N": str(int(row.as_of.timestamp()))}
        return {
            "TableName": self._table,
            "Item": {"pk": {"S": PROFILE_KEY + row.customer_id}, "as_of": as_of, "data": {"B": row.document}},
            "ConditionExpression": "attribute_not_exists(pk) OR as_of < :as_of",
            "ExpressionAttributeValues": {":as_of": as_of},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }

    def _put_one(self, pair: Pair) -> Loaded:
        row, put = pair
        try:
            with passing_faults("dynamodb", "PutItem"):
                self._client.put_item(**put)
        except Unavailable:
            return Loaded(failed=1)
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            return _refused(put, error.response.get("Item", {}), row.units)  # type: ignore[arg-type]
        return Loaded(written=1, units=row.units)

    def _put_all(self, pairs: list[Pair]) -> Loaded:
        units = 2 * sum(row.units for row, _ in pairs)
        try:
            with passing_faults("dynamodb", "TransactWriteItems"):
                self._client.transact_write_items(TransactItems=[{"Put": put} for _, put in pairs])  # type: ignore[typeddict-item]
        except Unavailable:
            return Loaded(failed=len(pairs))
        except ClientError as error:
            return Loaded(units=units) + self._put_others(pairs, _reasons(error))
        return Loaded(written=len(pairs), units=units)

    def _put_others(self, pairs: list[Pair], reasons: list[dict[str, Any]]) -> Loaded:
        """A refused put takes the whole transaction with it: without the refused ones, once more."""
        told = list(zip(pairs, reasons, strict=True))
        others = [pair for pair, reason in told if reason["Code"] != _REFUSED]
        refused = [_refused(pair[1], reason.get("Item", {}), 0) for pair, reason in told if reason["Code"] == _REFUSED]
        if not refused:
            return Loaded(failed=len(pairs))
        return reduce(Loaded.__add__, refused) + (self._put_all(others) if others else Loaded())


def _transactions(pairs: Sequence[Pair]) -> Iterator[list[Pair]]:
    group: list[Pair] = []
    size = 0
    for row, put in pairs:
        if len(group) == MOST_PUTS or size + len(row.document) > MOST_BYTES:
            yield group
            group, size = [], 0
        group.append((row, put))
        size += len(row.document)
    if group:
        yield group


def _refused(put: Put, found: dict[str, Any], units: int) -> Loaded:
    """What was found in the way: the same snapshot's profile, or a later one's."""
    same = found.get("as_of") == put["Item"]["as_of"]
    return Loaded(unchanged=int(same), kept=int(not same), units=units)


def _moment(text: str | None) -> datetime | None:
    return read_time(text, "checkpoint") if text else None


def _reasons(error: ClientError) -> list[dict[str, Any]]:
    """Why each put of a cancelled transaction was; any other error goes on its way."""
    reasons: list[dict[str, Any]] = error.response.get("CancellationReasons", [])  # type: ignore[assignment]
    if not reasons or any(reason["Code"] not in {_REFUSED, *_PASSING} for reason in reasons):
        raise error
    return reasons
