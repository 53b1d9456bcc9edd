"""Profiles and the snapshot's header in DynamoDB. A newer one is never overwritten; loading again changes nothing.

A hundred conditional puts travel in one transaction. Nothing needs them to be atomic: it is one request instead of a
hundred, for a fifteenth of the CPU and twice the write units.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce
from itertools import batched
from typing import TYPE_CHECKING, Any, Final

from botocore.config import Config
from botocore.exceptions import ClientError

from tandem.adapters.aws import code_of, passing_faults
from tandem.attributes.profile import Profile
from tandem.attributes.stored import pack_header, pack_profile
from tandem.attributes.tiers import SnapshotHeader
from tandem.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

HEADER_KEY: Final = "snapshot"
PROFILE_KEY: Final = "profile#"
WORKERS: Final = 4
MOST_PUTS: Final = 100  # DynamoDB's limit for a transaction
MOST_BYTES: Final = 2 * 1024 * 1024  # half of it
CONFIG: Final = Config(
    retries={"mode": "standard", "total_max_attempts": 6},
    max_pool_connections=WORKERS,
    connect_timeout=3,
    read_timeout=20,
)
_REFUSED: Final = "ConditionalCheckFailed"
_PASSING: Final = frozenset({"None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
Put = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many profiles were `written`, how many found with the same `as_of` (`unchanged`) or a later one (`kept`)."""

    written: int = 0
    unchanged: int = 0
    kept: int = 0
    failed: int = 0

    def __add__(self, other: "Loaded") -> "Loaded":
        return Loaded(
            self.written + other.written,
            self.unchanged + other.unchanged,
            self.kept + other.kept,
            self.failed + other.failed,
        )


class ProfileTable:
    """Loads a snapshot. `client` is shared by threads; make it with CONFIG."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def load(self, header: SnapshotHeader, profiles: Iterable[Profile], progress: Callable[[Loaded], None]) -> Loaded:
        """Puts all profiles, then the header, which so names the last completely loaded snapshot.

        `progress` is told now and then. Stops with Unavailable where some could not be put: load again.
        """
        loaded = Loaded()
        with ThreadPoolExecutor(WORKERS) as pool:
            for transactions in batched(self._transactions(profiles), WORKERS * 4, strict=False):
                loaded = reduce(Loaded.__add__, pool.map(self._put, transactions), loaded)
                progress(loaded)
                if loaded.failed:
                    raise Unavailable("dynamodb", "TransactWriteItems")
        self._put_header(header)
        return loaded

    def _transactions(self, profiles: Iterable[Profile]) -> Iterator[list[Put]]:
        puts: list[Put] = []
        size = 0
        for profile in profiles:
            data = pack_profile(profile)
            if len(puts) == MOST_PUTS or size + len(data) > MOST_BYTES:
                yield puts
                puts, size = [], 0
            puts.append(self._conditional(PROFILE_KEY + profile.customer_id, profile, data))
            size += len(data)
        if puts:
            yield puts

    def _conditional(self, key: str, profile: Profile, data: bytes) -> Put:
        as_of = {"N": str(int(profile.as_of.timestamp()))}
        return {
            "TableName": self._table,
            "Item": {"pk": {"S": key}, "as_of": as_of, "data": {"B": data}},
            "ConditionExpression": "attribute_not_exists(pk) OR as_of < :as_of",
            "ExpressionAttributeValues": {":as_of": as_of},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }

    def _put(self, puts: list[Put]) -> Loaded:
        try:
            with passing_faults("dynamodb", "TransactWriteItems"):
                self._client.transact_write_items(TransactItems=[{"Put": put} for put in puts])  # type: ignore[typeddict-item]
        except Unavailable:
            return Loaded(failed=len(puts))
        except ClientError as error:
            return self._put_others(puts, _reasons(error))
        return Loaded(written=len(puts))

    def _put_others(self, puts: list[Put], reasons: list[dict[str, Any]]) -> Loaded:
        """A refused put takes the whole transaction with it: without the refused ones, once more."""
        told = list(zip(puts, reasons, strict=True))
        others = [put for put, reason in told if reason["Code"] != _REFUSED]
        found = [reason["Item"]["as_of"] == put["Item"]["as_of"] for put, reason in told if reason["Code"] == _REFUSED]
        refused = Loaded(unchanged=found.count(True), kept=found.count(False))
        if not found:
            return Loaded(failed=len(puts))
        return refused + self._put(others) if others else refused

    def _put_header(self, header: SnapshotHeader) -> None:
        as_of = str(int(header.as_of.timestamp()))
        document = json.dumps(pack_header(header), sort_keys=True, separators=(",", ":"))
        try:
            with passing_faults("dynamodb", "PutItem"):
                self._client.put_item(
                    TableName=self._table,
                    Item={"pk": {"S": HEADER_KEY}, "as_of": {"N": as_of}, "data": {"S": document}},
                    ConditionExpression="attribute_not_exists(pk) OR as_of <= :as_of",
                    ExpressionAttributeValues={":as_of": {"N": as_of}},
                )
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise


def _reasons(error: ClientError) -> list[dict[str, Any]]:
    """Why each put of a cancelled transaction was; any other error goes on its way."""
    reasons: list[dict[str, Any]] = error.response.get("CancellationReasons", [])  # type: ignore[assignment]
    if not reasons or any(reason["Code"] not in {_REFUSED, *_PASSING} for reason in reasons):
        raise error
    return reasons
